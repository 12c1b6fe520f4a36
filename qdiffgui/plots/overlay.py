"""One observable of several models and of held-out samples: densities, and below them the ratios
with the band of the floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Array = NDArray[Any]


def overlay(real: Array, models: Mapping[str, Array], edges: Array, title: str) -> go.Figure:
    """Histograms of one observable, with statistical errors on the ratios.

    Parameters
    ----------
    real : array, shape (m,)
        Held-out samples.
    models : mapping
        Label -> generated samples, shape (n,).
    edges : array
        Edges of the bins. Samples outside count in the normalization.
    title : str
        Title of the x axis.
    """
    made = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.72, 0.28], vertical_spacing=0.04
    )
    truth = _density(real, edges)
    made.add_scatter(
        **_outline(edges, truth),
        mode="lines",
        name="Held out",
        fill="tozeroy",
        fillcolor=theme.faint(theme.REAL, 0.25),
        line={"color": theme.REAL, "width": 1, "shape": "hv"},
        row=1,
        col=1,
    )
    counts = np.maximum(np.histogram(real, edges)[0], 1)
    band = np.sqrt(2 / counts)
    flat = {
        "mode": "lines",
        "line": {"width": 0, "shape": "hv"},
        "showlegend": False,
        "hoverinfo": "skip",
        "row": 2,
        "col": 1,
    }
    made.add_scatter(**_outline(edges, np.maximum(1 - band, 0)), **flat)
    made.add_scatter(
        **_outline(edges, np.minimum(1 + band, 2)),
        fill="tonexty",
        fillcolor=theme.faint(theme.FLOOR, 0.25),
        **flat,
    )
    middle = (edges[:-1] + edges[1:]) / 2
    for i, (label, values) in enumerate(models.items()):
        density = _density(values, edges)
        line = {"color": theme.color(i), "width": 2, "shape": "hv", "dash": theme.dash(i)}
        made.add_scatter(
            **_outline(edges, density),
            mode="lines",
            name=theme.plain(label),
            line=line,
            row=1,
            col=1,
        )
        known = truth > 0
        error = np.sqrt(1 / np.maximum(np.histogram(values, edges)[0], 1)) * density[:]
        made.add_scatter(
            x=middle[known],
            y=density[known] / truth[known],
            mode="markers",
            showlegend=False,
            name=theme.plain(label),
            error_y={
                "type": "data",
                "array": error[known] / truth[known],
                "thickness": 1,
                "width": 0,
            },
            marker={
                "color": theme.color(i),
                "size": 5,
                "symbol": theme.MARKERS[i % len(theme.MARKERS)],
            },
            row=2,
            col=1,
        )
    made.update_yaxes(title_text="density", rangemode="tozero", row=1, col=1)
    made.update_yaxes(title_text="ratio", range=[0, 2], tickvals=[0.5, 1, 1.5], row=2, col=1)
    made.update_xaxes(title_text=title, row=2, col=1)
    return theme.dress(made, height=420, margin={"l": 60, "r": 24, "t": 48, "b": 52})


def _density(values: Array, edges: Array) -> Array:
    return np.asarray(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def _outline(edges: Array, values: Array) -> dict[str, Any]:
    return {"x": edges, "y": np.append(values, values[-1])}
