"""``qdiffgui benchmark``: quantum against classical on the same data, with the same honest metrics."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, store_of

if TYPE_CHECKING:
    from qdiffgui.benchmark.result import Result
    from qdiffgui.runs.record import RunState


def benchmark(
    lineup: Annotated[
        str | None,
        typer.Argument(
            metavar="LINEUP", help="Which line-up; 'qdiffgui list benchmarks' names them. With --data one that fits is chosen."
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Seeds of each model; fewer than 3 prove nothing.")] = 3,
    data: Annotated[Path | None, typer.Option(metavar="FILE", help="Your own file instead of the line-up's data.")] = None,
    effort: Annotated[float, typer.Option(min=0.001, max=100, help="Training iterations, times this.")] = 1.0,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as one HTML page.")] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Leave it to a process of its own; the page follows it.")
    ] = False,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Train a line-up as runs (those already done are taken), judge all on the same held-out samples, and say what follows."""
    from qdiffgui.cli import foreground
    from qdiffgui.errors import UserError

    if html is not None and not html.resolve().parent.is_dir():
        raise UserError(f"The folder '{html.resolve().parent}' does not exist: make it first.")
    if html is not None and background:
        raise UserError(
            "Expected one of --html and --background; found both: one in the background has its report in its folder."
        )
    foreground.quiet_threads()
    from qdiffgui.benchmark.jobs import Asked, Jobs

    file = "" if data is None else str(data.expanduser().resolve())
    job = Jobs(store_of(runs)).create(Asked(lineup=lineup or _suited(file), seeds=seeds, effort=effort, data=file))
    if background:
        job.start()
        return output.document({"benchmark": job.id, "directory": str(job.path)}) if as_json else print(job.path)
    from qdiffgui.benchmark.work import work
    from qdiffgui.exports.whole import whole

    result, _ = work(job, watch=_Watch(), say=output.note, ends_runs=False)
    if html is not None:
        whole(html, lambda part: shutil.copyfile(job.report_file, part))
        output.note(f"Report: {html}")
    output.document(result.plain()) if as_json else _show(result)


def _suited(file: str) -> str:
    """The line-up for a file where none was named."""
    from qdiffgui import catalog
    from qdiffgui.benchmark import user_file
    from qdiffgui.errors import UserError

    if not file:
        raise UserError(f"Expected a line-up ({', '.join(catalog.benchmarks)}) or --data FILE; found neither: name one.")
    entry = user_file.choose(file)
    output.note(f"Line-up for this file: {entry.key} ({entry.label}).")
    return entry.key


class _Watch:
    """A line on stderr whenever a run changes its state."""

    def __init__(self) -> None:
        self.last: dict[str, str] = {}

    def __call__(self, states: Sequence[RunState]) -> None:
        ended = sum(bool(state.ended) for state in states)
        for state in states:
            if self.last.get(state.id) != state.status:
                self.last[state.id] = state.status
                output.note(f"[{ended} of {len(states)}] {state.name}: {state.status} {state.message}".rstrip())


def _show(result: Result) -> None:
    from qdiffgui.benchmark import blank_words
    from qdiffgui.benchmark.figures import best
    from qdiffgui.benchmark.tables import COSTS, cost_row
    from qdiffgui.evaluation.number import number

    shown = [c for c in result.columns if c.key == "auc" or c.key.startswith("w1")][:8]
    for name, rows in result.table.items():
        output.table(
            (name, *(c.label for c in shown)),
            [(result.labels.get(key, key), *("—" if cells.get(c.key) is None else number(cells[c.key]) for c in shown))
             for key, cells in rows.items()],
            right=range(1, len(shown) + 1),
        )  # fmt: skip
    output.table(COSTS, [cost_row(model) for model in result.models], right=range(2, len(COSTS)))
    if result.blanks is not None:
        models = best(result, next(iter(result.table)))[:2]
        output.table(
            ("blank images", "real without", "real with", *(f"{key} {text}" for key in models for text in ("without", "with", "given"))),
            [(column.label, *blank_words.row(result.blanks, column, models)) for column in result.blanks.columns],
            right=range(1, 3 + 3 * len(models)),
        )  # fmt: skip
        for sentence in blank_words.sentences(result.blanks, models, result.labels):
            print(f"  {sentence}")
    for sentence in (*result.verdict, *result.notes):
        print(f"  {sentence}")
