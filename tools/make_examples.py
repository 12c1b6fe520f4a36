"""Train the example runs that ship with the package, from presets, into assets/examples.

    python tools/make_examples.py [--runs DIR | --verdicts] [NAME ...]

Each example is an ordinary run of a preset, packed as a bundle without its checkpoint. With
``--runs``, a finished run of the same settings in that folder is used instead of a new training.
Trains for some minutes. With ``--verdicts`` nothing is trained: the sentences of the reports are
computed from their numbers again. ``tests/runs/test_examples.py`` fails when a preset or a verdict
has changed since.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import qdiffgui
from qdiffgui.config import Experiment
from qdiffgui.evaluation import verdict_sentences
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import write_json
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore

TARGET = Path(__file__).resolve().parents[1] / "assets" / "examples"
EXAMPLES = {
    "circle": ("quddpm-circle", "Example: QuDDPM learns a circle of states"),
    "denoiser": ("jets-observables-quantum", "Example: quantum denoiser, four jet observables"),
    "denoiser-twin": ("jets-observables-mlp", "Example: its twin, a network of the same size"),
    "masked-maps": ("jets-radial-masked", "Example: masked quantum diffusion of radial maps"),
}
"""Preset and name of each example."""
KINDS = {"circle": "state", "denoiser": "vector", "denoiser-twin": "vector", "masked-maps": "map"}
"""Kind of the encoded data of each example."""


def settings(name: str) -> Experiment:
    """The settings of an example."""
    preset, label = EXAMPLES[name]
    return qdiffgui.preset(preset, name=label)


def finished(store: RunStore, config: Experiment) -> RunDirectory | None:
    """A finished run of these settings, if there is one."""
    for run in store.directories():
        if run.config().digest() == config.digest() and run.state().status == Status.DONE:
            return run
    return None


def make(name: str, store: RunStore) -> Path:
    """Train one example, unless it is in ``store`` already, and pack it."""
    config = settings(name)
    run = finished(store, config) or qdiffgui.train(config, runs=store.root)
    with tempfile.TemporaryDirectory() as scratch:
        copy = RunDirectory(shutil.copytree(run.path, Path(scratch) / f"example-{name}"))
        copy.checkpoint_file.unlink(missing_ok=True)  # nobody resumes an example
        copy.config_file.write_text(config.model_dump_json(indent=1), encoding="utf-8")
        copy.write(copy.record().model_copy(update={"owner": None}))
        environment = copy.environment() or {}
        environment.pop("host", None)
        write_json(copy.environment_file, environment)
        TARGET.mkdir(parents=True, exist_ok=True)
        target = TARGET / f"{name}.zip"
        pack(copy, target)
    return target


def verdict(name: str, report: dict[str, Any]) -> list[str]:
    """The sentences that a report of this example has today."""
    return verdict_sentences(report["rows"], report["columns"], report["classes"], kind=KINDS[name])


def reword(name: str) -> Path:
    """Write the verdict of a packed example again."""
    target = TARGET / f"{name}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(target) as bundle:
            bundle.extractall(scratch)
        run = RunDirectory(Path(scratch) / f"example-{name}")
        report = run.metrics()
        if report is None:
            raise SystemExit(f"{target.name} has no report: make it again.")
        if report["verdict"] != verdict(name, report):
            write_json(run.metrics_file, report | {"verdict": verdict(name, report)})
            pack(run, target)
    return target


def main() -> int:
    """Make the examples that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *EXAMPLES], metavar="NAME")
    parser.add_argument("--runs", type=Path, help="folder with runs to use")
    parser.add_argument("--verdicts", action="store_true", help="only write the verdicts again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = RunStore(given.runs or scratch)
        for name in given.names or EXAMPLES:
            file = reword(name) if given.verdicts else make(name, store)
            print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
