"""Plots for print, by matplotlib in the style of mplhep: pure functions from data to
``matplotlib.figure.Figure``, for PDF, SVG and PNG without a browser.

The label "Simulation" names no experiment. Needs the extra ``figures``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.errors import UserError
from qdiffgui.evaluation.check_tables import classes_with_weights
from qdiffgui.evaluation.histograms import density_errors
from qdiffgui.plots import theme
from qdiffgui.plots.checks import bin_of
from qdiffgui.plots.export import INSTALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]
FORMATS = ("pdf", "svg", "png")
LABEL = "Simulation"
_SETTINGS = {
    "pdf.fonttype": 42,  # TrueType: text can be searched and copied
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "qdiffgui",
    "font.size": 18,
    "savefig.bbox": "tight",
}
_LARGEST = 5


@contextmanager
def style() -> Iterator[None]:
    """The style of ROOT plots by mplhep, with text that stays text.

    Raises ``UserError`` if matplotlib or mplhep is missing.
    """
    try:
        import mplhep
        from matplotlib import style as styles
    except ImportError:
        raise UserError(f"Plots for print need matplotlib and mplhep ({INSTALL}).") from None
    with styles.context([mplhep.style.ROOT, _SETTINGS]):
        yield


def distribution(picture: Mapping[str, Any], n: int) -> Figure:
    """Densities of held-out and generated samples, and their ratio with error bands.

    Parameters
    ----------
    picture : mapping
        An entry of ``histograms`` of a report.
    n : int
        Number of samples on each side; errors are those of counts.
    """
    import mplhep
    from matplotlib.figure import Figure

    edges, real = np.asarray(picture["edges"]), np.asarray(picture["real"])
    model = None if picture["model"] is None else np.asarray(picture["model"])
    made = Figure(figsize=(8, 8))
    top, bottom = made.subplots(2, sharex=True, height_ratios=(3, 1))
    made.subplots_adjust(hspace=0.08)
    mplhep.histplot(
        real, edges, ax=top, histtype="fill", color=theme.REAL, alpha=0.35, label="Held out"
    )
    _band(top, edges, real, density_errors(real, edges, n), theme.REAL)
    if model is not None:
        error = density_errors(model, edges, n)
        mplhep.histplot(
            model, edges, yerr=error, ax=top, color=theme.MODEL, lw=2, label="Generated"
        )
    _ratio(bottom, edges, real, model, np.asarray(picture["floor_error"]), n)
    per = f" / {picture['unit']}$^{{-1}}$" if picture["unit"] else ""
    top.set_ylabel(f"Density{per}")
    top.set_ylim(0, 1.3 * max(real.max(), 0 if model is None else model.max()))
    top.legend(loc="upper right")
    bottom.set_xlabel(theme.with_unit(picture["label"], picture["unit"]))
    bottom.set_xlim(edges[0], edges[-1])
    _stamp(top, "" if picture["class"] == "all" else picture["class"].capitalize())
    return made


def _band(axes: Axes, edges: Array, middle: Array, error: Array, color: str) -> None:
    low, high = np.maximum(middle - error, 0), middle + error
    axes.stairs(high, edges, baseline=low, fill=True, color=color, alpha=0.4, lw=0)


def _ratio(
    axes: Axes, edges: Array, real: Array, model: Array | None, floor: Array, n: int
) -> None:
    known = real > 0
    safe = np.where(known, real, 1)
    band = np.where(known, np.minimum(floor / safe, 2), 2)
    axes.stairs(1 + band, edges, baseline=1 - band, fill=True, color=theme.FLOOR, alpha=0.25, lw=0)
    axes.axhline(1, color=theme.REAL, lw=1)
    if model is not None:
        middle = (edges[:-1] + edges[1:]) / 2
        ratio, error = model / safe, density_errors(model, edges, n) / safe
        axes.errorbar(
            middle[known], ratio[known], yerr=error[known], fmt="o", ms=4, color=theme.MODEL
        )
    axes.set_ylim(0.4, 1.6)
    axes.set_ylabel("Ratio", loc="center")


def mismodeling(of_class: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> Figure:
    """Pulls for each pair of observables of one class, with a frame around the worst region.

    Parameters
    ----------
    of_class : mapping
        An entry of ``mismodeling`` of a report.
    labels : mapping
        Observable to its label and unit.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    pairs, worst = of_class["pairs"], of_class["worst"]
    columns = min(len(pairs), 3)
    rows = -(-len(pairs) // columns)
    made = Figure(figsize=(6 * columns, 5.4 * rows), layout="constrained")
    grid = made.subplots(rows, columns, squeeze=False).ravel()
    shown = None
    for axes, pair in zip(grid, pairs):
        pulls = np.array([[np.nan if v is None else v for v in line] for line in pair["pull"]])
        shown = axes.imshow(
            pulls.T, origin="lower", cmap="RdBu_r", vmin=-_LARGEST, vmax=_LARGEST, aspect="auto"
        )
        for axis in ("x", "y"):
            edges = pair[f"{axis}_edges"]
            ticks = [i + 0.5 for i in range(len(edges) - 2)]
            getattr(axes, f"set_{axis}ticks")(ticks, [f"{edge:.3g}" for edge in edges[1:-1]])
            label, unit = labels.get(pair[axis], (pair[axis], ""))
            getattr(axes, f"set_{axis}label")(theme.with_unit(label, unit))
        axes.tick_params(which="both", labelsize=12, length=0)
        axes.minorticks_off()
        if (worst["x"], worst["y"]) == (pair["x"], pair["y"]):
            i, j = (bin_of(pair[f"{axis}_edges"], worst[f"{axis}_range"]) for axis in ("x", "y"))
            frame = Rectangle((i - 0.5, j - 0.5), 1, 1, fill=False, ec=theme.SECOND, lw=3)
            axes.add_patch(frame)
    for axes in grid[len(pairs) :]:
        axes.set_axis_off()
    if shown is not None:
        made.colorbar(shown, ax=list(grid), label="Pull / σ")
    _stamp(grid[0], "" if of_class["class"] == "all" else of_class["class"].capitalize())
    return made


def classifier(checked: Mapping[str, Any]) -> Figure:
    """Reliability curve and weights of the headline classifier of one class.

    Parameters
    ----------
    checked : mapping
        An entry of ``thorough`` of a report, with weights.
    """
    from matplotlib.figure import Figure

    curve, weights = checked["calibration"], checked["weights"]
    made = Figure(figsize=(15, 6.5), layout="constrained")
    left, right = made.subplots(1, 2)
    ends = [min(*curve["predicted"], 0.4), max(*curve["predicted"], 0.6)]
    left.plot(ends, ends, color=theme.REAL, lw=1, ls=":", label="Calibrated")
    left.errorbar(
        curve["predicted"],
        curve["observed"],
        yerr=curve["error"],
        fmt="o",
        color=theme.MODEL,
        label="Classifier",
    )
    left.set_xlabel("Probability of being held out")
    left.set_ylabel("Fraction that is held out")
    left.legend(loc="lower right")
    for side, color, name in (
        ("generated", theme.MODEL, "Generated"),
        ("real", theme.REAL, "Held out"),
    ):
        right.stairs(weights[side], weights["edges"], color=color, lw=2, label=name)
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_xlabel("Weight p/(1-p)")
    right.set_ylabel("Fraction of samples")
    right.legend(loc="upper right")
    _stamp(left, "" if checked["class"] == "all" else checked["class"].capitalize())
    return made


def _stamp(axes: Axes, right: str) -> None:
    """The label "Simulation" above the left end of a plot, and ``right`` above its right end."""
    axes.text(0, 1.015, LABEL, transform=axes.transAxes, style="italic", weight="bold", va="bottom")
    if right:
        axes.text(1, 1.015, right, transform=axes.transAxes, ha="right", va="bottom")


def draw(report: Mapping[str, Any]) -> dict[str, Callable[[], Figure]]:
    """All static plots of a report: name to a function that draws it within ``style``."""
    sizes = {row["class"]: row["n"] for row in report["rows"]}
    pictures = report.get("histograms") or []
    labels = {p["observable"]: (p["label"], p["unit"]) for p in pictures}
    found: dict[str, Callable[[], Figure]] = {}
    for p in pictures:
        name = _name(p["observable"], p["class"])
        found[name] = lambda p=p: distribution(p, sizes[p["class"]])  # type: ignore[misc]
    for of_class in report.get("mismodeling") or ():
        name = _name("mismodeling", of_class["class"])
        found[name] = lambda m=of_class: mismodeling(m, labels)  # type: ignore[misc]
    for checked in classes_with_weights(report):
        name = _name("classifier", checked["class"])
        found[name] = lambda c=checked: classifier(c)  # type: ignore[misc]
    return found


def _name(what: str, class_name: str) -> str:
    of = "" if class_name == "all" else f"-{class_name}"
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in f"{what}{of}")


def save(made: Figure, file: Path) -> None:
    """Write a plot in the format of its ending, without the time of writing, so that equal plots
    give equal files.
    """
    kind = file.suffix.removeprefix(".")
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
    made.savefig(file, format=kind, dpi=150, metadata=metadata)
