"""A metric as a function of a setting, and the progress of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.plots import theme

Series = Mapping[Any, Sequence[float]]
Cell = Mapping[str, float]


def dependence(
    series: Mapping[str, Series],
    x: str,
    y: str,
    *,
    floor: float | None = None,
    trivial: Mapping[str, float] | None = None,
    log: bool = False,
) -> go.Figure:
    """A metric as a function of a setting: the mean over seeds with its standard error.

    Parameters
    ----------
    series : mapping
        Name -> setting -> values, one for each seed. Settings that are not numbers are shown at
        equal distances, in order, without lines between them.
    x, y : str
        Titles of the axes.
    floor : float, optional
        The floor, as a line.
    trivial : mapping, optional
        Values of trivial generators by name, as lines.
    log : bool
        Logarithmic x axis.
    """
    cells = {
        name: {setting: _mean(values) for setting, values in points.items() if len(values)}
        for name, points in series.items()
    }
    return with_errors(cells, x, y, floor=floor, trivial=trivial, log=log)


def _mean(values: Sequence[float]) -> Cell:
    known = np.asarray(values, float)
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
    return {"value": float(known.mean()), "error": error, "n": len(known)}


def with_errors(
    series: Mapping[str, Mapping[Any, Cell]],
    x: str,
    y: str,
    *,
    floor: float | None = None,
    trivial: Mapping[str, float] | None = None,
    reference: tuple[str, float] | None = None,
    log: bool = False,
) -> go.Figure:
    """A metric with given errors as a function of a setting.

    Parameters
    ----------
    series : mapping
        Name -> setting -> ``value``, ``error``, and the number ``n`` of values averaged.
    x, y, floor, trivial, log
        As in ``dependence``.
    reference : tuple of str and float, optional
        Name and value of a further line.
    """
    shown = {name: points for name, points in series.items() if points}
    if not shown:
        return theme.empty("No run is done yet")
    made = theme.figure(height=400, showlegend=True, margin={"l": 70, "r": 24, "t": 60, "b": 56})
    everywhere = list(dict.fromkeys(setting for points in shown.values() for setting in points))
    numeric = all(
        isinstance(setting, (int, float)) and not isinstance(setting, bool)
        for setting in everywhere
    )
    for i, (name, points) in enumerate(shown.items()):
        known = (
            sorted(points.items(), key=lambda pair: pair[0]) if numeric else list(points.items())
        )
        made.add_scatter(
            x=[setting if numeric else theme.plain(setting) for setting, _ in known],
            y=[cell["value"] for _, cell in known],
            error_y={
                "type": "data",
                "array": [cell["error"] for _, cell in known],
                "thickness": 1.5,
                "width": 4,
            },
            mode="lines+markers" if numeric else "markers",
            offsetgroup=None if numeric else str(i),
            name=theme.plain(name or "model"),
            line={"color": theme.color(i), "dash": theme.dash(i), "width": 2},
            marker={
                "color": theme.color(i),
                "symbol": theme.MARKERS[i % len(theme.MARKERS)],
                "size": 9,
            },
            text=[f"mean of {cell['n']:.0f}" for _, cell in known],
            hovertemplate="%{x}: %{y:.4g}, %{text}<extra>%{fullData.name}</extra>",
        )
    lines = [(reference[0], reference[1], theme.MODEL, "dash")] if reference is not None else []
    lines += [("Floor", floor, theme.FLOOR, "dot")] if floor is not None else []
    lines += [
        (f"Trivial: {name}", value, theme.REAL, theme.dash(i + 1))
        for i, (name, value) in enumerate((trivial or {}).items())
    ]
    for line in lines:
        _line(made, *line)
    made.update_xaxes(title_text=x, type=("log" if log else "linear") if numeric else "category")
    if not numeric:  # points of one setting stand side by side
        made.update_layout(scattermode="group", scattergap=0.7)
    made.update_yaxes(title_text=y)
    return made


def _line(made: go.Figure, name: str, value: float, hue: str, dash: str) -> None:
    """A horizontal line with an entry in the legend."""
    made.add_hline(y=value, line={"color": hue, "width": 1.5, "dash": dash})
    made.add_scatter(
        x=[None],
        y=[None],
        mode="lines",
        name=theme.plain(name),
        line={"color": hue, "width": 1.5, "dash": dash},
    )


def heat_map(
    cells: Mapping[tuple[str, str], Sequence[float]],
    x: str,
    y: str,
    z: str,
    *,
    floor: float | None = None,
) -> go.Figure:
    """A metric as a function of two settings: the mean over seeds in each cell.

    Parameters
    ----------
    cells : mapping
        (label on x, label on y) -> values, one for each run. Labels keep their order.
    x, y, z : str
        Titles of the axes, and of the metric.
    floor : float, optional
        The floor, named in the title of the color bar.
    """
    means = {place: _mean(values) for place, values in cells.items() if len(values)}
    if not means:
        return theme.empty("No run is done yet")
    across = list(dict.fromkeys(place[0] for place in means))
    along = list(dict.fromkeys(place[1] for place in means))
    found = [[means.get((column, row)) for column in across] for row in along]
    bar = theme.plain(z) + (f"<br>(floor {format_number(floor)})" if floor is not None else "")
    made = theme.figure(height=400, margin={"l": 120, "r": 24, "t": 40, "b": 72})
    made.add_heatmap(
        z=[[cell["value"] if cell else None for cell in row] for row in found],
        x=[theme.plain(label) for label in across],
        y=[theme.plain(label) for label in along],
        text=[[_cell_text(cell) for cell in row] for row in found],
        texttemplate="%{text}",
        hovertemplate="%{x}, %{y}: %{text}<extra></extra>",
        colorscale="Cividis",
        colorbar={"title": {"text": bar}},
    )
    made.update_xaxes(title_text=theme.plain(x), type="category")
    made.update_yaxes(title_text=theme.plain(y), type="category", autorange="reversed")
    return made


def _cell_text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return format_with_error(cell) if cell["error"] else format_number(cell["value"])


def history(trials: Sequence[int], values: Sequence[float], y: str) -> go.Figure:
    """Values of the trials of a search, in order, and the best one so far (lower is better)."""
    if not trials:
        return theme.empty("No run is done yet")
    made = theme.figure(height=360, showlegend=True, margin={"l": 70, "r": 24, "t": 60, "b": 56})
    made.add_scatter(
        x=list(trials),
        y=list(values),
        mode="markers",
        name="trial",
        marker={"color": theme.MODEL, "size": 8},
        hovertemplate="trial %{x}: %{y:.4g}<extra></extra>",
    )
    best = np.minimum.accumulate(np.asarray(values, float))
    made.add_scatter(
        x=list(trials),
        y=best.tolist(),
        mode="lines",
        name="best so far",
        line={"color": theme.SECOND, "dash": "dash", "width": 2, "shape": "hv"},
    )
    made.update_xaxes(title_text="trial")
    made.update_yaxes(title_text=y)
    return made
