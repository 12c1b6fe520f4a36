"""qdiffgui: see, train and judge quantum diffusion models for high-energy physics.

    config = qdiffgui.preset("jets-observables-quantum", seed=1)      qdiffgui.catalog.presets lists them
    run = qdiffgui.train(config, watch=print)                         resume, evaluate, sweep, scale, open_run
    jets = qdiffgui.load(run.model_file).sample(1000, label="gluon")
    qdiffgui.exports.circuits(run, "circuit.qasm")

Everything is imported on use: importing the package needs neither torch nor PennyLane.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from qdiffgui import catalog, exports
    from qdiffgui.api import evaluate, preset, resume, scale, sweep, train
    from qdiffgui.config import Experiment
    from qdiffgui.experiment import Session
    from qdiffgui.model_file import load
    from qdiffgui.runs.store import open_run

__all__ = [
    "Experiment",
    "Session",
    "__version__",
    "catalog",
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

_PLACES = dict.fromkeys(("evaluate", "preset", "resume", "scale", "sweep", "train"), "qdiffgui.api") | {
    "Experiment": "qdiffgui.config", "Session": "qdiffgui.experiment", "load": "qdiffgui.model_file", "open_run": "qdiffgui.runs.store",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    if name in __all__:
        return import_module(f"qdiffgui.{name}")
    raise AttributeError(f"module 'qdiffgui' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
