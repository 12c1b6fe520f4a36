"""Train, inspect and compare quantum diffusion models for high-energy physics.

Choose data (simulated quark and gluon jets, calorimeter showers, quantum states, your own files), a
quantum or classical diffusion model and a noise schedule. Train it, generate samples, and compare
them with held-out data, the floor (held-out data against other held-out data) and trivial
generators.

Examples
--------
A small run, so that it takes seconds; leave ``*small`` out for the real thing:

>>> import qdiffgui
>>> small = ["data.n_jets=2000", "training.iterations=20", "evaluation.n_generated=200"]
>>> config = qdiffgui.preset("jets-observables-quantum", *small, seed=1)
>>> run = qdiffgui.train(config)
>>> verdict = qdiffgui.evaluate(run)["verdict"]
>>> jets = qdiffgui.load(run.model_file).sample(1000, label="gluon")
>>> jets.values["mass"].shape
(1000,)

Notes
-----
Choose:

- ``catalog``: registries of presets, models, data sets, schedules, metrics and lessons. Each has a
  method ``register``, which adds code of your own in this process.
- ``preset``: the settings of a preset, with changes.
- ``Experiment``: the validated settings of a run.

Train:

- ``train``: train a model and evaluate it.
- ``resume``: continue a stopped run from its last checkpoint.
- ``Session``: train and receive every loss, sample and metric as an event.
- ``sweep``: train over many settings, on this machine or a cluster.

Evaluate and export:

- ``evaluate``: compare generated samples with held-out data.
- ``compare``: judge samples made elsewhere, from a file or from arrays.
- ``load``: read a model file and generate samples with it.
- ``open_run``: open a run by id, name, folder or ``"last"``.
- ``exports``: write the model, circuits, samples, report and plots of a run to files.
- ``ablate``: train a run's model without its entangling gates, and other variants.
- ``scale``: study how cost, trainability and quality grow with size.

Long calls show a progress bar in a terminal or a notebook; ``progress=False`` turns it off, and
``watch=print`` prints lines instead. Random numbers, threads and environment variables of the
calling process stay as they are. docs/EXAMPLES.md lists notebooks.

Importing qdiffgui is fast: torch and PennyLane are imported on first use. The same functions are
available on the command line (``qdiffgui --help``) and in the app (``qdiffgui app``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qdiffgui._version import __version__

if TYPE_CHECKING:
    from qdiffgui import catalog, exports
    from qdiffgui.api import evaluate, preset, resume, scale, sweep, train
    from qdiffgui.config import Experiment
    from qdiffgui.experiment import Session
    from qdiffgui.model_file import load
    from qdiffgui.runs.store import open_run
    from qdiffgui.sample_api import compare
    from qdiffgui.study_api import ablate

__all__ = [
    "Experiment",
    "Session",
    "__version__",
    "ablate",
    "catalog",
    "compare",
    "evaluate",
    "exports",
    "load",
    "open_run",
    "preset",
    "resume",
    "scale",
    "sweep",
    "train",
]

_MODULES = dict.fromkeys(
    ("evaluate", "preset", "resume", "scale", "sweep", "train"), "qdiffgui.api"
) | {
    "Experiment": "qdiffgui.config",
    "ablate": "qdiffgui.study_api",
    "compare": "qdiffgui.sample_api",
    "Session": "qdiffgui.experiment",
    "load": "qdiffgui.model_file",
    "open_run": "qdiffgui.runs.store",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    if name in __all__:
        return import_module(f"qdiffgui.{name}")
    raise AttributeError(f"module 'qdiffgui' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
