"""The noise schedule of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import thin


def schedule(curve: Mapping[str, Any]) -> go.Figure:
    """``curve`` is what ``diffusion.curve.schedule`` gives; values are (T+1,), 1 at step 0, or (T,)
    for scrambling.
    """
    values = np.asarray(curve.get("values", ()), dtype=float)
    if not len(values):
        return theme.empty()
    first = curve.get("first", 1 if curve.get("process") == "scrambling" else 0)
    signal, noise = curve.get("signal", "value"), curve.get("noise", "" if first else "rest")
    made = theme.figure(
        xaxis={"title": {"text": "Diffusion step"}}, yaxis={"rangemode": "tozero"}, showlegend=True
    )
    mode = "lines+markers" if len(values) <= 60 else "lines"
    x, y = thin(np.arange(first, first + len(values)), values)
    made.add_scatter(
        x=x,
        y=y,
        mode=mode,
        name=signal,
        line={"color": theme.MODEL, "width": 2},
        marker={"size": 5},
    )
    if noise:
        rest = [1 - value for value in y]
        line = {"color": theme.SECOND, "width": 2, "dash": "dash"}
        made.add_scatter(
            x=x, y=rest, mode=mode, name=noise, line=line, marker={"size": 5, "symbol": "diamond"}
        )
    return made
