"""A figure of merit while a run trains, with its floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from qdiffgui.plots import theme
from qdiffgui.plots.thin import thin

Curve = tuple[Sequence[float], Sequence[float]]


def metric(
    series: Mapping[str, Curve], floor: Mapping[str, float], names: Mapping[str, str], *,
    spread: Mapping[str, float] | None = None, trivial: Mapping[str, Mapping[str, float]] | None = None, n: int = 0,
) -> go.Figure:  # fmt: skip
    """``series``: metric -> (steps, values); ``floor``: metric -> value of real against real; ``names``: metric -> label.

    ``spread``: metric -> standard deviation of the floor over draws, a band; ``trivial``: generator -> metric -> value, those that do
    not lie far above the curves; ``n``: how many samples all of it was worked out from.
    """
    shown = {key: curve for key, curve in series.items() if len(curve[0])}
    if not shown:
        return theme.empty()
    only = names.get(next(iter(shown)), next(iter(shown))) if len(shown) == 1 else ""
    made = theme.figure(
        xaxis={"title": {"text": "Optimiser step"}}, yaxis={"title": {"text": only}, "rangemode": "tozero"}, showlegend=True
    )
    for i, (key, (steps, values)) in enumerate(shown.items()):
        x, y = thin(steps, values)
        made.add_scatter(
            x=x, y=y, mode="lines+markers", name=names.get(key, key), marker={"size": 6, "symbol": theme.MARKERS[i % 6]},
            line={"color": theme.colour(i), "width": 2, "dash": theme.dash(i)},
        )  # fmt: skip
        ends = [x[0], x[-1]]
        if key in floor:
            _floor(made, ends, floor[key], (spread or {}).get(key, 0.0), n)
        for label, value in _near({name: found[key] for name, found in (trivial or {}).items() if key in found}, y).items():
            _line(made, ends, value, f"Trivial: {label}", theme.REAL, "dashdot" if len(made.data) % 2 else "longdash")
    return made


def _near(values: Mapping[str, float], curve: Sequence[float]) -> dict[str, float]:
    """The two best generators, as far as they do not squeeze the curve to the foot of the figure."""
    top = 2 * max(curve)
    return {name: values[name] for name in sorted(values, key=values.__getitem__)[:2] if values[name] <= top}


def _floor(made: go.Figure, x: list[float], value: float, spread: float, n: int) -> None:
    counted = f", {n} samples" if n else ""
    if spread:
        made.add_scatter(
            x=[*x, *reversed(x)], y=[value + spread] * 2 + [value - spread] * 2, fill="toself", mode="none", showlegend=False,
            fillcolor=theme.faint(theme.FLOOR, 0.18), hoverinfo="skip",
        )  # fmt: skip
    _line(made, x, value, f"Real against real (floor{counted})", theme.FLOOR, "dot")


def _line(made: go.Figure, x: list[float], value: float, name: str, colour: str, dash: str) -> None:
    made.add_scatter(
        x=x, y=[value] * 2, mode="lines", name=name, line={"color": colour, "width": 1.5, "dash": dash},
        hovertemplate=f"{name}: %{{y:.4g}}<extra></extra>",
    )  # fmt: skip
