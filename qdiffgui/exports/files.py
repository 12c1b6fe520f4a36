"""Export the report, the settings, and the complete run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports.write import write_text, write_whole
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.directory import RunDirectory


def report(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write the evaluation report: model, floor and trivial generators against held-out data.

    For an unfinished run the report is computed now, from the last checkpoint.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file: ``.json``, or ``.html`` for a page that needs no network.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the run has no checkpoint yet, the name has another ending, or the file cannot be
        written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.report(run, "report.json")]
    ['report.json']
    """
    from qdiffgui.runs.reports import report_of_run

    run.require_readable()
    target = Path(target)
    if target.suffix == ".html":
        from qdiffgui.exports.run_report import run_page

        return [write_text(target, run_page(run, report_of_run(run)))]
    if target.suffix != ".json":
        raise UserError(f"Expected a report file ending in .json or .html; found '{target.name}'.")
    if run.metrics_file.exists():
        return [write_whole(target, lambda part: shutil.copyfile(run.metrics_file, part))]
    return [write_text(target, json.dumps(report_of_run(run), indent=1))]


def settings(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write all settings and the seed as JSON, for ``qdiffgui train --config``.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the settings are damaged or the file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.settings(run, "settings.json")]
    ['settings.json']
    """
    run.require_readable()
    run.config()  # raises for damaged settings
    return [write_whole(target, lambda part: shutil.copyfile(run.config_file, part))]


def bundle(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write all files of the run as one zip file, for ``qdiffgui runs import``.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The zip file.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.bundle(run, "run.zip")]
    ['run.zip']
    """
    run.require_readable()
    return [write_whole(target, lambda part: pack(run, part))]
