"""Distributions of several runs in one plot for print, by matplotlib in the style of mplhep."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from qdiffgui.evaluation.histograms import density_errors
from qdiffgui.plots import static, theme
from qdiffgui.plots.compared_histograms import HIGH, beyond, pictures_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN, PAGE = 86.0, 178.0
"""Widths of one and of two columns of a journal page, mm."""
_MM = 1 / 25.4
_LEFT, _RIGHT, _BETWEEN, _BOTTOM, _LINE = 16.0, 3.0, 13.0, 11.0, 3.7  # mm
_TEXT = 8  # pt, at the width of print
_MARKERS = ("o", "D", "s", "X", "P", "*")  # no triangle: it marks what lies beyond the axis
_LINES = ("-", "--", ":", "-.")
_TICKS = {"major": 3.5, "minor": 2.0}
_SMALL: Any = {  # matplotlib's types list each of its settings
    "font.size": _TEXT,
    "axes.labelsize": "medium",
    "xtick.labelsize": "small",
    "ytick.labelsize": "small",
    "legend.fontsize": "small",
    "axes.linewidth": 0.8,
    "lines.markersize": 3,
    "savefig.bbox": None,  # "tight" would change the width
    **{f"{axis}tick.{kind}.size": size for axis in "xy" for kind, size in _TICKS.items()},
    **{f"{axis}tick.{kind}.width": 0.6 for axis in "xy" for kind in _TICKS},
    **{f"{axis}tick.major.pad": 3 for axis in "xy"},
}


@contextmanager
def style() -> Iterator[None]:
    """The style of ``static`` with text of 8 pt and fine lines, for a plot of its final width.

    Raises ``UserError`` if matplotlib or mplhep is missing.
    """
    with static.style():
        from matplotlib import rc_context

        with rc_context(_SMALL):
            yield


def compared(
    reports: Mapping[str, Mapping[str, Any] | None],
    observable: str,
    *,
    width: float = PAGE,
    log: bool = False,
) -> Figure:
    """One observable of several runs: densities with the legend above, and below each panel the
    ratios to the held-out samples. Ratios beyond the axis are triangles at its upper end.

    Parameters
    ----------
    reports : mapping
        Run name -> content of its ``metrics.json``, or None. The position gives the color.
    observable : str
        A key of ``compared_histograms.observables_of(reports)``.
    width : float
        Width of the plot, mm.
    log : bool
        Whether the axis of densities is logarithmic.
    """
    from matplotlib.figure import Figure

    pictures = pictures_of(reports, observable)
    classes = list(dict.fromkeys(c for found in pictures.values() for c in found))
    sizes = {
        (name, row["class"]): row["n"]
        for name, report in reports.items()
        for row in (report or {}).get("rows", ())
        if row["key"] == "model"
    }
    n_legend = -(-(sum(map(bool, pictures.values())) + 2) // _legend_columns(width))
    top_mm = 3.5 + _LINE * n_legend + (_LINE if classes != ["all"] else 1)
    panel = (width - _LEFT - _RIGHT - (len(classes) - 1) * _BETWEEN) / len(classes)
    height = top_mm + min(max(1.1 * panel, 55.0), 110.0) + _BOTTOM
    made = Figure(figsize=(width * _MM, height * _MM))
    grid = made.subplots(2, len(classes), sharex="col", height_ratios=(3, 1), squeeze=False)
    made.subplots_adjust(
        left=_LEFT / width,
        right=1 - _RIGHT / width,
        bottom=_BOTTOM / height,
        top=1 - top_mm / height,
        hspace=0.08,
        wspace=_BETWEEN / panel,
    )
    for column, name in enumerate(classes):
        top, bottom = grid[:, column]
        of_class = {run: found[name] for run, found in pictures.items() if name in found}
        first = next(iter(of_class.values()))
        _held_out(top, bottom, first)
        for run, picture in of_class.items():
            if picture["model"] is not None:
                n = sizes.get((run, name), 0)
                _run(top, bottom, picture, run, list(reports).index(run), n)
        top.set_yscale("log" if log else "linear")
        if not log:
            top.set_ylim(bottom=0)
        bottom.set_ylim(0, HIGH)
        bottom.set_xlim(first["edges"][0], first["edges"][-1])
        bottom.set_xlabel(theme.with_unit(first["label"], first["unit"]))
        if name != "all":
            top.set_title(name.capitalize(), fontsize=_TEXT)
        if column == 0:
            unit = first["unit"]
            top.set_ylabel(f"Density / {unit}$^{{-1}}$" if unit else "Density")
            bottom.set_ylabel("Ratio", loc="center")
    handles, labels = (
        above + below
        for above, below in zip(*(axes.get_legend_handles_labels() for axes in grid[:, 0]))
    )
    made.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, 1 - 1 / height),
        borderaxespad=0,
        ncols=_legend_columns(width),
    )
    return made


def encode(made: Figure, kind: str) -> bytes:
    """A plot as "pdf", "svg" or "png" (300 dpi); equal plots give equal bytes. Call it within
    ``style``.
    """
    buffer = io.BytesIO()
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
    made.savefig(buffer, format=kind, dpi=300, metadata=metadata)
    return buffer.getvalue()


def _legend_columns(width: float) -> int:
    return 2 if width > COLUMN else 1


def _held_out(top: Axes, bottom: Axes, picture: Mapping[str, Any]) -> None:
    edges, real = (np.asarray(picture[key], dtype=float) for key in ("edges", "real"))
    top.stairs(real, edges, fill=True, color=theme.REAL, alpha=0.35, label="Held out", lw=0)
    known = real > 0
    band = np.where(known, np.asarray(picture["floor_error"]) / np.where(known, real, 1), HIGH)
    bottom.stairs(
        1 + band,
        edges,
        baseline=1 - band,
        fill=True,
        color=theme.FLOOR,
        alpha=0.25,
        lw=0,
        label="Floor, ±1σ",
    )
    bottom.axhline(1, color=theme.REAL, lw=0.6)


def _run(top: Axes, bottom: Axes, picture: Mapping[str, Any], label: str, i: int, n: int) -> None:
    edges, real, model = (
        np.asarray(picture[key], dtype=float) for key in ("edges", "real", "model")
    )
    color, line = theme.color(i), _LINES[i % len(_LINES)]
    top.stairs(model, edges, color=color, ls=line, lw=1.2, label=_plain(label))
    middle = (edges[:-1] + edges[1:]) / 2
    near = (real > 0) & (model <= HIGH * real)
    error = density_errors(model, edges, n)[near] / real[near] if n else None
    bottom.errorbar(
        middle[near],
        model[near] / real[near],
        yerr=error,
        fmt=_MARKERS[i % len(_MARKERS)],
        color=color,
        elinewidth=0.6,
    )
    far = [x for x, _ in beyond(edges, real, model)]
    if far:
        bottom.plot(far, [HIGH] * len(far), "^", ms=4, color=color, clip_on=False, zorder=5)


def _plain(text: str) -> str:
    """Text of unknown origin: matplotlib takes text between dollars for a formula and leaves out
    labels that begin with an underscore.
    """
    return text.replace("$", r"\$").replace("\n", " ").lstrip("_") or "run"
