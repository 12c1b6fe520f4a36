"""A figure of merit against a setting, and how a search went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme

Series = Mapping[Any, Sequence[float]]


def dependence(
    series: Mapping[str, Series],
    x: str,
    y: str,
    *,
    floor: float | None = None,
    trivial: Mapping[str, float] | None = None,
    log: bool = False,
) -> go.Figure:
    """series : name -> setting -> values, one of each seed: their mean, with its standard error where there are two or more.

    ``floor``: real against real; ``trivial``: values of trivial generators by name; both are lines. Settings that are no numbers get a
    place each, in order.
    """
    shown = {name: points for name, points in series.items() if any(len(values) for values in points.values())}
    if not shown:
        return theme.empty("No run is done yet")
    made = theme.figure(height=400, showlegend=True, margin={"l": 70, "r": 24, "t": 60, "b": 56})
    everywhere = list(dict.fromkeys(setting for points in shown.values() for setting in points))
    numeric = all(isinstance(setting, (int, float)) and not isinstance(setting, bool) for setting in everywhere)
    for i, (name, points) in enumerate(shown.items()):
        known = [(setting, np.asarray(values, float)) for setting, values in points.items() if len(values)]
        if numeric:
            known.sort(key=lambda pair: pair[0])
        errors = [float(v.std(ddof=1) / np.sqrt(len(v))) if len(v) > 1 else 0.0 for _, v in known]
        made.add_scatter(
            x=[setting if numeric else str(setting) for setting, _ in known], y=[float(v.mean()) for _, v in known],
            error_y={"type": "data", "array": errors, "thickness": 1.5, "width": 4}, mode="lines+markers", name=name or "model",
            line={"color": theme.colour(i), "dash": theme.dash(i), "width": 2},
            marker={"color": theme.colour(i), "symbol": theme.MARKERS[i % len(theme.MARKERS)], "size": 9},
            text=[f"{len(v)} seed{'s' * (len(v) > 1)}" for _, v in known],
            hovertemplate="%{x}: %{y:.4g}, %{text}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    _lines(made, floor, trivial or {})
    made.update_xaxes(title_text=x, type=("log" if log else "linear") if numeric else "category")
    made.update_yaxes(title_text=y)
    return made


def _lines(made: go.Figure, floor: float | None, trivial: Mapping[str, float]) -> None:
    """Horizontal lines with their names in the legend."""
    lines = [("Real against real (floor)", floor, theme.FLOOR, "dot")]
    lines += [(f"Trivial: {name}", value, theme.REAL, theme.dash(i + 1)) for i, (name, value) in enumerate(trivial.items())]
    for name, value, hue, dash in lines:
        if value is not None:
            made.add_hline(y=value, line={"color": hue, "width": 1.5, "dash": dash})
            made.add_scatter(x=[None], y=[None], mode="lines", name=name, line={"color": hue, "width": 1.5, "dash": dash})


def history(trials: Sequence[int], values: Sequence[float], y: str) -> go.Figure:
    """Values of the trials of a search, in order, and the best so far (less is better)."""
    if not trials:
        return theme.empty("No run is done yet")
    made = theme.figure(height=360, showlegend=True, margin={"l": 70, "r": 24, "t": 60, "b": 56})
    made.add_scatter(
        x=list(trials), y=list(values), mode="markers", name="trial", marker={"color": theme.MODEL, "size": 8},
        hovertemplate="trial %{x}: %{y:.4g}<extra></extra>",
    )  # fmt: skip
    best = np.minimum.accumulate(np.asarray(values, float))
    made.add_scatter(
        x=list(trials), y=best.tolist(), mode="lines", name="best so far",
        line={"color": theme.SECOND, "dash": "dash", "width": 2, "shape": "hv"},
    )  # fmt: skip
    made.update_xaxes(title_text="trial")
    made.update_yaxes(title_text=y)
    return made
