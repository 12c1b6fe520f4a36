"""Rows of small maps: the mean and a few examples of each source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Array = NDArray[Any]


def maps(rows: Mapping[str, Array], *, upward: bool = False) -> go.Figure:
    """Rows of maps; the color is the square root of the fraction, on one scale for all.

    Maps of one column or one row (radial profiles) are drawn as bars.

    Parameters
    ----------
    rows : mapping
        Label -> fractions, shape (k, height, width).
    upward : bool
        Whether rows are rapidity, so that the first one is at the bottom.
    """
    first = next(iter(rows.values()))
    n_columns = len(first)
    curves = 1 in first.shape[1:]
    made = make_subplots(
        rows=len(rows), cols=n_columns, horizontal_spacing=0.01, vertical_spacing=0.03
    )
    top = max(float(np.sqrt(np.maximum(x, 0)).max()) for x in rows.values())
    for i, (label, x) in enumerate(rows.items(), start=1):
        for j, picture in enumerate(np.sqrt(np.maximum(x, 0)), start=1):
            if curves:
                made.add_bar(
                    y=picture.ravel(),
                    marker_color=theme.MODEL if i > 1 else theme.REAL,
                    hoverinfo="y",
                    row=i,
                    col=j,
                )
                made.update_yaxes(range=[0, top], row=i, col=j)
            else:
                made.add_heatmap(
                    z=picture,
                    coloraxis="coloraxis",
                    hovertemplate="%{z:.3f}<extra></extra>",
                    row=i,
                    col=j,
                )
        made.update_yaxes(
            title_text=label.replace(", ", ",<br>"), row=i, col=1
        )  # else long names run into each other
    made.update_xaxes(showticklabels=False, ticks="")
    made.update_yaxes(showticklabels=False, ticks="")
    if not (upward or curves):
        made.update_yaxes(autorange="reversed")
    bar = {"colorscale": "Cividis", "cmin": 0, "cmax": top, "colorbar": {"title": {"text": "√f"}}}
    return theme.dress(
        made,
        height=40 + 110 * len(rows),
        coloraxis=bar,
        showlegend=False,
        bargap=0,
        margin={"l": 90, "r": 24, "t": 16, "b": 16},
    )
