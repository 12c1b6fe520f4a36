"""Plots of a run for print: PDF, SVG and PNG by matplotlib, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports.write import make_folder, write_whole
from qdiffgui.runs.directory import RunDirectory


def paper_plots(
    run: RunDirectory, target: Path | str, formats: Sequence[str] | None = None
) -> list[Path]:
    """Write the distributions of a run with ratio panels and error bands, the maps of mismodeling
    and, after thorough checks, the calibration of the classifier, in the style of mplhep.

    Parameters
    ----------
    run : RunDirectory
        The run. For an unfinished run, the report is computed now, from the last checkpoint.
    target : Path or str
        The folder; created if it does not exist.
    formats : sequence of str, optional
        ``"pdf"`` (default), ``"svg"`` or ``"png"``.

    Returns
    -------
    list of Path
        The files written, one for each plot and format.

    Raises
    ------
    UserError
        If matplotlib or mplhep is missing, a format is unknown, the run has no observables or no
        checkpoint yet, or a file cannot be written.
    """
    from qdiffgui.plots import static
    from qdiffgui.runs.reports import report_of_run

    kinds = list(formats or ("pdf",))
    unknown = [kind for kind in kinds if kind not in static.FORMATS]
    if unknown:
        raise UserError(
            f"Expected one of the formats {', '.join(static.FORMATS)}; found '{unknown[0]}'."
        )
    run.require_readable()
    plots = static.draw(report_of_run(run))
    if not plots:
        raise UserError(
            f"The run '{run.id}' has no distributions of observables: use --plots for its plots."
        )
    written = []
    with static.style():
        folder = make_folder(target)
        for name, draw in plots.items():
            made = draw()
            written += [
                write_whole(folder / f"{name}.{kind}", partial(static.save, made)) for kind in kinds
            ]
    return written
