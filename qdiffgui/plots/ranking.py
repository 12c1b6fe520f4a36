"""One metric of many models with errors and the floor as a band; and quality versus cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from qdiffgui.plots import theme

Cell = Mapping[str, float] | None
_KINDS = {
    "quantum": (theme.MODEL, "circle"),
    "matched": (theme.SECOND, "diamond"),
    "best": (theme.SECOND, "square"),
}
_TRIVIAL = (theme.REAL, "circle-open")
_WIDE = 20.0


def ranking(
    rows: Sequence[tuple[str, str, Cell]], floor: Cell, title: str, better: str
) -> go.Figure:
    """One metric of many models.

    Parameters
    ----------
    rows : sequence
        (label, role, cell) of models and trivial generators (role ""), from top to bottom. A cell
        has ``value`` and ``error``.
    floor : mapping or None
        The cell of the floor.
    title : str
        Title of the axis.
    better : str
        As in ``catalog.metrics``.
    """
    shown = [(label, role, cell) for label, role, cell in rows if cell is not None]
    if not shown:
        return theme.empty("No model reports this metric")
    made = theme.figure(
        height=110 + 26 * len(shown), showlegend=False, margin={"l": 210, "r": 24, "t": 16, "b": 56}
    )
    if floor is not None:
        made.add_vrect(
            x0=floor["value"] - floor["error"],
            x1=floor["value"] + floor["error"],
            fillcolor=theme.faint(theme.FLOOR, 0.25),
            line_width=0,
        )
    for label, role, cell in shown:
        hue, symbol = _KINDS.get(role, _TRIVIAL)
        made.add_scatter(
            x=[cell["value"]],
            y=[theme.plain(label)],
            error_x={"type": "data", "array": [cell["error"]], "thickness": 1.5, "width": 4},
            mode="markers",
            marker={"color": hue, "size": 10, "symbol": symbol},
            name=theme.plain(label),
            hovertemplate=f"%{{x:.4g}} ± {cell['error']:.2g}<extra>%{{y}}</extra>",
        )
    values = [cell["value"] for _, _, cell in shown]
    wide = better == "lower" and min(values) > 0 and max(values) / min(values) > _WIDE
    made.update_xaxes(title_text=title, type="log" if wide else "linear")
    made.update_yaxes(autorange="reversed", type="category")
    return made


def quality_cost(points: Sequence[Mapping[str, Any]], cost: str, quality: str) -> go.Figure:
    """Quality of many models versus their cost.

    Parameters
    ----------
    points : sequence of mappings
        With ``label``, ``role``, ``cost`` (> 0) and ``cell``.
    cost, quality : str
        Titles of the axes.
    """
    known = [p for p in points if p["cell"] is not None and p["cost"] > 0]
    if not known:
        return theme.empty("No model reports quality and cost")
    made = theme.figure(height=380, showlegend=False, margin={"l": 70, "r": 24, "t": 24, "b": 56})
    for point in known:
        hue, symbol = _KINDS.get(point["role"], _TRIVIAL)
        made.add_scatter(
            x=[point["cost"]],
            y=[point["cell"]["value"]],
            mode="markers+text",
            text=[theme.plain(point["label"])],
            textposition="top center",
            error_y={
                "type": "data",
                "array": [point["cell"]["error"]],
                "thickness": 1.5,
                "width": 4,
            },
            cliponaxis=False,
            marker={"color": hue, "size": 11, "symbol": symbol},
            name=theme.plain(point["label"]),
            hovertemplate="%{text}: %{x:.4g}, %{y:.4g}<extra></extra>",
        )
    made.update_xaxes(title_text=cost, type="log")
    made.update_yaxes(title_text=quality)
    return made
