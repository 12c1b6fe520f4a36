"""Metrics of models themselves in a benchmark: read from the reports of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qdiffgui import catalog
from qdiffgui.evaluation.columns import Column
from qdiffgui.evaluation.metric_value import Cell
from qdiffgui.evaluation.model_metric import report_blocks
from qdiffgui.studies.benchmark.measure import Measurement
from qdiffgui.studies.benchmark.trainings import SeedRun


def add_model_metrics(found: Measurement, trainings: Sequence[SeedRun]) -> Measurement:
    """The measurement of a seed with a column for each metric of models that a run's own report
    has, after those of whole samples, and with a note on which models can be compared.
    """
    reports = {t.contestant.key: t.run.metrics() or {} for t in trainings}
    columns = []
    rows = {
        name: {key: dict(cells) for key, cells in of.items()} for name, of in found.rows.items()
    }
    notes = []
    for entry in catalog.metrics.values():
        if entry.facts.get("of") != "model":
            continue
        filled = False
        for key, report in reports.items():
            for name, cell in _cells(report, entry.key).items():
                if name in rows and key in rows[name]:
                    rows[name][key][entry.key] = cell
                    filled = True
        if filled:
            columns.append(Column(entry.key, entry.label, "", entry.facts["better"]))
            notes.append(_groups(entry.label, entry.key, reports, found.labels))
    if not columns:
        return found
    place = next((k for k, c in enumerate(found.columns) if ":" in c.key), len(found.columns))
    return replace(
        found,
        columns=(*found.columns[:place], *columns, *found.columns[place:]),
        rows=rows,
        notes=(*found.notes, *notes),
    )


def _cells(report: Mapping[str, Any], key: str) -> dict[str, Cell]:
    """The value of the model by class."""
    return {
        row["class"]: row["values"][key]
        for row in report.get("rows", ())
        if row["key"] == "model" and row["values"].get(key) is not None
    }


def _groups(
    label: str, key: str, reports: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]
) -> str:
    """A sentence with the models of each group."""
    members: dict[str, list[str]] = {}
    for model, report in reports.items():
        for group in dict.fromkeys(group for _, group, _ in report_blocks(report, key)):
            members.setdefault(group, []).append(labels[model])
    listed = "; ".join(f"{group} ({', '.join(models)})" for group, models in members.items())
    return f"{label}: only values of one group can be compared: {listed}."
