"""A quantity as a function of a size, with errors and fitted laws; dotted where extrapolated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme

_FINE = 60
_MOST_TICKS = 8
Law = Callable[[Any], Any]


@dataclass(frozen=True)
class Series:
    """Points with absolute errors, and a fitted law.

    The law is drawn as a solid line from ``fitted[0]`` to ``fitted[1]``, and dotted from there to
    ``to``.
    """

    x: Sequence[float]
    y: Sequence[float]
    error: Sequence[float] = ()
    law: Law | None = None
    fitted: tuple[float, float] = (0.0, 0.0)
    to: float | None = None


def scaling(
    series: Mapping[str, Series],
    x_title: str,
    y_title: str,
    *,
    x_log: bool = False,
    y_log: bool = True,
    floor: float | None = None,
    floor_name: str = "Floor",
) -> go.Figure:
    """A quantity as a function of a size.

    Parameters
    ----------
    series : mapping
        Name -> points.
    x_title, y_title : str
        Titles of the axes.
    x_log, y_log : bool
        Logarithmic axes.
    floor : float, optional
        The best possible value, or the value by chance alone, as a line.
    floor_name : str
        Its name.
    """
    shown = {name: s for name, s in series.items() if len(s.x)}
    if not shown:
        return theme.empty("Nothing to show")
    kind: Literal["log", "linear"] = "log" if x_log else "linear"
    made = theme.figure(
        xaxis={"title": {"text": x_title}, "type": kind},
        height=360,
        showlegend=len(shown) > 1 or floor is not None,
        yaxis={
            "title": {"text": y_title},
            "type": "log" if y_log else "linear",
            "exponentformat": "power",
        },
    )
    places = sorted({float(x) for s in shown.values() for x in s.x})
    if x_log and len(places) <= _MOST_TICKS:  # plotly's ticks do not show the sizes of few points
        made.update_xaxes(tickvals=places, ticktext=[f"{x:g}" for x in places])
    for i, (name, s) in enumerate(shown.items()):
        hue = theme.color(i)
        made.add_scatter(
            x=list(s.x),
            y=list(s.y),
            mode="markers" if s.law else "lines+markers",
            name=theme.plain(name),
            line={"color": hue, "dash": theme.dash(i)},
            marker={"color": hue, "size": 8, "symbol": theme.MARKERS[i % len(theme.MARKERS)]},
            error_y={"type": "data", "array": list(s.error), "thickness": 1.2, "width": 3}
            if len(s.error)
            else None,
        )
        _law(made, s, hue, name)
    if floor is not None:
        ends = [min(min(s.x) for s in shown.values()), max(max(s.x) for s in shown.values())]
        made.add_scatter(
            x=ends,
            y=[floor] * 2,
            mode="lines",
            name=theme.plain(floor_name),
            line={"color": theme.FLOOR, "width": 1.5, "dash": "dot"},
        )
    return made


def _law(made: go.Figure, s: Series, hue: str, name: str) -> None:
    if s.law is None:
        return
    low, high = s.fitted
    stretches = [(low, high, "solid")] + (
        [(high, s.to, "dot")] if s.to is not None and s.to > high else []
    )
    for begin, end, dash in stretches:
        x = np.linspace(begin, end, _FINE)
        what = "extrapolated" if dash == "dot" else "fit"
        made.add_scatter(
            x=x.tolist(),
            y=np.asarray(s.law(x)).tolist(),
            mode="lines",
            name=theme.plain(f"{name}, {what}"),
            showlegend=False,
            line={"color": hue, "width": 1.5, "dash": dash},
            hovertemplate=f"{what} %{{y:.3g}}<extra></extra>",
        )
