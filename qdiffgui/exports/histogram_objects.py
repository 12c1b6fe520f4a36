"""The distributions of a run as ``hist`` objects, which are boost-histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory

if TYPE_CHECKING:
    import hist


def histograms(run: RunDirectory) -> dict[tuple[str, str, str], hist.Hist[Any]]:
    """Histograms of the observables of held-out and generated samples.

    Samples outside the bins are in none; the counts of both sides belong to the same number of
    samples.

    Parameters
    ----------
    run : RunDirectory
        The run. For an unfinished run, the samples are generated now, from the last checkpoint.

    Returns
    -------
    dict of (str, str, str) to hist.Hist
        Observable, class, and ``"held out"`` or ``"generated"``, to the histogram of its counts.

    Raises
    ------
    UserError
        If the package hist is missing, or the run has no checkpoint yet.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")  # quantum states have no observables
    >>> exports.histograms(run)
    {}
    """
    try:
        import hist
    except ImportError:
        from qdiffgui.plots.export import INSTALL

        raise UserError(f"Histogram objects need the package hist ({INSTALL}).") from None
    from qdiffgui.runs.reports import report_of_run

    run.require_readable()
    report = report_of_run(run)
    sizes = {row["class"]: row["n"] for row in report["rows"]}
    found = {}
    for picture in report["histograms"]:
        n = sizes[picture["class"]]
        for side, key in (("held out", "real"), ("generated", "model")):
            if picture[key] is None:
                continue
            made = hist.Hist(_axis(hist, picture), storage=hist.storage.Int64(), name=side)
            made.view()[:] = _counts(picture, key, n)
            found[picture["observable"], picture["class"], side] = made
    return found


def _axis(hist: Any, picture: dict[str, Any]) -> Any:
    unit = f" [{picture['unit']}]" if picture["unit"] else ""
    return hist.axis.Variable(
        picture["edges"],
        name=picture["observable"],
        label=picture["label"] + unit,
        underflow=False,
        overflow=False,
    )


def _counts(picture: dict[str, Any], key: str, n: int) -> Any:
    """The stored densities as the counts that they come from."""
    return np.rint(np.asarray(picture[key]) * np.diff(picture["edges"]) * n).astype(np.int64)
