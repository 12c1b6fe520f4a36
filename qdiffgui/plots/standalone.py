"""Pages with figures that need no network: plotly.js stands in them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

import plotly.graph_objects as go

from qdiffgui.plots.export import library

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
    "td,th{padding:.2rem .8rem .2rem 0;text-align:right;border-bottom:1px solid #ccc}td:first-child,th:first-child{text-align:left}"
)


def page(title: str, parts: Iterable[str], *, draws: bool = True) -> str:
    """One HTML page of ``parts``, which are ready markup; the title is escaped. ``draws``: whether there are figures in it."""
    script = f"<script>{library()}</script>" if draws else ""
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style>{script}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def headed(title: str, figure: go.Figure) -> str:
    """A figure for ``page`` under a heading, which is escaped."""
    body: str = figure.to_html(full_html=False, include_plotlyjs=False, default_width="100%")
    return f"<h2>{html.escape(title)}</h2>{body}"


def as_script(figures: Mapping[str, go.Figure]) -> str:
    """Figures by name as a script may hold them: no ``</script>`` can end it early."""
    rows = ",".join(f'"{name}":{figure.to_json()}' for name, figure in figures.items())
    return f"{{{rows}}}".replace("</", "<\\/")
