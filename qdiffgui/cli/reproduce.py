"""``qdiffgui reproduce``: rerun published tasks and compare with the published results."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json

if TYPE_CHECKING:
    from qdiffgui.studies.reproduction import TaskResult


def reproduce(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Tasks to run. Default: all.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Seeds per task.")] = 3,
    jobs: Annotated[
        int,
        typer.Option(
            min=0, max=256, help="Number of parallel runs, one thread each. 0: one per CPU."
        ),
    ] = 0,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the results as Markdown.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Rerun published tasks and print, for each metric, the paper's value, ours, the floor, the
    value before training, and pass or miss. See 'qdiffgui list reproductions'.
    """
    from qdiffgui import catalog
    from qdiffgui.exports.write import write_text
    from qdiffgui.runs.environment import describe
    from qdiffgui.studies.reproduction import reproduce as run
    from qdiffgui.studies.reproduction.report import markdown, plain

    keys = names or list(catalog.reproductions)
    jobs = jobs or os.cpu_count() or 1
    begun = time.perf_counter()
    results = []
    for result in run(keys, seeds, jobs):
        results.append(result)
        output.note(
            f"{len(results)} of {len(keys)}: {result.key} "
            f"{'passed' if result.passed else 'missed a threshold'}"
        )
        if not as_json:
            _show(result)
        if report is not None:  # after every task, so that a later failure loses nothing
            write_text(report, markdown(results, describe("", 1), time.perf_counter() - begun))
    if as_json:
        output.document([plain(result) for result in results])
    return 1 if any(result.failures for result in results) else 0


def _show(result: TaskResult) -> None:
    from qdiffgui.studies.reproduction.report import HEADS, cells, sentences

    output.table(
        HEADS,
        [cells(row) for row in result.bars],
        title=f"{result.label}, {result.paper}",
        right=range(2, 7),
    )
    for line in sentences(result):
        print(f"  {line}")
