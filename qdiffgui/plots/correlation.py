"""Correlation matrix of held-out samples, and the difference of each model from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

Array = NDArray[Any]


def correlation(real: Array, models: Mapping[str, Array], names: Sequence[str]) -> go.Figure:
    """Pearson correlations of held-out samples, and the differences of each model from them.

    Parameters
    ----------
    real : array, shape (m, d)
        Held-out samples.
    models : mapping
        Label -> generated samples, shape (n, d).
    names : sequence of str, length d
        Names of the columns; not shown if there are more than 12.
    """
    truth = _matrix(real)
    made = make_subplots(
        rows=1,
        cols=1 + len(models),
        subplot_titles=["Held out", *(f"{label} − held out" for label in models)],
        horizontal_spacing=0.03,
    )
    shown = list(names) if len(names) <= 12 else [str(i) for i in range(len(names))]
    panels = [truth, *(_matrix(x) - truth for x in models.values())]
    for i, panel in enumerate(panels, start=1):
        made.add_heatmap(
            z=panel,
            x=shown,
            y=shown,
            coloraxis="coloraxis",
            text=np.round(panel, 2) if len(names) <= 6 else None,
            texttemplate="%{text}" if len(names) <= 6 else None,
            hovertemplate="%{x}, %{y}: %{z:.3f}<extra></extra>",
            row=1,
            col=i,
        )
        made.update_yaxes(
            autorange="reversed", showticklabels=i == 1 and len(names) <= 12, row=1, col=i
        )
        made.update_xaxes(showticklabels=len(names) <= 12, row=1, col=i)
    bar = {"colorscale": "RdBu", "cmin": -1, "cmax": 1, "colorbar": {"title": {"text": "r"}}}
    return theme.dress(made, height=330, coloraxis=bar, margin={"l": 90, "r": 24, "t": 48, "b": 60})


def _matrix(x: Array) -> Array:
    spread = x.std(0)
    scaled = (x - x.mean(0)) / np.where(spread > 0, spread, 1)
    return np.asarray(scaled.T @ scaled / len(x))
