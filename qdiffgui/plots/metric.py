"""Live metrics of runs during training, each with its floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import smooth, thin

LIVE = {
    "w1": "W1 / σ of the data",
    "wasserstein": "Wasserstein distance",
    "cheap-auc": "AUC of a small classifier",
}
"""Labels of ``experiment.live.live_metrics`` and ``live_auc``."""
LINEAR = frozenset({"cheap-auc"})
"""Metrics between 0 and 1, whose axis is not logarithmic."""
Curve = tuple[Sequence[float], Sequence[float]]
SMOOTHED = 6
"""Curves of at least so many points are smoothed; their points stay, faintly."""
_WEIGHT = 0.6  # of the past in the moving average


def metric(
    series: Mapping[str, Curve],
    floor: Mapping[str, float],
    names: Mapping[str, str],
    *,
    spread: Mapping[str, float] | None = None,
    trivial: Mapping[str, Mapping[str, float]] | None = None,
    n: int | Mapping[str, int] = 0,
    linear: bool = False,
) -> go.Figure:
    """Live metrics of one run, or one metric of several runs, at each optimizer step.

    A floor that all curves share is green. Floors that differ (other data, split or number of
    samples) have the colors of their curves. The axis is logarithmic if all values are positive,
    unless it is to be linear.

    Parameters
    ----------
    series : mapping
        Key (a metric or a run) -> (steps, values).
    floor : mapping
        Key -> value of the floor.
    names : mapping
        Key -> label.
    spread : mapping, optional
        Key -> standard deviation of the floor over draws, shown as a band.
    trivial : mapping, optional
        Trivial generator -> key -> value. Values far above the curve are not shown.
    n : int or mapping
        Number of samples from which the values were computed, for all keys or by key.
    linear : bool
        Whether the axis is never logarithmic and need not reach zero; see ``LINEAR``.
    """
    shown = {key: curve for key, curve in series.items() if len(curve[0])}
    if not shown:
        return theme.empty()
    only = names.get(next(iter(shown)), next(iter(shown))) if len(shown) == 1 else ""
    made = theme.figure(
        xaxis={"title": {"text": "Optimizer step"}},
        yaxis={"title": {"text": only}},
        showlegend=True,
    )
    floors = {
        key: (floor[key], (spread or {}).get(key, 0.0), n if isinstance(n, int) else n.get(key, 0))
        for key in shown
        if key in floor
    }
    shared = len(set(floors.values())) == 1
    # a curve without points yet keeps its color
    places = {key: i for i, key in enumerate(series)}
    values = [
        *(v for _, y in shown.values() for v in y),
        *(value for value, _, _ in floors.values()),
    ]
    log = min(values) > 0 and not linear
    if not linear:
        made.update_yaxes(**({"type": "log"} if log else {"rangemode": "tozero"}))
    for key, curve in shown.items():
        i, (x, y) = places[key], thin(*curve)
        smoothed = len(curve[0]) >= SMOOTHED and not linear  # few of these are expected
        _curve(made, curve, theme.plain(names.get(key, key)), i, log=log, smoothed=smoothed)
        # a single point gets a visible floor, too
        ends = [x[0], x[-1]] if x[-1] > x[0] else [x[0] - 0.5, x[0] + 0.5]
        if key in floors and not shared:
            _floor(made, ends, *floors[key], of=names.get(key, key), color=theme.color(i))
        elif key == next(iter(floors), None):
            every = [step for of in floors for step in shown[of][0]]
            _floor(made, [min(*every, ends[0]), max(*every, ends[1])], *floors[key])
        for label, value in _near(
            {name: found[key] for name, found in (trivial or {}).items() if key in found}, y
        ).items():
            _line(
                made,
                ends,
                value,
                f"Trivial: {label}",
                theme.REAL,
                "dashdot" if len(made.data) % 2 else "longdash",
            )
    if floors and not shared:
        dotted = {"color": theme.REAL, "width": 1.5, "dash": "dot"}
        made.add_scatter(x=[None], y=[None], mode="lines", name="Floor of each curve", line=dotted)
    return made


def _curve(made: go.Figure, curve: Curve, name: str, i: int, *, log: bool, smoothed: bool) -> None:
    """The points of a curve, connected; if it is smoothed, faint under their moving average."""
    x, y = thin(*curve)
    line = {"color": theme.color(i), "width": 2, "dash": theme.dash(i)}
    marker = {"size": 6, "symbol": theme.MARKERS[i % 6], "color": theme.color(i)}
    if not smoothed:
        made.add_scatter(x=x, y=y, mode="lines+markers", name=name, marker=marker, line=line)
        return
    made.add_scatter(
        x=x, y=y, mode="markers", name=name, marker=marker, opacity=0.35, showlegend=False
    )
    whole = np.asarray(curve[1], dtype=float)
    average = np.exp(smooth(np.log(whole), _WEIGHT)) if log else smooth(whole, _WEIGHT)
    x, y = thin(curve[0], average)
    made.add_scatter(x=x, y=y, mode="lines", name=f"{name} (smoothed)", line=line)


def _near(values: Mapping[str, float], curve: Sequence[float]) -> dict[str, float]:
    """The two best generators, unless their values would compress the curve."""
    top = 2 * max(curve)
    return {
        name: values[name]
        for name in sorted(values, key=values.__getitem__)[:2]
        if values[name] <= top
    }


def _floor(
    made: go.Figure,
    x: list[float],
    value: float,
    spread: float,
    n: int,
    *,
    of: str = "",
    color: str = theme.FLOOR,
) -> None:
    """A line with its band. Without ``of`` all curves share it, and it is in the legend."""
    if spread:
        # a band that reaches zero would be lost on a logarithmic axis
        low = value - spread if value <= 0 else max(value - spread, value / 10)
        made.add_scatter(
            x=[*x, *reversed(x)],
            y=[value + spread] * 2 + [low] * 2,
            fill="toself",
            mode="none",
            showlegend=False,
            fillcolor=theme.faint(color, 0.12 if of else 0.18),
            hoverinfo="skip",
        )
    _line(
        made,
        x,
        value,
        f"Floor{' of ' + of if of else ''}{f' ({n} samples)' if n else ''}",
        color,
        "dot",
        in_legend=not of,
    )


def _line(
    made: go.Figure,
    x: list[float],
    value: float,
    name: str,
    color: str,
    dash: str,
    *,
    in_legend: bool = True,
) -> None:
    made.add_scatter(
        x=x,
        y=[value] * 2,
        mode="lines",
        name=theme.plain(name),
        line={"color": color, "width": 1.5, "dash": dash},
        showlegend=in_legend,
        hovertemplate="%{fullData.name}: %{y:.4g}<extra></extra>",
    )
