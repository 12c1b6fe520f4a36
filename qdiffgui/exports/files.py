"""What a run is made of: its report, its settings, all of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports.whole import text, whole
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.directory import RunDirectory


def report(run: RunDirectory, target: Path | str) -> list[Path]:
    """The comparison with held-out data, floor and trivial generators: JSON, or, for a name that ends in .html, a page that needs no
    network. Of an unfinished run it is made now, from its last checkpoint."""
    from qdiffgui.runs.reports import of_run

    target = Path(target)
    if target.suffix == ".html":
        from qdiffgui.exports.page import page

        return [text(target, page(run, of_run(run)))]
    if target.suffix != ".json":
        raise UserError(f"A report is written as .json or .html; found '{target.name}': give it one of these endings.")
    if run.metrics_file.exists():
        return [whole(target, lambda part: shutil.copyfile(run.metrics_file, part))]
    return [text(target, json.dumps(of_run(run), indent=1))]


def settings(run: RunDirectory, target: Path | str) -> list[Path]:
    """All settings with the seed as JSON, as ``qdiffgui train --config`` takes them."""
    run.config()
    return [whole(target, lambda part: shutil.copyfile(run.config_file, part))]


def bundle(run: RunDirectory, target: Path | str) -> list[Path]:
    """All files of the run as one zip, which ``qdiffgui runs import`` takes in on another machine."""
    return [whole(target, lambda part: pack(run, part))]
