"""``qdiffgui reproduce``: the published tasks, rerun and held against what was published."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json

if TYPE_CHECKING:
    from qdiffgui.reproduction import TaskResult


def reproduce(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Which; all where none is named.")] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Seeds of each task.")] = 3,
    jobs: Annotated[int, typer.Option(min=0, max=256, help="Trainings at a time, one thread each; 0: one a CPU.")] = 0,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the results as Markdown too.")] = None,
    as_json: Json = False,
) -> int:
    """Rerun published tasks and print paper, ours, floor, start, and pass or miss. 'qdiffgui list reproductions' names them."""
    from qdiffgui import catalog
    from qdiffgui.exports.whole import text
    from qdiffgui.reproduction import reproduce as run
    from qdiffgui.reproduction.report import markdown, plain
    from qdiffgui.runs.environment import describe

    keys = names or list(catalog.reproductions)
    jobs = jobs or os.cpu_count() or 1
    begun = time.perf_counter()
    results = []
    for result in run(keys, seeds, jobs):
        results.append(result)
        output.note(f"{len(results)} of {len(keys)}: {result.key} {'passed' if result.passed else 'missed a bar'}")
        if not as_json:
            _show(result)
        if report is not None:  # after every task: what was measured must not be lost with a later one
            text(report, markdown(results, describe("", 1), time.perf_counter() - begun))
    if as_json:
        output.document([plain(result) for result in results])
    return 1 if any(result.failures for result in results) else 0


def _show(result: TaskResult) -> None:
    from qdiffgui.reproduction.report import HEADS, cells, sentences

    output.table(HEADS, [cells(row) for row in result.bars], title=f"{result.label}, {result.paper}", right=range(2, 7))
    for line in sentences(result):
        print(f"  {line}")
