"""One observable of several finished runs, from their reports: densities, and below each the ratio
with the band of the floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from qdiffgui.plots import theme
from qdiffgui.plots.histograms import outline

Array = NDArray[Any]
Picture = Mapping[str, Any]
HIGH = 2.0
"""Upper end of the axis of ratios. Ratios beyond it are triangles there."""
_INSIDE = 0.06  # so that a triangle is not cut


def observables_of(reports: Mapping[str, Mapping[str, Any] | None]) -> dict[str, str]:
    """Observable -> label, for all observables with a histogram in any of the reports."""
    return {
        p["observable"]: p["label"]
        for report in reports.values()
        for p in (report or {}).get("histograms") or ()
    }


def pictures_of(
    reports: Mapping[str, Mapping[str, Any] | None], observable: str
) -> dict[str, dict[str, Picture]]:
    """Run -> class -> entry of ``histograms`` of one observable."""
    return {
        name: {
            p["class"]: p
            for p in (report or {}).get("histograms") or ()
            if p["observable"] == observable
        }
        for name, report in reports.items()
    }


def compared_histograms(
    reports: Mapping[str, Mapping[str, Any] | None], observable: str, *, log: bool = False
) -> go.Figure:
    """Histograms of one observable of several runs, one panel per class.

    The held-out samples and the band shown are those of the first run. The ratio of each run is to
    its own held-out samples in its own bins, because they depend on the seed.

    Parameters
    ----------
    reports : mapping
        Run name -> content of its ``metrics.json``, or None.
    observable : str
        A key of ``observables_of(reports)``.
    log : bool
        Whether the axis of densities is logarithmic, which shows the tails.
    """
    pictures = pictures_of(reports, observable)
    classes = list(dict.fromkeys(c for found in pictures.values() for c in found))
    if not classes:
        return theme.empty("No distributions of this observable")
    made = make_subplots(
        rows=2,
        cols=len(classes),
        shared_xaxes=True,
        row_heights=[0.72, 0.28],
        vertical_spacing=0.03,
        horizontal_spacing=0.06,
        subplot_titles=["" if name == "all" else name for name in classes],
    )
    for column, name in enumerate(classes, start=1):
        of_class = {run: found[name] for run, found in pictures.items() if name in found}
        _panel(made, of_class, list(reports), column)
    if log:
        made.update_yaxes(type="log", rangemode="normal", exponentformat="power", row=1)
    made.update_yaxes(title_text="density", row=1, col=1)
    made.update_yaxes(title_text="ratio", row=2, col=1)
    # the legend is below the panels, where it does not overlap the names of the classes
    rows = -(-(len(reports) + 2) // 2)
    return theme.dress(
        made,
        height=400 + 20 * rows,
        margin={"l": 60, "r": 24, "t": 36, "b": 56},
        legend={"y": -0.2, "yanchor": "top"},
    )


def beyond(edges: Array, real: Array, model: Array) -> list[tuple[float, float]]:
    """(middle of the bin, ratio) where the ratio of densities is beyond ``HIGH``;
    infinite where nothing is held out.
    """
    middle = (edges[:-1] + edges[1:]) / 2
    return [
        (float(x), float(m / r) if r > 0 else float("inf"))
        for x, m, r in zip(middle, model, real)
        if m > HIGH * r
    ]


def _panel(made: go.Figure, pictures: Mapping[str, Picture], names: list[str], column: int) -> None:
    first = next(iter(pictures.values()))
    edges, real = np.asarray(first["edges"]), np.asarray(first["real"])
    above, below = {"row": 1, "col": column}, {"row": 2, "col": column}
    shown = column == 1
    made.add_scatter(
        **outline(edges, real),
        mode="lines",
        name="Held out",
        legendgroup="real",
        showlegend=shown,
        fill="tozeroy",
        fillcolor=theme.faint(theme.REAL, 0.25),
        line={"color": theme.REAL, "width": 1, "shape": "hv"},
        **above,
    )
    known = real > 0
    band = np.where(known, np.asarray(first["floor_error"]) / np.where(known, real, 1), 2.0)
    flat: dict[str, Any] = {
        "mode": "lines",
        "line": {"width": 0, "shape": "hv"},
        "hoverinfo": "skip",
    }
    made.add_scatter(**outline(edges, np.maximum(1 - band, 0)), showlegend=False, **flat, **below)
    made.add_scatter(
        **outline(edges, np.minimum(1 + band, HIGH)),
        fill="tonexty",
        fillcolor=theme.faint(theme.FLOOR, 0.25),
        name="Floor, ±1σ",
        legendgroup="floor",
        showlegend=shown,
        **flat,
        **below,
    )
    for name, picture in pictures.items():
        _add_run(made, name, picture, names.index(name), shown, above, below)
    made.update_yaxes(rangemode="tozero", **above)
    made.update_yaxes(range=[0, HIGH], tickvals=[0.5, 1, 1.5], **below)
    made.update_xaxes(range=[float(edges[0]), float(edges[-1])], **above)
    made.update_xaxes(
        range=[float(edges[0]), float(edges[-1])],
        title_text=theme.with_unit(first["label"], first["unit"]),
        **below,
    )


def _add_run(
    made: go.Figure,
    name: str,
    picture: Picture,
    i: int,
    shown: bool,
    above: Mapping[str, int],
    below: Mapping[str, int],
) -> None:
    if picture["model"] is None:
        return
    edges, real, model = (
        np.asarray(picture[key], dtype=float) for key in ("edges", "real", "model")
    )
    hue = theme.color(i)
    made.add_scatter(
        **outline(edges, model),
        mode="lines",
        name=theme.plain(name),
        legendgroup=name,
        showlegend=shown,
        line={"color": hue, "width": 2, "shape": "hv", "dash": theme.dash(i)},
        **above,
    )
    middle = (edges[:-1] + edges[1:]) / 2
    ratio = [float(m / r) if r > 0 and m <= HIGH * r else None for m, r in zip(model, real)]
    made.add_scatter(
        x=middle.tolist(),
        y=ratio,
        mode="markers",
        name=theme.plain(name),
        legendgroup=name,
        showlegend=False,
        marker={"color": hue, "size": 5, "symbol": theme.MARKERS[i % len(theme.MARKERS)]},
        hovertemplate="%{x:.4g}: %{y:.3f}<extra>%{fullData.name}</extra>",
        **below,
    )
    far = beyond(edges, real, model)
    if far:
        made.add_scatter(
            x=[x for x, _ in far],
            y=[HIGH - _INSIDE] * len(far),
            text=[f"{r:.3g}" if np.isfinite(r) else "nothing held out" for _, r in far],
            mode="markers",
            name=theme.plain(name),
            legendgroup=name,
            showlegend=False,
            marker={"color": hue, "size": 8, "symbol": "triangle-up"},
            hovertemplate="%{x:.4g}: %{text}<extra>%{fullData.name}</extra>",
            **below,
        )
