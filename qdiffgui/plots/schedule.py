"""The noise schedule of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import thin

_SAYS = {
    "gaussian": ("ᾱ, share of the data's variance", "1 - ᾱ, of the noise's"),
    "haar": ("ᾱ, share of the data", "1 - ᾱ, of the random state"),
    "bits": ("share of bits kept", "drawn anew"),
    "blend": ("weight of the data", "weight of the noise"),
    "flow": ("weight of the data", "weight of the noise"),
    "depolarizing": ("weight of the data", "weight of I/d"),
    "amplitude-damping": ("share of excitations left", "decayed"),
    "dephasing": ("share of coherence left", "lost"),
    "scrambling": ("h, strength of each random circuit", ""),
}


def schedule(curve: Mapping[str, Any]) -> go.Figure:
    """``curve``: {"kind", "process", "values"}; values are (T+1,), 1 at step 0, or (T,) where the process is scrambling."""
    values = np.asarray(curve.get("values", ()), dtype=float)
    if not len(values):
        return theme.empty()
    process = str(curve.get("process", "gaussian"))
    signal, noise = _SAYS.get(process, ("value", ""))
    first = 1 if process == "scrambling" else 0
    made = theme.figure(xaxis={"title": {"text": "Diffusion step"}}, yaxis={"rangemode": "tozero"}, showlegend=True)
    mode = "lines+markers" if len(values) <= 60 else "lines"
    x, y = thin(np.arange(first, first + len(values)), values)
    made.add_scatter(x=x, y=y, mode=mode, name=signal, line={"color": theme.MODEL, "width": 2}, marker={"size": 5})
    if noise:
        rest = [1 - value for value in y]
        line = {"color": theme.SECOND, "width": 2, "dash": "dash"}
        made.add_scatter(x=x, y=rest, mode=mode, name=noise, line=line, marker={"size": 5, "symbol": "diamond"})
    return made
