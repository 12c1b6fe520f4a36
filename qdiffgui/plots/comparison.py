"""One metric of several runs with errors, the floor as a band, and the trivial generators."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Report = Mapping[str, Any]
_SHOWN_ON_LOG = 20.0
_LETTERS = 24  # in a line of a label


def comparison(reports: Mapping[str, Report | None], column: str | None = None) -> go.Figure:
    """One metric of several runs, one panel per class.

    Runs without the metric are left out. The trivial generators and the floor are those of the
    first run that has them: they depend on the data only, and runs are comparable only on equal
    data. The color of a run is given by its position in ``reports``.

    Parameters
    ----------
    reports : mapping
        Run name -> content of its ``metrics.json``; None if it does not exist yet.
    column : str, optional
        Key of the metric. Default: the first one of the first report.
    """
    known = {name: report for name, report in reports.items() if report and report.get("rows")}
    if not known:
        return theme.empty("No report yet")
    first = next(iter(known.values()))
    key = column or str(first["columns"][0]["key"])
    about = next(
        (c for report in known.values() for c in report["columns"] if c["key"] == key), None
    )
    classes = list(
        dict.fromkeys(row["class"] for report in known.values() for row in report["rows"])
    )
    shown = [name for name in classes if any(_cells(known, name, key))]
    if about is None or not shown:
        return theme.empty("No run reports this metric")
    made = make_subplots(
        rows=1,
        cols=len(shown),
        shared_yaxes=True,
        subplot_titles=["" if c == "all" else theme.plain(c) for c in shown],
    )
    for i, name in enumerate(shown, start=1):
        _panel(made, list(_cells(known, name, key)), i, list(reports))
    values = [cell["value"] for name in shown for _, _, cell in _cells(known, name, key)]
    wide = (
        about["better"] != "half" and min(values) > 0 and max(values) / min(values) > _SHOWN_ON_LOG
    )
    title = theme.with_unit(about["label"], about["unit"]).replace(
        " / ", "<br>" if len(shown) > 1 else " / "
    )
    made.update_xaxes(title_text=title, type="log" if wide else "linear")
    labels = {_in_lines(label) for name in shown for _, label, _ in _cells(known, name, key)}
    n_lines = sum(1 + 0.5 * label.count("<br>") for label in labels)
    made.update_yaxes(autorange="reversed", type="category")
    return theme.dress(
        made,
        height=round(120 + 28 * n_lines),
        showlegend=False,
        margin={"l": 110, "r": 24, "t": 32, "b": 60},
    )


def _cells(
    reports: Mapping[str, Report], class_name: str, key: str
) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """(row key, label, cell): the model of each run, then floor and trivial generators of the first
    run that has them."""
    seen: set[str] = set()
    rows = [
        (run, row)
        for run, report in reports.items()
        for row in report["rows"]
        if row["class"] == class_name
    ]
    for run, row in sorted(rows, key=lambda pair: pair[1]["key"] != "model"):
        cell = row["values"].get(key)
        if cell is None or row["key"] in seen:
            continue
        if row["key"] != "model":
            seen.add(row["key"])
        yield row["key"], run if row["key"] == "model" else row["label"], cell


def _panel(
    made: go.Figure, cells: list[tuple[str, str, Mapping[str, float]]], column: int, runs: list[str]
) -> None:
    for row_key, label, cell in cells:
        if row_key == "floor":
            low, high = cell["value"] - cell["error"], cell["value"] + cell["error"]
            made.add_vrect(
                x0=low,
                x1=high,
                fillcolor=theme.faint(theme.FLOOR, 0.2),
                line_width=0,
                row=1,
                col=column,
            )
        hue, symbol = _marker(row_key, runs.index(label) if row_key == "model" else 0)
        made.add_scatter(
            x=[cell["value"]],
            y=[_in_lines(label)],
            error_x={"type": "data", "array": [cell["error"]], "thickness": 1.5, "width": 4},
            mode="markers",
            marker={"color": hue, "size": 10, "symbol": symbol},
            name=theme.plain(label),
            row=1,
            col=column,
            hovertemplate=f"%{{x:.4g}} ± {cell['error']:.2g}<extra></extra>",
        )


def _in_lines(label: str) -> str:
    """A label of several lines if it is long: it must leave room for the plot on a phone."""
    lines = textwrap.wrap(label, _LETTERS, break_on_hyphens=False)
    return "<br>".join(theme.plain(line) for line in lines) or theme.plain(label)


def _marker(row_key: str, i: int) -> tuple[str, str]:
    if row_key == "model":
        return theme.color(i), theme.MARKERS[i % len(theme.MARKERS)]
    return (theme.FLOOR, "line-ns-open") if row_key == "floor" else (theme.REAL, "circle-open")
