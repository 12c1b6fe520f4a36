"""ROC curves of the classifier test: the nearer to the diagonal, the less a classifier tells generated from real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from numpy.typing import NDArray

from qdiffgui.plots import theme

Array = NDArray[Any]


def roc(curves: Mapping[str, tuple[Array, Array]]) -> go.Figure:
    """label -> (share of generated taken for real, share of real taken for real), each (k,), ascending."""
    if not curves:
        return theme.empty("No curve yet")
    made = theme.figure(height=420, margin={"l": 60, "r": 16, "t": 60, "b": 52})
    made.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": theme.REAL, "width": 1, "dash": "dot"},
        name="cannot tell",
        hoverinfo="skip",
    )
    for i, (label, (false, true)) in enumerate(curves.items()):
        made.add_scatter(
            x=false, y=true, mode="lines", name=label, line={"color": theme.colour(i), "width": 2, "dash": theme.dash(i)}
        )
    made.update_xaxes(title_text="generated taken for real", range=[0, 1])
    made.update_yaxes(title_text="real taken for real", range=[0, 1])
    return made
