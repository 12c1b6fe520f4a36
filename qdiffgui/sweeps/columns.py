"""What the columns of a sweep's table are, in words, and their units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.sweeps.directory import SweepDirectory

FLOOR = "floor "
"""Before the name of a figure of merit: the same of real samples against real ones."""


class Column(NamedTuple):
    """``unit`` is empty for a pure number and for a text."""

    label: str
    unit: str = ""


_FACTS = {
    "run": Column("Folder of the run in runs/"), "trial": Column("Point of the sweep, apart from its seeds"),
    "status": Column("What became of the run"), "step": Column("Optimiser steps done"), "total": Column("Optimiser steps in all"),
    "training_seconds": Column("Time of the training alone, over all starts", "s"),
    "seconds": Column("Time of the last start, data and evaluation included", "s"), "n_parameters": Column("Trainable parameters"),
    "starts": Column("How often the run was started"), "loss": Column("Loss at the last step"), "message": Column("How it ended"),
}  # fmt: skip


def columns(sweep: SweepDirectory, names: Iterable[str], done: Iterable[str]) -> dict[str, Column]:
    """Each of ``names``. Figures of merit are as the first report of the runs ``done`` says, settings as the form does."""
    base = sweep.plan().base
    measured = _measured(sweep, done)
    found = {}
    for name in names:
        figure = measured.get(name.removeprefix(FLOOR))
        if figure is not None and name.startswith(FLOOR):
            found[name] = Column(f"{figure.label}, real against real", figure.unit)
        else:
            found[name] = figure or _FACTS.get(name) or _setting(base, name)
    return found


def _measured(sweep: SweepDirectory, done: Iterable[str]) -> Mapping[str, Column]:
    for run in done:
        report: Any = RunDirectory(sweep.store.root / run).metrics()
        if report is not None:
            return {str(c["key"]): Column(str(c["label"]), str(c["unit"])) for c in report["columns"]}
    return {}


def _setting(base: Experiment, name: str) -> Column:
    """A setting by its dotted name; one that only another kind has keeps its name."""
    *path, last = name.split(".")
    place: Any = base
    for part in path:
        place = getattr(place, part, None)
    info = getattr(type(place), "model_fields", {}).get(last)
    if info is None:
        return Column(name)
    extra = info.json_schema_extra
    return Column(info.title or name, str(extra.get("unit", "")) if isinstance(extra, dict) else "")
