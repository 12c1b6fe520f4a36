"""Mean profile of maps: curves for radial profiles and showers, heat maps for all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Array = NDArray[Any]
# the last cells of ``data.representations.layers``
_EXTRA_CELLS = ("missing", "E low", "E high")
_AXES = {
    "log-polar": ("Azimuth from the principal axis / sector", "ΔR / bin"),
    "image": ("Azimuth / pixel", "Rapidity / pixel"),
    "channels": ("Azimuth / pixel", "Rapidity / pixel"),
}


def profile(report: Mapping[str, Any] | None) -> go.Figure:
    """Mean fraction in each cell, of generated and held-out samples.

    Parameters
    ----------
    report : mapping or None
        Content of ``metrics.json``.
    """
    classes: Sequence[Mapping[str, Any]] = ((report or {}).get("profile") or {}).get(
        "classes"
    ) or []
    if not classes:
        return theme.empty("No profile yet")
    if 1 in classes[0]["shape"]:
        return _curves(classes)
    return _maps(classes)


def _curves(classes: Sequence[Mapping[str, Any]]) -> go.Figure:
    made = theme.figure(
        yaxis={"title": {"text": "Mean fraction"}, "rangemode": "tozero"},
        height=340,
        showlegend=True,
    )
    edges = classes[0].get("edges")
    made.update_xaxes(title_text="ΔR / rad" if edges else "bin", type="log" if edges else "linear")
    x: list[Any] = _centers(edges) if edges else list(range(1, len(classes[0]["real"]) + 1))
    if classes[0]["layout"] == "layers":
        x = [*map(str, x[: -len(_EXTRA_CELLS)]), *_EXTRA_CELLS]
        made.update_xaxes(title_text="layer, missing energy, incident energy", type="category")
    for i, one in enumerate(classes):
        name = "" if one["class"] == "all" else f", {theme.plain(one['class'])}"
        made.add_scatter(
            x=x,
            y=one["real"],
            error_y={"type": "data", "array": one["error"], "width": 0},
            mode="markers",
            name=f"Held out{name}",
            marker={"color": theme.REAL, "symbol": theme.MARKERS[i % 6], "size": 8},
        )
        if one["model"] is not None:
            line = {"color": theme.color(i), "width": 2, "dash": theme.dash(i), "shape": "hvh"}
            made.add_scatter(x=x, y=one["model"], mode="lines", name=f"Generated{name}", line=line)
    return made


def _centers(edges: Sequence[float]) -> list[float]:
    """Positions of logarithmic bins: their geometric centers. The first bin, which starts at 0, is
    drawn as if it had the width of the second one."""
    ratio = edges[2] / edges[1] if len(edges) > 2 else 2.0
    return [edges[1] / ratio**0.5, *(float(np.sqrt(a * b)) for a, b in pairwise(edges[1:]))]


def _maps(classes: Sequence[Mapping[str, Any]]) -> go.Figure:
    height, width = classes[0]["shape"]
    panels = ("Held out", "Generated")
    titles = [
        f"{panel}{'' if one['class'] == 'all' else ', ' + one['class']}"
        for one in classes
        for panel in panels
    ]
    made = make_subplots(
        rows=len(classes),
        cols=2,
        subplot_titles=titles,
        horizontal_spacing=0.12,
        vertical_spacing=0.3 / len(classes),
    )
    # rows of images with an angular scale are rapidity, which grows upward
    upward = bool(classes[0].get("half_width"))
    layout = str(classes[0]["layout"])
    across, down = _AXES.get(layout, ("column", "row"))
    if layout in ("image", "channels") and classes[0].get("half_width") == 0:
        across, down = "Column", "Row"
    top = max(
        float(np.max(one[key]))
        for one in classes
        for key in ("real", "model")
        if one[key] is not None
    )
    for row, one in enumerate(classes, start=1):
        for column, key in enumerate(("real", "model"), start=1):
            if one[key] is None:
                continue
            made.add_heatmap(
                z=np.asarray(one[key], dtype=float).reshape(height, width).tolist(),
                zmin=0,
                zmax=top,
                colorscale="Cividis",
                showscale=row == column == 1,
                colorbar={"title": {"text": "fraction"}, "thickness": 12},
                hovertemplate="%{y}, %{x}: %{z:.4f}<extra></extra>",
                row=row,
                col=column,
            )
            made.update_xaxes(
                title_text=across if row == len(classes) else None,
                showgrid=False,
                row=row,
                col=column,
            )
            made.update_yaxes(
                title_text=down if column == 1 else None,
                autorange=True if upward else "reversed",
                showgrid=False,
                row=row,
                col=column,
            )
    return theme.dress(made, height=300 * len(classes) + 40)
