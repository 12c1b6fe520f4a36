"""Loss against optimiser step, one or several runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import smooth, thin

Curve = tuple[Sequence[float], Sequence[float]]


def gradient(curve: Curve) -> go.Figure:
    """The norm of the gradient (steps, norms), on a logarithmic axis; trace 0 can be extended."""
    made = theme.figure(xaxis={"title": {"text": ""}}, yaxis={"title": {"text": "Gradient norm"}}, margin={"t": 8, "b": 28})
    x, y = thin(*curve)
    made.add_scatter(x=x, y=y, mode="lines", name="Gradient norm", showlegend=False, line={"color": theme.SECOND, "width": 1.2})
    made.update_yaxes(type="log", exponentformat="power")
    return made


def loss(runs: Mapping[str, Curve], *, smoothing: float = 0.0) -> go.Figure:
    """``runs``: name -> (steps, losses). Trace i is run i, so that a live page can extend it.

    ``smoothing`` in [0, 1): the curves become faint and their moving averages follow as further traces. The axis is logarithmic
    where no loss is zero or below.
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing: expected a number from 0 to below 1, found {smoothing}")
    made = theme.figure(xaxis={"title": {"text": "Optimiser step"}}, yaxis={"title": {"text": "Loss"}})
    for i, (name, (steps, values)) in enumerate(runs.items()):
        x, y = thin(steps, values)
        made.add_scatter(
            x=x, y=y, mode="lines", name=name, showlegend=len(runs) > 1, opacity=0.3 if smoothing else 1,
            line={"color": theme.colour(i), "width": 1.5, "dash": theme.dash(i)},
        )  # fmt: skip
    if smoothing:
        for i, (name, (steps, values)) in enumerate(runs.items()):
            x, y = thin(steps, smooth(values, smoothing))
            made.add_scatter(
                x=x, y=y, mode="lines", name=f"{name} (smoothed)".strip(), showlegend=False,
                line={"color": theme.colour(i), "width": 2, "dash": theme.dash(i)},
            )  # fmt: skip
    found = np.concatenate([np.asarray(values, dtype=float) for _, values in runs.values()]) if runs else np.empty(0)
    if not len(found):
        made.add_annotation(text="No data yet", showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"size": 14})
    finite = found[np.isfinite(found)]
    # a live run starts empty: its losses will nearly always be positive
    made.update_yaxes(type="log" if (finite > 0).all() else "linear", exponentformat="power")
    return made
