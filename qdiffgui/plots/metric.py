"""A figure of merit while a run trains, with its floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import thin

Curve = tuple[Sequence[float], Sequence[float]]


def metric(series: Mapping[str, Curve], floor: Mapping[str, float], names: Mapping[str, str]) -> go.Figure:
    """``series``: metric -> (steps, values); ``floor``: metric -> value of real against real; ``names``: metric -> label."""
    shown = {key: curve for key, curve in series.items() if len(curve[0])}
    if not shown:
        return theme.empty()
    only = names.get(next(iter(shown)), next(iter(shown))) if len(shown) == 1 else ""
    made = theme.figure(
        xaxis={"title": {"text": "Optimiser step"}}, yaxis={"title": {"text": only}, "rangemode": "tozero"}, showlegend=True
    )
    for i, (key, (steps, values)) in enumerate(shown.items()):
        x, y = thin(steps, values)
        made.add_scatter(
            x=x, y=y, mode="lines+markers", name=names.get(key, key), marker={"size": 6, "symbol": theme.MARKERS[i % 6]},
            line={"color": theme.colour(i), "width": 2, "dash": theme.dash(i)},
        )  # fmt: skip
        if key in floor:
            made.add_scatter(
                x=[x[0], x[-1]], y=[floor[key]] * 2, mode="lines", name="Real against real (floor)",
                line={"color": theme.FLOOR, "width": 1.5, "dash": "dot"}, hovertemplate="floor %{y:.4g}<extra></extra>",
            )  # fmt: skip
    return made
