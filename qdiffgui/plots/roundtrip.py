"""What a representation keeps: distributions before and after encoding and decoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

MAX_COLUMNS = 3
_ROW_HEIGHT = 190


def roundtrip(found: Mapping[str, Any], columns: int = MAX_COLUMNS) -> go.Figure:
    """One panel per observable: the original distribution filled, the decoded one dashed.

    Parameters
    ----------
    found : mapping
        The result of ``experiment.roundtrip.roundtrip``.
    columns : int
        Panels per row. ``layout.height`` fits the number of rows.
    """
    rows: Sequence[Mapping[str, Any]] = found.get("observables") or []
    if not rows:
        return theme.empty("Nothing to compare")
    columns = max(1, min(columns, len(rows)))
    n_rows = -(-len(rows) // columns)
    made = make_subplots(
        rows=n_rows, cols=columns, horizontal_spacing=0.05, vertical_spacing=min(0.32 / n_rows, 0.5)
    )
    for i, row in enumerate(rows):
        _panel(made, row, {"row": i // columns + 1, "col": i % columns + 1}, first=i == 0)
    return theme.dress(
        made, height=_ROW_HEIGHT * n_rows + 70, margin={"l": 16, "r": 8, "t": 44, "b": 40}
    )


def _panel(made: go.Figure, row: Mapping[str, Any], at: dict[str, int], *, first: bool) -> None:
    edges = row["edges"]
    for i, (name, of_class) in enumerate(row["classes"].items()):
        color, of = theme.color(i), f"{name}, " if name != "all" else ""
        line = {"color": color, "width": 1, "shape": "hv"}
        both: dict[str, Any] = {"mode": "lines", "x": edges, "hoverinfo": "x+y+name", **at}
        made.add_scatter(
            y=[*of_class["truth"], of_class["truth"][-1]],
            name=f"{of}original",
            legendgroup=f"{name} truth",
            showlegend=first,
            fill="tozeroy",
            fillcolor=theme.faint(color, 0.18),
            line=line,
            **both,
        )
        if of_class["decoded"] is not None:
            made.add_scatter(
                y=[*of_class["decoded"], of_class["decoded"][-1]],
                name=f"{of}decoded",
                legendgroup=f"{name} decoded",
                showlegend=first,
                line={**line, "width": 2, "dash": "dash"},
                **both,
            )
    made.update_yaxes(rangemode="tozero", showticklabels=False, **at)
    lost = "" if row["lost"] is not None else ": not encoded"
    made.update_xaxes(
        title_text=theme.with_unit(row["label"], row["unit"]) + lost,
        range=[edges[0], edges[-1]],
        **at,
    )
