"""What a sweep shows: quality against each setting with floor and trivial generators beside, how a search went on, the best runs."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.evaluation.merit import merit
from qdiffgui.plots.standalone import headed
from qdiffgui.plots.standalone import page as standalone
from qdiffgui.plots.theme import with_unit
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.sweeps.columns import FLOOR
from qdiffgui.sweeps.directory import SweepDirectory
from qdiffgui.sweeps.plan import SEED, Plan
from qdiffgui.sweeps.table import Row, goal_of

_MAX_LINES = 6
_MAX_REPORTS = 12
_BEST = 12


class Reports(NamedTuple):
    """What the reports of some runs say of the goal: its column, its floor, trivial generators (mean over runs and classes)."""

    goal: str
    label: str
    better: str
    floor: float | None
    trivial: dict[str, float]

    def merit(self, row: Row) -> float:
        """How far a run is from the best possible; infinite where that was not measured."""
        value = row.get(self.goal)
        return float("inf") if value is None else merit(value, row.get(FLOOR + self.goal), self.better)


def read_reports(sweep: SweepDirectory, plan: Plan, found: Sequence[Row]) -> Reports | None:
    """Of the first runs that are done; ``None`` where none is."""
    values: dict[str, list[float]] = {}
    goal, label, better = plan.goal, "", ""
    for row in [row for row in found if row["status"] == "done"][:_MAX_REPORTS]:
        report = RunDirectory(sweep.store.root / row["run"]).metrics()
        if report is None:
            continue
        goal = goal or goal_of(report)
        column = next((c for c in report["columns"] if c["key"] == goal), None)
        if column is None:
            continue
        label, better = with_unit(column["label"], column["unit"]), column["better"]
        for cells in report["rows"]:
            cell = cells["values"].get(goal)
            if cells["key"] != "model" and cell is not None and cell["value"] is not None:
                values.setdefault("floor" if cells["key"] == "floor" else cells["label"], []).append(cell["value"])
    if not label:
        return None
    means = {name: float(np.mean(v)) for name, v in values.items()}
    return Reports(goal, label, better, means.pop("floor", None), means)


def figures(sweep: SweepDirectory, found: Sequence[Row], plan: Plan | None = None) -> list[tuple[str, go.Figure]]:
    """Titled figures; none before a run is done."""
    plan = plan or sweep.plan()
    reports = read_reports(sweep, plan, found)
    return [] if reports is None else list(_figures(plan, found, reports))


def _figures(plan: Plan, found: Sequence[Row], reports: Reports) -> Iterator[tuple[str, go.Figure]]:
    done = [row for row in found if row["status"] == "done" and row.get(reports.goal) is not None]
    for axis in plan.axes:
        if axis.field == SEED and len(plan.axes) > 1:
            continue
        title, series = _series(plan, done, axis.field, reports.goal)
        yield (
            f"{reports.label} against {axis.field}{title}",
            plots.dependence(series, axis.field, reports.label, floor=reports.floor, trivial=reports.trivial, log=axis.log),
        )
    if plan.search != "grid":
        trials: dict[int, list[float]] = {}
        for row in done:
            trials.setdefault(row["trial"], []).append(reports.merit(row))
        order = sorted(trials)
        title = f"{reports.label}, distance from the best possible"
        yield "How the search went on", plots.history(order, [float(np.mean(trials[t])) for t in order], title)


def _series(plan: Plan, done: Sequence[Row], field: str, goal: str) -> tuple[str, dict[str, dict[Any, list[float]]]]:
    """Lines of the other settings' combinations; one line of all where those are too many or drawn at random."""
    others = [axis.field for axis in plan.searched if axis.field != field]
    named = {row["run"]: ", ".join(f"{name.rpartition('.')[2]}={row[name]}" for name in others) for row in done}
    single = plan.search != "grid" or len(set(named.values())) > _MAX_LINES
    series: dict[str, dict[Any, list[float]]] = {}
    for row in done:
        value = row[field]
        key = tuple(value) if isinstance(value, list) else value
        series.setdefault("" if single else named[row["run"]], {}).setdefault(key, []).append(float(row[goal]))
    return (", all other settings together" if single and others else ""), series


def page(sweep: SweepDirectory, found: Sequence[Row]) -> str:
    """One HTML page that needs no network: what was swept, how far it has come, the figures, the best runs."""
    plan = sweep.plan()
    drawn = figures(sweep, found, plan)
    parts = [f"<h1>{html.escape(plan.name or sweep.id)}</h1>", f"<p>{html.escape(summary(plan, found))}</p>"]
    parts += [headed(title, figure) for title, figure in drawn]
    reports = read_reports(sweep, plan, found)
    nothing = "<p>No run that is done has a figure of merit yet: with too few samples (evaluation.n_generated) it never has.</p>"
    parts.append(nothing if reports is None else _best(plan, found, reports))
    return standalone(sweep.id, parts, draws=bool(drawn))


def summary(plan: Plan, found: Sequence[Row]) -> str:
    """A sweep in one sentence."""
    over = "; ".join(
        f"{axis.field} {axis.low:g} to {axis.high:g}" if axis.is_range and not axis.integer else f"{axis.field} {_listed(axis)}"
        for axis in plan.axes
    )
    done = sum(row["status"] == "done" for row in found)
    what = {"grid": "Grid", "random": "Random search", "optuna": "Optuna search"}[plan.search]
    return f"{what} over {over}: {done} of {len(found)} runs done. Bars are standard errors over seeds."


def _listed(axis: Any) -> str:
    return f"{axis.low:g} to {axis.high:g}" if axis.is_range else ", ".join(map(str, axis.values))


def _best(plan: Plan, found: Sequence[Row], reports: Reports) -> str:
    """The best of the runs that are done, as a table."""
    done = sorted((row for row in found if row["status"] == "done"), key=reports.merit)
    metrics = [name.removeprefix(FLOOR) for name in done[0] if name.startswith(FLOOR)]
    key = reports.goal
    names = [axis.field for axis in plan.axes]
    shown = [key, *(name for name in metrics if name != key)][:5]
    heads = "".join(f"<th>{html.escape(name)}</th>" for name in ("run", *names, *shown))
    lines = [
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row, names, shown)) + "</tr>" for row in done[:_BEST]
    ]
    return f"<h2>Runs, by {html.escape(key)}</h2><table><tr>{heads}</tr>{''.join(lines)}</table>"


def _cells(row: Mapping[str, Any], names: Sequence[str], shown: Sequence[str]) -> list[str]:
    values = ["—" if row.get(name) is None else f"{row[name]:.4g}" for name in shown]
    return [row["run"], *(str(row[name]) for name in names), *values]
