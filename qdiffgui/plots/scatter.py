"""Two components of vectors, generated over held-out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from qdiffgui.plots import theme


def scatter(
    preview: Mapping[str, Any] | None,
    truth: Mapping[str, Any] | None = None,
    *,
    x: int = 0,
    y: int = 1,
) -> go.Figure:
    """Two components of samples as points.

    Vectors of one component are drawn at evenly spread heights.

    Parameters
    ----------
    preview, truth : mapping or None
        Previews of kind "vector": ``{"names", "units", "points" [d][n]}``. The axes are those of
        ``truth`` if it is given, so that they do not move in an animation.
    x, y : int
        Indices of the components.
    """
    pictures = [
        (one, name)
        for one, name in ((truth, "Held out"), (preview, "Generated"))
        if one and one.get("points")
    ]
    if not pictures:
        return theme.empty("No samples yet")
    names, units = pictures[0][0]["names"], pictures[0][0]["units"]
    n = len(names)
    if not (0 <= x < n and (0 <= y < n or n == 1)):
        raise ValueError(f"expected two components from 0 to {n - 1}; found {x} and {y}")
    made = theme.figure(
        xaxis={"title": {"text": theme.with_unit(names[x], units[x])}}, showlegend=True
    )
    made.update_yaxes(
        title_text=theme.with_unit(names[y], units[y]) if n > 1 else "", showticklabels=n > 1
    )
    for picture, name in pictures:
        points = picture["points"]
        generated = name == "Generated"
        made.add_scatter(
            x=points[x],
            y=points[y] if n > 1 else _heights(len(points[0])),
            mode="markers",
            name=theme.plain(name),
            marker={
                "color": theme.MODEL if generated else theme.REAL,
                "size": 5,
                "opacity": 0.7,
                "symbol": "circle" if generated else "circle-open",
            },
        )
    if truth and truth.get("points"):
        made.update_xaxes(range=_range(truth["points"][x]))
        if n > 1:
            made.update_yaxes(range=_range(truth["points"][y]))
    return made


def _range(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    margin = 0.15 * (high - low) or 0.5
    return [low - margin, high + margin]


def _heights(n: int) -> list[float]:
    """Numbers spread evenly over [0, 1): multiples of the golden ratio."""
    return [(i * 0.6180339887) % 1 for i in range(n)]
