"""Distance of the forward process from data and noise at each diffusion step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from qdiffgui.plots import theme

_NOISE = "pure noise"


def diagnostics(found: Mapping[str, Any]) -> go.Figure:
    """Curves of the forward process, with the value of pure noise as a dotted line.

    Parameters
    ----------
    found : mapping
        ``{"times" [f], "curves": {name: {"label", "values" [f], "reference", "reference_label",
        "log"}}}``; values may be None.
    """
    times, curves = list(found.get("times", ())), dict(found.get("curves", {}))
    if not times or not curves:
        return theme.empty("No diagnostics for this process")
    log = any(curve.get("log") for curve in curves.values())
    yaxis = {"type": "log", "tickformat": "~g", "nticks": 6} if log else {"rangemode": "tozero"}
    made = theme.figure(xaxis={"title": {"text": "Diffusion step"}}, yaxis=yaxis, showlegend=True)
    mode = "lines+markers" if len(times) <= 60 else "lines"
    for i, curve in enumerate(curves.values()):
        points = [
            (t, v) for t, v in zip(times, curve["values"]) if v is not None and (v > 0 or not log)
        ]
        line = {"color": theme.color(i), "width": 2, "dash": theme.dash(i)}
        marker = {"size": 5, "symbol": theme.MARKERS[i % len(theme.MARKERS)]}
        x, y = [t for t, _ in points], [v for _, v in points]
        made.add_scatter(x=x, y=y, mode=mode, name=curve["label"], line=line, marker=marker)
    for i, curve in enumerate(curves.values()):
        if curve.get("reference") is not None:
            _add_reference(made, curve, (times[0], times[-1]), theme.color(i))
    return made


def _add_reference(
    made: go.Figure, curve: Mapping[str, Any], ends: tuple[float, float], color: str
) -> None:
    """A dotted line. All of them share one entry of the legend; the hover text names the curve."""
    line = {"color": theme.faint(color, 0.65), "width": 1.2, "dash": "dot"}
    text = f"{curve['label']} of {curve.get('reference_label', '')}: %{{y:.3g}}<extra></extra>"
    first = not any(trace.name == _NOISE for trace in made.data)
    made.add_scatter(
        x=ends,
        y=(curve["reference"],) * 2,
        mode="lines",
        name=_NOISE,
        line=line,
        showlegend=first,
        hovertemplate=text,
    )
