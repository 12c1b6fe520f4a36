"""Distributions of several runs in one plot for print: PDF, SVG and PNG by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports.comparison_tables import comparable_runs
from qdiffgui.exports.write import make_folder, write_whole
from qdiffgui.runs.directory import RunDirectory


def comparison_plots(
    runs: Sequence[RunDirectory],
    target: Path | str,
    formats: Sequence[str] | None = None,
    *,
    width: float = 178.0,
    log: bool = False,
) -> list[Path]:
    """Write each observable of several runs as one plot, with ratios to the held-out samples.

    Parameters
    ----------
    runs : sequence of RunDirectory
        Runs on the same data, in the same representation, with the same evaluation. For an
        unfinished run, the report is computed now, from the last checkpoint.
    target : Path or str
        The folder; created if it does not exist.
    formats : sequence of str, optional
        ``"pdf"`` (default), ``"svg"`` or ``"png"``.
    width : float
        Width of the plots, mm: 86 for one column of a journal, 178 for two.
    log : bool
        Whether the axis of densities is logarithmic.

    Returns
    -------
    list of Path
        The files written, one for each observable and format.

    Raises
    ------
    UserError
        If the runs are not comparable, matplotlib or mplhep is missing, a format is unknown, the
        runs have no observables or no checkpoint yet, or a file cannot be written.
    """
    from qdiffgui.plots import static
    from qdiffgui.plots.compared_histograms import observables_of
    from qdiffgui.plots.static_comparison import compared, encode, style

    kinds = list(formats or ("pdf",))
    unknown = [kind for kind in kinds if kind not in static.FORMATS]
    if unknown:
        raise UserError(
            f"Expected one of the formats {', '.join(static.FORMATS)}; found '{unknown[0]}'."
        )
    reports = {run.name: run.report for run in comparable_runs(runs)}
    observables = observables_of(reports)
    if not observables:
        raise UserError("These runs have no distributions of observables, which need jets or maps.")
    written = []
    with style():
        folder = make_folder(target)
        for observable in observables:
            made = compared(reports, observable, width=width, log=log)
            stem = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in observable)
            for kind in kinds:
                save = partial(_write, encode(made, kind))
                written.append(write_whole(folder / f"{stem}.{kind}", save))
    return written


def _write(content: bytes, part: Path) -> None:
    part.write_bytes(content)
