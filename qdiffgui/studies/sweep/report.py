"""A sweep as plots and as one HTML page that works offline."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from qdiffgui import catalog, plots
from qdiffgui.config.setting_labels import choice_label, setting_label
from qdiffgui.evaluation.metric_value import distance_from_best
from qdiffgui.evaluation.number_format import format_number
from qdiffgui.exports.report_page import PlotSection, ReportTable, flat_settings, render_report
from qdiffgui.plots.theme import with_unit
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.sweep.columns import FLOOR, setting_column
from qdiffgui.studies.sweep.directory import SweepDirectory
from qdiffgui.studies.sweep.goal import default_goal
from qdiffgui.studies.sweep.plan import SEED, Plan
from qdiffgui.studies.sweep.table import Row, about_columns

TPE = "Tree-structured Parzen estimator (Optuna): Bergstra et al., NeurIPS 2011"
_COMMON = (
    "Every training is an ordinary run on one CPU thread. The floor compares training samples with "
    "as many held-out samples; trivial generators use no diffusion. Both are averaged over runs."
)
METHODS = {
    "grid": ["The sweep trains every combination of the listed values.", _COMMON],
    "random": ["The sweep draws points at random and trains each at all seeds.", _COMMON],
    "optuna": [
        "Optuna proposes each point from the results so far; every point is trained at all seeds. "
        "The search minimizes the distance of the goal metric from its best possible value, "
        "averaged over seeds.",
        _COMMON,
    ],
}
_MAX_LINES = 6
_MAX_REPORTS = 12
_BEST = 12


class Reports(NamedTuple):
    """The goal metric in the reports of some runs: its column, its floor and the trivial
    generators, averaged over runs and classes.
    """

    goal: str
    label: str
    better: str
    floor: float | None
    trivial: dict[str, float]

    def distance(self, row: Row) -> float:
        """Distance of a run from the best possible value; infinite if it was not measured."""
        value = row.get(self.goal)
        return (
            float("inf")
            if value is None
            else distance_from_best(value, row.get(FLOOR + self.goal), self.better)
        )


def read_reports(sweep: SweepDirectory, plan: Plan, found: Sequence[Row]) -> Reports | None:
    """Read the goal metric from the first finished runs; ``None`` if no run has one."""
    values: dict[str, list[float]] = {}
    goal, label, better = plan.goal, "", ""
    for row in [row for row in found if row["status"] == "done"][:_MAX_REPORTS]:
        report = RunDirectory(sweep.store.root / row["run"]).metrics()
        if report is None:
            continue
        goal = goal or default_goal(report)
        column = next((c for c in report["columns"] if c["key"] == goal), None)
        if column is None:
            continue
        label, better = with_unit(column["label"], column["unit"]), column["better"]
        for cells in report["rows"]:
            cell = cells["values"].get(goal)
            if cells["key"] != "model" and cell is not None and cell["value"] is not None:
                values.setdefault(
                    "floor" if cells["key"] == "floor" else cells["label"], []
                ).append(cell["value"])
    if not label:
        return None
    means = {name: float(np.mean(v)) for name, v in values.items()}
    return Reports(goal, label, better, means.pop("floor", None), means)


def sweep_plots(
    sweep: SweepDirectory, found: Sequence[Row], plan: Plan | None = None
) -> list[tuple[str, go.Figure]]:
    """Titled plots; none before a run has finished."""
    plan = plan or sweep.plan()
    reports = read_reports(sweep, plan, found)
    return [] if reports is None else list(_figures(plan, found, reports))


def _figures(plan: Plan, found: Sequence[Row], reports: Reports) -> Iterator[tuple[str, go.Figure]]:
    done = [row for row in found if row["status"] == "done" and row.get(reports.goal) is not None]
    for axis in plan.axes:
        if axis.field == SEED and len(plan.axes) > 1:
            continue
        title, series = _series(plan, done, axis.field, reports.goal)
        name = _axis_title(plan, axis.field)
        yield (
            f"{reports.label} versus {name}{title}",
            plots.dependence(
                series,
                name,
                reports.label,
                floor=reports.floor,
                trivial=reports.trivial,
                log=axis.log,
            ),
        )
    yield from _heat_maps(plan, done, reports)
    if plan.search != "grid":
        trials: dict[int, list[float]] = {}
        for row in done:
            trials.setdefault(row["trial"], []).append(reports.distance(row))
        order = sorted(trials)
        title = f"{reports.label}, distance from the best possible value"
        yield (
            "Search history",
            plots.history(order, [float(np.mean(trials[t])) for t in order], title),
        )


def _axis_title(plan: Plan, field: str) -> str:
    """The label of a setting with its unit; the name of one of another kind."""
    column = setting_column(plan.base, field)
    return with_unit(column.label, column.unit)


def _heat_maps(
    plan: Plan, done: Sequence[Row], reports: Reports
) -> Iterator[tuple[str, go.Figure]]:
    """The metric over each pair of settings that a grid combines, averaged over all others."""
    if plan.search != "grid":
        return
    for across, along in itertools.combinations(plan.searched, 2):
        if min(len(across.listed()), len(along.listed())) < 2:
            continue
        cells: dict[tuple[str, str], list[float]] = {
            (choice_label(across.field, a), choice_label(along.field, b)): []
            for b in along.listed()
            for a in across.listed()
        }
        for row in done:
            place = (
                choice_label(across.field, row[across.field]),
                choice_label(along.field, row[along.field]),
            )
            cells.setdefault(place, []).append(float(row[reports.goal]))
        x, y = _axis_title(plan, across.field), _axis_title(plan, along.field)
        others = ", averaged over the other settings" if len(plan.searched) > 2 else ""
        yield (
            f"{reports.label}: {x} and {y}{others}",
            plots.heat_map(cells, x, y, reports.label, floor=reports.floor),
        )


def _series(
    plan: Plan, done: Sequence[Row], field: str, goal: str
) -> tuple[str, dict[str, dict[Any, list[float]]]]:
    """One line for each combination of the other settings. All runs share one line if there are too
    many combinations or if they were drawn at random.
    """
    others = [axis.field for axis in plan.searched if axis.field != field]
    named = {
        row["run"]: ", ".join(
            f"{setting_label(plan.base, name)} {choice_label(name, row[name])}" for name in others
        )
        for row in done
    }
    single = plan.search != "grid" or len(set(named.values())) > _MAX_LINES
    series: dict[str, dict[Any, list[float]]] = {}
    for row in done:
        value = row[field]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        key = value if is_number else choice_label(field, value)
        series.setdefault("" if single else named[row["run"]], {}).setdefault(key, []).append(
            float(row[goal])
        )
    return (", all other settings combined" if single and others else ""), series


def sweep_page(sweep: SweepDirectory, found: Sequence[Row]) -> str:
    """The HTML page of a sweep: progress, best runs, plots, base settings; all text is escaped."""
    plan = sweep.plan()
    reports = read_reports(sweep, plan, found)
    return render_report(
        "qdiffgui.studies.sweep",
        "sweep.html.j2",
        title=plan.name or sweep.id,
        summary=[summary(plan, found)],
        sections=[PlotSection(title, plots=[p]) for title, p in sweep_plots(sweep, found, plan)],
        methods=METHODS[plan.search],
        citations=_citations(plan, found),
        provenance=_provenance(sweep, plan, found),
        sweep=sweep.id,
        plan=plan,
        best=None if reports is None else _best_runs(sweep, plan, found, reports),
        fields=[axis.field for axis in plan.axes],
        settings=flat_settings(plan.base.model_dump(mode="json")),
    )


def point_words(plan: Plan, row: Row) -> str:
    """The settings of a run of a sweep, in words: ``Ansatz Brickwork SU(4), Seed 0``."""
    fields = dict.fromkeys((*(axis.field for axis in plan.axes), SEED))
    return ", ".join(
        f"{setting_label(plan.base, field)} {choice_label(field, row[field])}"
        for field in fields
        if row.get(field) is not None
    )


def summary(plan: Plan, found: Sequence[Row]) -> str:
    """A sweep in one sentence."""
    over = "; ".join(f"{_axis_title(plan, axis.field)}: {_listed(axis)}" for axis in plan.axes)
    done = sum(row["status"] == "done" for row in found)
    search = {"grid": "Grid", "random": "Random search", "optuna": "Optuna search"}[plan.search]
    return (
        f"{search} over {over}: {done} of {len(found)} runs done. Error bars are standard errors "
        "over seeds."
    )


def _listed(axis: Any) -> str:
    if axis.is_range:
        return f"{axis.low:g} to {axis.high:g}"
    return ", ".join(choice_label(axis.field, value) for value in axis.values)


def _best_runs(
    sweep: SweepDirectory, plan: Plan, found: Sequence[Row], reports: Reports
) -> ReportTable:
    """The best of the finished runs."""
    done = sorted((row for row in found if row["status"] == "done"), key=reports.distance)
    metrics = [name.removeprefix(FLOOR) for name in done[0] if name.startswith(FLOOR)]
    names = [axis.field for axis in plan.axes]
    shown = [reports.goal, *(name for name in metrics if name != reports.goal)][:5]
    about = about_columns(sweep, found)
    heads = [with_unit(about[name].label, about[name].unit) for name in (*names, *shown)]
    return ReportTable(
        ("Run", *heads),
        [_cells(row, names, shown) for row in done[:_BEST]],
        title=f"Finished runs by {about[reports.goal].label}, best first",
    )


def _cells(row: Mapping[str, Any], names: Sequence[str], shown: Sequence[str]) -> list[str]:
    values = ["—" if row.get(name) is None else format_number(row[name], 4) for name in shown]
    return [row["run"], *(choice_label(name, row[name]) for name in names), *values]


def _citations(plan: Plan, found: Sequence[Row]) -> list[str]:
    """The papers of the models that were trained, and of the search."""
    kinds = dict.fromkeys(str(row.get("model.kind") or plan.base.model.kind) for row in found)
    entries = [catalog.models[kind] for kind in kinds if kind in catalog.models]
    papers = {entry.facts["paper"]: entry.label for entry in entries if entry.facts.get("paper")}
    own = [f"{label}: {paper}" for paper, label in papers.items()]
    return own + ([TPE] if plan.search == "optuna" else [])


def _provenance(sweep: SweepDirectory, plan: Plan, found: Sequence[Row]) -> list[tuple[str, str]]:
    """The plan, the seeds, and the machine and data of the first finished run."""
    rows = [
        ("sweep", sweep.id),
        ("planned", datetime.fromtimestamp(plan.created, UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("seeds", ", ".join(map(str, plan.seeds))),
    ]
    done = next((row["run"] for row in found if row["status"] == "done"), None)
    if done is None:
        return rows
    environment = RunDirectory(sweep.store.root / done).environment() or {}
    return [*rows, ("environment of the run", done), *flat_settings(environment)]
