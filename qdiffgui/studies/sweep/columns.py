"""Labels and units of the columns of a sweep's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from qdiffgui.config import Experiment
from qdiffgui.config.setting_labels import setting_field, setting_label
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.sweep.directory import SweepDirectory

FLOOR = "floor "
"""Prefix of a metric's name in the column of its floor."""


class TableColumn(NamedTuple):
    """``unit`` is empty for pure numbers and text."""

    label: str
    unit: str = ""


_FACTS = {
    "run": TableColumn("Folder of the run in runs/"),
    "trial": TableColumn("Number of the point; all its seeds share it"),
    "status": TableColumn("Status of the run"),
    "step": TableColumn("Finished optimizer steps"),
    "total": TableColumn("Optimizer steps, total"),
    "training_seconds": TableColumn("Training time, over all starts", "s"),
    "seconds": TableColumn("Time since the last start, including data loading and evaluation", "s"),
    "n_parameters": TableColumn("Trainable parameters"),
    "starts": TableColumn("Number of starts"),
    "loss": TableColumn("Loss at the last step"),
    "message": TableColumn("Final message"),
}


def columns(
    sweep: SweepDirectory, names: Iterable[str], done: Iterable[str]
) -> dict[str, TableColumn]:
    """Label and unit of each name. Metrics are labeled as in the first report of the runs ``done``,
    settings as in the form.
    """
    base = sweep.plan().base
    measured = _measured(sweep, done)
    found = {}
    for name in names:
        metric = measured.get(name.removeprefix(FLOOR))
        if metric is not None and name.startswith(FLOOR):
            found[name] = TableColumn(f"{metric.label}, floor", metric.unit)
        else:
            found[name] = metric or _FACTS.get(name) or setting_column(base, name)
    return found


def _measured(sweep: SweepDirectory, done: Iterable[str]) -> Mapping[str, TableColumn]:
    for run in done:
        report: Any = RunDirectory(sweep.store.root / run).metrics()
        if report is not None:
            return {
                str(c["key"]): TableColumn(str(c["label"]), str(c["unit"]))
                for c in report["columns"]
            }
    return {}


def setting_column(base: Experiment, name: str) -> TableColumn:
    """A setting by its dotted name; a setting of another kind keeps its name."""
    info = setting_field(base, name)
    extra = info.json_schema_extra if info is not None else None
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return TableColumn(setting_label(base, name), unit)
