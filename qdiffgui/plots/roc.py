"""ROC curves of the classifier test.

The closer to the diagonal, the less a classifier distinguishes generated from held-out samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from numpy.typing import NDArray

from qdiffgui.plots import theme

Array = NDArray[Any]


def roc(curves: Mapping[str, tuple[Array, Array]]) -> go.Figure:
    """ROC curves of several models.

    Parameters
    ----------
    curves : mapping
        Label -> (false positive rate, true positive rate): the fractions of generated and of
        held-out samples that the classifier calls held-out, each of shape (k,) and ascending.
    """
    if not curves:
        return theme.empty("No curve yet")
    made = theme.figure(height=420, margin={"l": 60, "r": 24, "t": 60, "b": 52})
    made.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": theme.REAL, "width": 1, "dash": "dot"},
        name="Random guess",
        hoverinfo="skip",
    )
    for i, (label, (false, true)) in enumerate(curves.items()):
        made.add_scatter(
            x=false,
            y=true,
            mode="lines",
            name=theme.plain(label),
            line={"color": theme.color(i), "width": 2, "dash": theme.dash(i)},
        )
    made.update_xaxes(title_text="Generated samples classified as held out", range=[0, 1])
    made.update_yaxes(title_text="Held-out samples classified as held out", range=[0, 1])
    return made
