"""What all plots share: colors that color-blind people can tell apart, a template, an empty plot.

``tools/write_colors.py`` writes the page's style sheet ``colors.css`` from it.
"""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from qdiffgui.data.formats.checks import one_line
from qdiffgui.evaluation.number_format import NARROW

COLORS = {
    "bg": ("#f4f6f9", "#0e131a"),
    "surface": ("#ffffff", "#161d26"),
    "surface-2": ("#eef1f5", "#1f2833"),
    "ink": ("#17202c", "#e7ecf2"),
    "muted": ("#55636f", "#a3b1bf"),
    "line": ("#d9e0e8", "#2b3643"),
    "line-strong": ("#808d9b", "#6f7f90"),
    "accent": ("#3346a8", "#a5b4ff"),
    "accent-ink": ("#ffffff", "#10163a"),
    "accent-soft": ("#e6e9fa", "#262f55"),
    "accent-2": ("#b45309", "#ffb454"),
    "good": ("#0b6b45", "#6fd8a6"),
    "good-soft": ("#dff3e9", "#12352a"),
    "bad": ("#b3261e", "#ff9c94"),
    "bad-soft": ("#fdeceb", "#43201f"),
    "warn": ("#855000", "#f3c26b"),
    "warn-soft": ("#fdf1dc", "#3b2e14"),
    "real": ("#5b6673", "#aab6c3"),
    "model": ("#3346a8", "#a5b4ff"),
    "stale": ("rgb(23 32 44 / 6%)", "rgb(231 236 242 / 7%)"),
    "shadow": (
        "0 1px 2px rgb(23 32 44 / 5%), 0 2px 8px rgb(23 32 44 / 4%)",
        "0 1px 2px rgb(0 0 0 / 40%)",
    ),
}
"""The only place of the page's and the plots' colors: CSS token -> (light theme, dark theme)."""

MODEL, SECOND, REAL, FLOOR, BAD = (
    COLORS[name][0] for name in ("model", "accent-2", "real", "good", "bad")
)
"""Blue, orange, gray, green, red."""

DARK = {COLORS[name][0]: COLORS[name][1] for name in ("model", "accent-2", "real", "good", "bad")}
"""Plot color -> its replacement on the dark page; colors that are not listed stay."""

# blue and orange, then colors of Okabe and Ito; dash styles differ, too, so that no plot depends on
# color alone
_SERIES = (MODEL, SECOND, "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MARKERS = ("circle", "diamond", "square", "triangle-up", "x", "cross")
GRID = "rgba(128,128,128,0.25)"
CLEAR = "rgba(0,0,0,0)"
_AXIS = {
    "gridcolor": GRID,
    "zerolinecolor": GRID,
    "linecolor": GRID,
    "automargin": True,
    "title": {"standoff": 8},
    "exponentformat": "power",  # else 0.000001 is written 1μ
    "separatethousands": True,  # as format_number groups digits
}
_TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "colorway": list(_SERIES),
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "bgcolor": CLEAR},
        "margin": {"l": 56, "r": 24, "t": 32, "b": 44},
        "separators": f".{NARROW}",
        "hovermode": "closest",
        "colorscale": {"sequential": "Cividis", "diverging": "RdBu"},
    }
)


def figure(**layout: Any) -> go.Figure:
    """An empty plot with the shared template; ``layout`` is that of Plotly."""
    return go.Figure(layout={"template": _TEMPLATE, **layout})


def empty(message: str = "No data yet", **layout: Any) -> go.Figure:
    """A plot that shows ``message`` and no axes."""
    made = figure(xaxis={"visible": False}, yaxis={"visible": False}, **layout)
    say_empty(made, message)
    return made


def say_empty(made: go.Figure, message: str = "No data yet") -> None:
    """Write ``message`` into the middle of a plot."""
    made.add_annotation(
        text=message, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"size": 14}
    )


def dress(made: go.Figure, **layout: Any) -> go.Figure:
    """Apply the shared template to a plot made by ``make_subplots``."""
    made.update_layout(template=_TEMPLATE, **layout)
    return made


def color(i: int) -> str:
    """Color of series i."""
    return _SERIES[i % len(_SERIES)]


def dash(i: int) -> str:
    """Line style of series i."""
    return _DASHES[i % len(_DASHES)]


def faint(hexed: str, alpha: float) -> str:
    """A color ``#rrggbb`` with an opacity, as ``rgba(r,g,b,a)``."""
    r, g, b = (int(hexed[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{alpha:g})"


def plain(text: object) -> str:
    """Text of unknown origin, such as the name of a run, for a plot: Plotly shows it as it is.

    Plotly takes ``<a>``, ``<b>`` and so on for markup, and text between dollars for a formula.

    Examples
    --------
    >>> plain("$p_T$ > 500 GeV")
    '&#36;p_T&#36; &gt; 500 GeV'
    """
    return escape(one_line(text, 500), quote=False).replace("$", "&#36;")


def with_unit(label: str, unit: str) -> str:
    """The title of an axis: a label with its unit, if it has one."""
    return f"{label} / {unit}" if unit else label


def css() -> str:
    """The colors as CSS custom properties ``--qd-...`` for the light and the dark theme."""
    blocks = []
    for i, (selector, scheme) in enumerate(((":root", "light"), (_DARK_PAGE, "dark"))):
        lines = [f"  --qd-{name}: {values[i]};" for name, values in COLORS.items()]
        arrow = _ARROW.format(color=COLORS["ink"][i].replace("#", "%23"))
        lines += [f'  --qd-arrow: url("{arrow}");', f"  color-scheme: {scheme};"]
        blocks.append(f"{selector} {{\n" + "\n".join(lines) + "\n}\n")
    return _CSS_HEAD + "\n".join(blocks)


_DARK_PAGE = ':root[data-theme="dark"]'
_ARROW = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 12'%3E"
    "%3Cpath d='M2.5 4.5 6 8l3.5-3.5' fill='none' stroke='{color}' stroke-width='1.8' "
    "stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E"
)
_CSS_HEAD = """\
/* Generated by tools/write_colors.py from qdiffgui/plots/theme.py. Every pair of text on a surface
   reaches WCAG AA (4.5:1) in both themes; tests/ui/test_look.py checks the pairs. */

"""
