"""Where the mismodeling is, and what the classifier's probabilities and weights are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qdiffgui.plots import theme

MAX_COLUMNS = 3
_PANEL = 300
_LARGEST = 5  # pull at the ends of the color scale
_DIAGONAL = {"color": theme.REAL, "width": 1, "dash": "dot"}


def mismodeling(
    report: Mapping[str, Any] | None, labels: Mapping[str, tuple[str, str]] | None = None
) -> go.Figure:
    """Pulls of generated against held-out samples for each pair of observables and each class.

    The worst region of each class has a frame.

    Parameters
    ----------
    report : mapping or None
        Content of ``metrics.json``.
    labels : mapping, optional
        Observable to its label and unit; by default those of the report's histograms.
    """
    maps = (report or {}).get("mismodeling") or []
    panels = [(of_class, pair) for of_class in maps for pair in of_class["pairs"]]
    if not panels:
        return theme.empty("No maps of observables yet")
    known = labels or {
        picture["observable"]: (picture["label"], picture["unit"])
        for picture in (report or {}).get("histograms") or []
    }
    n_columns = min(len(maps[0]["pairs"]), MAX_COLUMNS)
    rows_of_class = -(-len(maps[0]["pairs"]) // n_columns)
    n_rows = rows_of_class * len(maps)
    made = make_subplots(
        rows=n_rows,
        cols=n_columns,
        horizontal_spacing=0.09,
        vertical_spacing=0.09 / max(n_rows / 2, 1),
        subplot_titles=_titles(maps, n_columns, rows_of_class),
    )
    for i, of_class in enumerate(maps):
        for j, pair in enumerate(of_class["pairs"]):
            row, column = i * rows_of_class + j // n_columns + 1, j % n_columns + 1
            _panel(made, pair, of_class["worst"], known, row, column)
    bar = {
        "colorscale": "RdBu_r",
        "cmin": -_LARGEST,
        "cmax": _LARGEST,
        "colorbar": {"title": {"text": "pull / σ"}, "thickness": 12},
    }
    return theme.dress(
        made,
        height=_PANEL * n_rows + 40,
        coloraxis=bar,
        margin={"l": 60, "r": 24, "t": 32, "b": 48},
    )


def _titles(maps: list[Any], n_columns: int, rows_of_class: int) -> list[str]:
    titles = [""] * (n_columns * rows_of_class * len(maps))
    for i, of_class in enumerate(maps):
        name = of_class["class"]
        titles[i * n_columns * rows_of_class] = "" if name == "all" else name.capitalize()
    return titles


def _panel(
    made: go.Figure,
    pair: Mapping[str, Any],
    worst: Mapping[str, Any],
    labels: Mapping[str, tuple[str, str]],
    row: int,
    column: int,
) -> None:
    at = {"row": row, "col": column}
    pulls = np.array([[np.nan if v is None else v for v in line] for line in pair["pull"]])
    made.add_heatmap(
        z=pulls.T,
        coloraxis="coloraxis",
        customdata=np.stack([np.array(pair["generated"]).T, np.array(pair["real"]).T], axis=-1),
        hovertemplate=(
            "%{z:+.1f}σ<br>generated %{customdata[0]:.2%}<br>held out %{customdata[1]:.2%}"
            "<extra></extra>"
        ),
        **at,
    )
    for axis, update in (("x", made.update_xaxes), ("y", made.update_yaxes)):
        edges = pair[f"{axis}_edges"]
        label, unit = labels.get(pair[axis], (pair[axis], ""))
        update(
            title_text=theme.with_unit(label, unit),
            tickvals=[i + 0.5 for i in range(len(edges) - 2)],
            ticktext=[f"{edge:.3g}" for edge in edges[1:-1]],
            showgrid=False,
            **at,
        )
    if (worst["x"], worst["y"]) == (pair["x"], pair["y"]):
        i, j = (bin_of(pair[f"{axis}_edges"], worst[f"{axis}_range"]) for axis in ("x", "y"))
        made.add_shape(
            type="rect",
            x0=i - 0.5,
            x1=i + 0.5,
            y0=j - 0.5,
            y1=j + 0.5,
            line={"color": theme.SECOND, "width": 3},
            **at,
        )


def bin_of(edges: list[float], limits: list[float | None]) -> int:
    """The number of the bin with these limits; the first one has no lower limit."""
    return 0 if limits[0] is None else edges.index(limits[0])


def classifier(report: Mapping[str, Any] | None) -> go.Figure:
    """Reliability curve and weights of the headline classifier, from the thorough checks.

    Parameters
    ----------
    report : mapping or None
        Content of ``metrics.json``.
    """
    classes = [
        checked
        for checked in ((report or {}).get("thorough") or {}).get("classes", ())
        if "calibration" in checked
    ]
    if not classes:
        return theme.empty("No thorough checks yet")
    made = make_subplots(
        rows=1,
        cols=2,
        horizontal_spacing=0.11,
        subplot_titles=("Calibration", "Weights p/(1-p)"),
    )
    lowest = min(min(checked["calibration"]["predicted"]) for checked in classes)
    ends = [min(lowest, 0.4), max(1 - lowest, 0.6)]
    made.add_scatter(x=ends, y=ends, mode="lines", line=_DIAGONAL, name="Calibrated", row=1, col=1)
    for i, checked in enumerate(classes):
        name = "All samples" if checked["class"] == "all" else checked["class"].capitalize()
        curve, weights = checked["calibration"], checked["weights"]
        made.add_scatter(
            x=curve["predicted"],
            y=curve["observed"],
            error_y={"array": curve["error"], "width": 0},
            mode="markers+lines",
            marker={"color": theme.color(i), "symbol": theme.MARKERS[i % len(theme.MARKERS)]},
            line={"color": theme.color(i), "width": 1},
            name=name,
            row=1,
            col=1,
        )
        for side, dash in (("generated", "solid"), ("real", "dot")):
            made.add_scatter(
                x=weights["edges"],
                y=[*weights[side], weights[side][-1]],
                mode="lines",
                line={"color": theme.color(i), "shape": "hv", "dash": dash, "width": 2},
                name=f"{name}, {'generated' if side == 'generated' else 'held out'}",
                row=1,
                col=2,
            )
    made.update_xaxes(title_text="probability of being held out", row=1, col=1)
    made.update_yaxes(title_text="fraction that is held out", row=1, col=1)
    made.update_xaxes(title_text="weight", type="log", row=1, col=2)
    made.update_yaxes(title_text="fraction of samples", type="log", row=1, col=2)
    return theme.dress(made, height=420, margin={"l": 60, "r": 24, "t": 70, "b": 48})
