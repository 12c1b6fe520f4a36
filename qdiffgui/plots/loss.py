"""Loss at each optimizer step, of several runs or of one with the norm of its gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme
from qdiffgui.plots.thin import smooth, thin

Curve = tuple[Sequence[float], Sequence[float]]


def loss(runs: Mapping[str, Curve], *, smoothing: float = 0.0) -> go.Figure:
    """Loss of several runs. The axis is logarithmic if all losses are positive.

    Parameters
    ----------
    runs : mapping
        Name -> (steps, losses). Trace i is run i, so that the page can extend it.
    smoothing : float
        Weight of the past in a moving average, 0 to below 1. If positive, the curves become faint
        and their averages follow as further traces.
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing: expected a number from 0 to below 1; found {smoothing}")
    made = theme.figure(
        xaxis={"title": {"text": "Optimizer step"}}, yaxis={"title": {"text": "Loss"}}
    )
    for i, (name, (steps, values)) in enumerate(runs.items()):
        x, y = thin(steps, values)
        made.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name=theme.plain(name),
            showlegend=len(runs) > 1,
            opacity=0.3 if smoothing else 1,
            line={"color": theme.color(i), "width": 1.5, "dash": theme.dash(i)},
        )
    if smoothing:
        for i, (name, (steps, values)) in enumerate(runs.items()):
            x, y = thin(steps, smooth(values, smoothing))
            made.add_scatter(
                x=x,
                y=y,
                mode="lines",
                name=theme.plain(f"{name} (smoothed)".strip()),
                showlegend=False,
                line={"color": theme.color(i), "width": 2, "dash": theme.dash(i)},
            )
    found = (
        np.concatenate([np.asarray(values, dtype=float) for _, values in runs.values()])
        if runs
        else np.empty(0)
    )
    if not len(found):
        theme.say_empty(made)
    made.update_yaxes(type=_axis_type(found))
    return made


def training(losses: Curve, norms: Curve) -> go.Figure:
    """Loss and, below it, norm of the gradient; each is (steps, values).

    Traces 0 and 1 can be extended by the page.
    """
    made = theme.dress(
        make_subplots(
            rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.07
        ),
        showlegend=False,
        margin={"t": 10},
    )
    parts = (("Loss", losses, theme.MODEL, 7), ("Gradient norm", norms, theme.SECOND, 4))
    for row, (label, curve, hue, n_ticks) in enumerate(parts, start=1):
        x, y = thin(*curve)
        made.add_scatter(
            x=x, y=y, mode="lines", name=label, line={"color": hue, "width": 1.3}, row=row, col=1
        )
        kind = _axis_type(np.asarray(curve[1], dtype=float))
        made.update_yaxes(title_text=label, type=kind, nticks=n_ticks, row=row, col=1)
    made.update_xaxes(title_text="Optimizer step", row=2, col=1)
    if not len(losses[0]):
        theme.say_empty(made)
    return made


def _axis_type(values: NDArray[np.float64]) -> str:
    """Logarithmic if all values are positive, or if there are none yet: losses rarely are not."""
    return "log" if (values[np.isfinite(values)] > 0).all() else "linear"
