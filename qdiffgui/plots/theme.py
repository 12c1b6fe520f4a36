"""What all figures share: colours that colour-blind people tell apart, a bare template, a figure that says there is nothing yet."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

MODEL, SECOND, REAL, FLOOR = "#3346a8", "#b45309", "#5b6673", "#0b6b45"
"""Blue, orange, grey, green, red. The page maps these to lighter ones on its dark theme."""

# after blue and orange, those of Okabe and Ito; a dash style besides, so that nothing hangs on colour alone
_SERIES = (MODEL, SECOND, "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MARKERS = ("circle", "diamond", "square", "triangle-up", "x", "cross")
GRID = "rgba(128,128,128,0.25)"
CLEAR = "rgba(0,0,0,0)"
_AXIS = {
    "gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID, "automargin": True, "title": {"standoff": 8},
    "exponentformat": "power",  # else 0.000001 is written 1μ
}  # fmt: skip
_TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": _AXIS, "yaxis": _AXIS, "colorway": list(_SERIES),
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "bgcolor": CLEAR},
        "margin": {"l": 56, "r": 16, "t": 32, "b": 44}, "hovermode": "closest",
        "colorscale": {"sequential": "Cividis", "diverging": "RdBu"},
    }
)  # fmt: skip


def figure(**layout: Any) -> go.Figure:
    """A bare figure; ``layout`` is Plotly's."""
    return go.Figure(layout={"template": _TEMPLATE, **layout})


def empty(message: str = "No data yet", **layout: Any) -> go.Figure:
    """A figure that shows ``message`` and no axes."""
    made = figure(xaxis={"visible": False}, yaxis={"visible": False}, **layout)
    say_empty(made, message)
    return made


def say_empty(made: go.Figure, message: str = "No data yet") -> None:
    """Write ``message`` into the middle of a figure."""
    made.add_annotation(text=message, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"size": 14})


def dress(made: go.Figure, **layout: Any) -> go.Figure:
    """Put the template on a figure made elsewhere (subplots)."""
    made.update_layout(template=_TEMPLATE, **layout)
    return made


def colour(i: int) -> str:
    """Colour of series i."""
    return _SERIES[i % len(_SERIES)]


def dash(i: int) -> str:
    """Line style of series i."""
    return _DASHES[i % len(_DASHES)]


def faint(hexed: str, alpha: float) -> str:
    """A colour ``#rrggbb`` with an opacity, as ``rgba(r,g,b,a)``."""
    r, g, b = (int(hexed[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{alpha:g})"


def with_unit(label: str, unit: str) -> str:
    return f"{label} / {unit}" if unit else label
