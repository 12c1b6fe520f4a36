"""Make the stored runs of layout 1, which ``tests/runs/test_layouts.py`` opens with today's code.

The files in ``layout1/`` were written by qdiffgui at commit a06abc6, the last one whose files carry
no layout version. To make them again, check out that commit into a folder of its own and run this
script with its package::

    git worktree add OLD a06abc6
    PYTHONPATH=OLD python tests/stored/make.py tests/stored/layout1

``names.json`` holds the names of arrays in checkpoints (``state``) and model files (``weights``)
of every model at the same commit; ``tests/models/test_stored_names.py`` lists its cases.

The script removes the name of the machine and paths from what it stores; nothing else is changed.

===========================  =======================================================================
``runs/finished``            cluster states of one qubit, QuDDPM: trained to the end
``runs/cancelled``           the same training, cancelled after ``STOP`` optimizer steps
``runs/denoiser``            quantum denoiser on jet observables, interrupted after ``STOP`` steps
``losses/*.json``            loss history of the same trainings, never stopped
``bundle.zip``               the bundle of ``runs/finished``
``model.h5``                 the model exported from ``runs/finished``
``runs/sweep-stored``        a sweep of two trainings, done
``runs/.benchmarks/stored``  a benchmark of two models, done (without its HTML report)
===========================  =======================================================================
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

STOP = 13
"""Optimizer steps after which the unfinished runs were stopped."""

CLUSTER: dict[str, Any] = {
    "name": "Stored cluster states",
    "data": {"kind": "cluster", "n_states": 40},
    "representation": {"kind": "state"},
    "model": {
        "kind": "quddpm",
        "n_layers": 1,
        "loss": "mmd",
        "schedule": {"kind": "linear-angles", "n_steps": 3},
    },
    "training": {"iterations": 30, "batch_size": 8, "preview_seconds": 30},
    "evaluation": {"n_generated": 20},
}
DENOISER: dict[str, Any] = {
    "name": "Stored quantum denoiser",
    "data": {"kind": "qg-jets", "n_jets": 400},
    "representation": {"kind": "observables"},
    "model": {
        "kind": "quantum-denoiser",
        "n_qubits": 3,
        "n_layers": 2,
        "schedule": {"kind": "cosine", "n_steps": 5},
    },
    "training": {"iterations": 30, "batch_size": 16, "preview_seconds": 30},
    "evaluation": {"n_generated": 100},
}
SWEEP = {**CLUSTER, "name": "Stored sweep", "training": {**CLUSTER["training"], "iterations": 6}}


def main(target: Path) -> None:
    """Write all of the stored files into ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "losses").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        _runs(runs, target)
        _sweep(runs)
        _benchmark(runs)
        for path in runs.rglob("*"):
            if path.suffix in (".json", ".jsonl", ".log", ".csv"):
                path.write_text(_anonymous(path.read_text(), folder))
        _exports(runs, target)
        shutil.copytree(runs, target / "runs", ignore=shutil.ignore_patterns("lock", "*.lock"))


def _runs(runs: Path, target: Path) -> None:
    from qdiffgui.runs.store import RunStore

    store = RunStore(runs)
    finished = _train(store, CLUSTER, "finished")
    _train(store, CLUSTER, "cancelled", "cancel")
    _train(store, DENOISER, "denoiser", "stop")
    never_stopped = _train(store, DENOISER, "denoiser-whole")
    for name, run in (("cluster", finished), ("denoiser", never_stopped)):
        (target / "losses" / f"{name}.json").write_text(json.dumps(_losses(run)) + "\n")
    shutil.rmtree(never_stopped.path)


def _exports(runs: Path, target: Path) -> None:
    from qdiffgui.exports import bundle, model
    from qdiffgui.runs.directory import RunDirectory

    bundle(RunDirectory(runs / "finished"), target / "bundle.zip")
    model(RunDirectory(runs / "finished"), target / "model.h5")


def _train(store: Any, settings: dict[str, Any], name: str, end: str = "") -> Any:
    """A run of the id ``name``; ``end`` says whether it is cancelled or stopped after ``STOP``."""
    from qdiffgui.runs.interrupt import Stopped
    from qdiffgui.runs.work import Control, work

    from qdiffgui.config import parse
    from qdiffgui.runs.directory import RunDirectory

    calls = []

    def control(self: Control) -> str:
        calls.append(None)
        if end and len(calls) > STOP:
            if end == "cancel":
                return "cancel"
            raise Stopped
        return "run"

    made = store.create(parse(settings))
    run = RunDirectory(made.path.rename(store.root / name))
    asked = Control.__call__
    Control.__call__ = control
    try:
        print(name, work(run))
    finally:
        Control.__call__ = asked
    return run


def _losses(run: Any) -> list[dict[str, Any]]:
    from qdiffgui.runs.follow import read_events

    return [
        event.model_dump(exclude={"seconds", "type"})
        for event in read_events(run)
        if event.type == "loss"
    ]


def _sweep(runs: Path) -> None:
    from qdiffgui.sweeps import directory
    from qdiffgui.sweeps.plan import make_plan, points
    from qdiffgui.sweeps.table import write_tables
    from qdiffgui.sweeps.task import train

    from qdiffgui.config import parse

    plan = make_plan(parse(SWEEP), ["training.learning_rate=0.001,0.01"])
    made = directory.create(plan, points(plan), runs)
    sweep = directory.SweepDirectory(made.path.rename(runs / "sweep-stored"))
    for point in sweep.points():
        train(str(sweep.path), point.run, sweep.plan().config(point.values).model_dump_json())
    write_tables(sweep)
    sweep.note(phase="done", message="")
    sweep.figures_file.unlink(missing_ok=True)


def _benchmark(runs: Path) -> None:
    from qdiffgui.benchmark import Contestant, Lineup, lineups
    from qdiffgui.benchmark.jobs import Asked, Job, Jobs
    from qdiffgui.benchmark.work import work

    from qdiffgui.config import override
    from qdiffgui.presets import observables
    from qdiffgui.runs.store import RunStore

    few = ["data.n_jets=1500", "evaluation.n_generated=250", "training.batch_size=64"]
    few.append("training.iterations=10")
    lineups.JETS_OBSERVABLES = Lineup(
        tuple(
            Contestant(key, label, role, override(preset, [*few, *more]))
            for key, label, role, preset, more in (
                (
                    "quantum",
                    "Q",
                    "quantum",
                    observables.JETS_OBSERVABLES_QUANTUM_PLAIN,
                    ["model.n_qubits=3"],
                ),
                ("mlp", "MLP", "matched", observables.JETS_OBSERVABLES_MLP_PLAIN, []),
            )
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        made = Jobs(RunStore(Path(folder) / "runs")).create(
            Asked(lineup="jets-observables", seeds=1)
        )
        work(made)
        target = runs / ".benchmarks" / "stored"
        shutil.copytree(made.path, target)
    Job(target).report_file.unlink()


def _anonymous(text: str, folder: str) -> str:
    text = text.replace(folder, "/stored").replace(socket.gethostname(), "stored")
    return re.sub(r'("processor": )"[^"]*"', r'\1"stored"', text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
