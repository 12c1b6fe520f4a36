"""Observables of generated and held-out samples: densities, and below each the ratio with the band
of the floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Array = NDArray[Any]
MAX_COLUMNS = 4
_ROW_HEIGHT = 300


def histograms(report: Mapping[str, Any] | None, columns: int = MAX_COLUMNS) -> go.Figure:
    """Histograms of generated and held-out samples, one panel per observable and class.

    Parameters
    ----------
    report : mapping or None
        Content of ``metrics.json``.
    columns : int
        Largest number of panels per row. ``layout.height`` fits the number of rows.
    """
    pictures: Sequence[Mapping[str, Any]] = (report or {}).get("histograms") or []
    if not pictures:
        return theme.empty("No distributions yet")
    n_columns = max(1, min(len({p["observable"] for p in pictures}), columns))
    n_rows = -(-len(pictures) // n_columns)
    made = make_subplots(rows=2 * n_rows, cols=n_columns, horizontal_spacing=0.07)
    for i, picture in enumerate(pictures):
        _panel(made, picture, 2 * (i // n_columns) + 1, i % n_columns + 1, first=i == 0)
    _arrange(made, n_rows, n_columns)
    return theme.dress(
        made,
        height=_ROW_HEIGHT * n_rows + 24,
        barmode="overlay",
        margin={"l": 44, "r": 8, "t": 40, "b": 8},
    )


def _panel(
    made: go.Figure, picture: Mapping[str, Any], row: int, column: int, *, first: bool
) -> None:
    edges, real = np.asarray(picture["edges"]), np.asarray(picture["real"])
    model = None if picture["model"] is None else np.asarray(picture["model"])
    at = {"row": row, "col": column}
    step: dict[str, Any] = {"mode": "lines", "hoverinfo": "x+y+name"}
    made.add_scatter(
        **outline(edges, real),
        name="Held out",
        legendgroup="real",
        showlegend=first,
        fill="tozeroy",
        fillcolor=theme.faint(theme.REAL, 0.25),
        line={"color": theme.REAL, "width": 1, "shape": "hv"},
        **step,
        **at,
    )
    if model is not None:
        made.add_scatter(
            **outline(edges, model),
            name="Generated",
            legendgroup="model",
            showlegend=first,
            line={"color": theme.MODEL, "width": 2, "shape": "hv"},
            **step,
            **at,
        )
    _ratio(
        made,
        edges,
        real,
        model,
        np.asarray(picture["floor_error"]),
        {"row": row + 1, "col": column},
        first,
    )
    of_class = "" if picture["class"] == "all" else f" ({theme.plain(picture['class'])})"
    made.update_xaxes(showticklabels=False, **at)
    made.update_yaxes(rangemode="tozero", showticklabels=False, **at)
    for part in (row, row + 1):
        made.update_xaxes(range=[float(edges[0]), float(edges[-1])], row=part, col=column)
    made.update_xaxes(
        title_text=theme.with_unit(picture["label"], picture["unit"]) + of_class,
        row=row + 1,
        col=column,
    )
    made.update_yaxes(
        range=[0, 2],
        tickvals=[0.5, 1, 1.5],
        title_text="ratio" if column == 1 else None,
        row=row + 1,
        col=column,
    )


def _arrange(made: go.Figure, n_rows: int, n_columns: int) -> None:
    """Place each ratio close below its histogram, with space for the axis title below."""
    slot = 1 / n_rows
    for i in range(n_rows):
        top = 1 - i * slot
        for column in range(1, n_columns + 1):
            made.update_yaxes(domain=[top - 0.58 * slot, top], row=2 * i + 1, col=column)
            made.update_yaxes(
                domain=[top - 0.8 * slot, top - 0.61 * slot], row=2 * i + 2, col=column
            )


def _ratio(
    made: go.Figure,
    edges: Array,
    real: Array,
    model: Array | None,
    error: Array,
    at: dict[str, int],
    first: bool,
) -> None:
    known = real > 0
    band = np.where(known, error / np.where(known, real, 1), 2.0)
    line = {"width": 0, "shape": "hv"}
    made.add_scatter(
        **outline(edges, np.maximum(1 - band, 0)),
        mode="lines",
        line=line,
        showlegend=False,
        hoverinfo="skip",
        **at,
    )
    made.add_scatter(
        **outline(edges, np.minimum(1 + band, 2)),
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=theme.faint(theme.FLOOR, 0.25),
        name="Floor, ±1σ",
        legendgroup="floor",
        showlegend=first,
        hoverinfo="skip",
        **at,
    )
    if model is None:
        return
    middle = (edges[:-1] + edges[1:]) / 2
    ratio = [float(m / r) if r > 0 else None for m, r in zip(model, real)]
    made.add_scatter(
        x=middle.tolist(),
        y=ratio,
        mode="markers",
        marker={"color": theme.MODEL, "size": 4},
        name="Generated / held out",
        showlegend=False,
        hovertemplate="%{x:.4g}: %{y:.3f}<extra></extra>",
        **at,
    )


def outline(edges: Array, values: Array) -> dict[str, list[float]]:
    """The corners of a histogram as a line of shape "hv"."""
    return {"x": edges.tolist(), "y": [*values.tolist(), float(values[-1])]}
