"""``qdiffgui benchmark``: compare quantum and classical models on the same data and metrics."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, store_of

if TYPE_CHECKING:
    from qdiffgui.runs.record import RunState
    from qdiffgui.studies.benchmark.jobs import Job
    from qdiffgui.studies.benchmark.result import BenchmarkResult


def benchmark(
    lineup: Annotated[
        str | None,
        typer.Argument(
            metavar="LINEUP",
            help=(
                "Line-up of models; see 'qdiffgui list benchmarks'. Default with --data: the "
                "line-up that fits the file."
            ),
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=1, max=100, help="Seeds per model. Use at least 3 to compare models.")
    ] = 3,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use your own data file."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Train this model of the line-up only. May be repeated."),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE", help="Add samples made elsewhere as a row. May be repeated."
        ),
    ] = None,
    effort: Annotated[
        float, typer.Option(min=0.001, max=100, help="Factor on the number of training iterations.")
    ] = 1.0,
    emd_radius: Annotated[
        float,
        typer.Option(min=0.01, max=10, help="R of the energy mover's distance, rad. JetNet has 1."),
    ] = 1.0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as an HTML page.")
    ] = None,
    background: Annotated[
        bool,
        typer.Option("--background", help="Run in the background. Progress shows in the app."),
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help=(
                "Continue a stopped benchmark of this folder, also one that the app started: its "
                "id, or 'last'."
            ),
        ),
    ] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Train a line-up of models (finished runs are reused), evaluate all on the same held-out data
    and print a verdict.
    """
    from qdiffgui.cli import foreground
    from qdiffgui.errors import UserError

    if html is not None and not html.resolve().parent.is_dir():
        raise UserError(f"The folder '{html.resolve().parent}' does not exist: create it first.")
    if html is not None and background:
        raise UserError(
            "Expected --html or --background, found both: a background benchmark writes its report "
            "to its own folder."
        )
    foreground.quiet_threads()
    if resume is not None:
        if lineup is not None or data is not None or model or also:
            raise UserError(
                "Expected --resume alone: the line-up, the models and the data of a stored "
                "benchmark stay as they are."
            )
        job = _stored(resume, runs)
    else:
        job = _created(lineup, seeds, data, model or [], also or [], effort, emd_radius, runs)
    if background:
        job.start()
        return (
            output.document({"benchmark": job.id, "directory": str(job.path)})
            if as_json
            else print(job.path)
        )
    from qdiffgui.exports.write import write_whole
    from qdiffgui.studies.benchmark.run_job import run_job

    result, _ = run_job(job, watch=_Watch(), say=output.note, ends_runs=False)
    if html is not None:
        write_whole(html, lambda part: shutil.copyfile(job.report_file, part))
        output.note(f"Report: {html}")
    output.document(result.plain()) if as_json else _show(result)


def _created(
    lineup: str | None,
    seeds: int,
    data: Path | None,
    models: Sequence[str],
    also: Sequence[str],
    effort: float,
    emd_radius: float,
    runs: Path | None,
) -> Job:
    """A new benchmark; prints how long it will take."""
    from qdiffgui.studies.benchmark.estimates import expected_duration, lineup_asked_for
    from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Jobs

    file = "" if data is None else str(data.expanduser().resolve())
    asked = BenchmarkRequest(
        lineup=lineup or _suited(file),
        seeds=seeds,
        effort=effort,
        data=file,
        also=named_files(also),
        emd_radius=emd_radius,
        models=tuple(models),
    )
    store = store_of(runs)
    expected, times = expected_duration(lineup_asked_for(asked), seeds, store)
    output.note(expected.words())
    return Jobs(store).create(asked, {key: time.seconds for key, time in times.items()})


def _stored(name: str, runs: Path | None) -> Job:
    """The benchmark to continue. Raises ``UserError`` if there is none, or it is done."""
    from qdiffgui.errors import UserError
    from qdiffgui.studies.benchmark.jobs import Jobs

    job = Jobs(store_of(runs)).get(name)
    if job.record().status == "done":
        raise UserError(f"The benchmark '{job.id}' is done: its report is '{job.report_file}'.")
    return job


def named_files(also: Sequence[str]) -> dict[str, str]:
    """Names and absolute paths from ``NAME=FILE``; raises ``UserError`` for other texts."""
    from qdiffgui.errors import UserError

    found: dict[str, str] = {}
    for text in also:
        name, equals, file = text.partition("=")
        if not equals or not name.strip() or not file:
            raise UserError(f"Expected --also NAME=FILE; found '{text}'.")
        if name.strip() in found:
            raise UserError(f"Expected different names with --also; '{name.strip()}' occurs twice.")
        found[name.strip()] = str(Path(file).expanduser().resolve())
    return found


def _suited(file: str) -> str:
    """The line-up that fits a file."""
    from qdiffgui import catalog
    from qdiffgui.errors import UserError
    from qdiffgui.studies.benchmark import user_file

    if not file:
        raise UserError(
            f"Expected a line-up ({', '.join(catalog.benchmarks)}) or --data FILE, found neither."
        )
    entry = user_file.choose_lineup(file)
    output.note(f"Line-up for this file: {entry.key} ({entry.label}).")
    return entry.key


class _Watch:
    """Prints a line to stderr whenever a run changes state."""

    def __init__(self) -> None:
        self.last: dict[str, str] = {}

    def __call__(self, states: Sequence[RunState]) -> None:
        ended = sum(bool(state.ended) for state in states)
        for state in states:
            if self.last.get(state.id) != state.status:
                self.last[state.id] = state.status
                output.note(
                    f"[{ended} of {len(states)}] {state.name}: "
                    f"{state.status} {state.message}".rstrip()
                )


def _show(result: BenchmarkResult) -> None:
    from qdiffgui.evaluation.number_format import format_with_error
    from qdiffgui.studies.benchmark import blank_verdict
    from qdiffgui.studies.benchmark.report_plots import models_to_show
    from qdiffgui.studies.benchmark.tables import COSTS, cost_row

    shown = [c for c in result.columns if c.key == "auc" or c.key.startswith("w1")][:8]
    for name, rows in result.table.items():
        output.table(
            (name, *(c.label for c in shown)),
            [
                (
                    result.labels.get(key, key),
                    *(
                        "—" if cells.get(c.key) is None else format_with_error(cells[c.key])
                        for c in shown
                    ),
                )
                for key, cells in rows.items()
            ],
            right=range(1, len(shown) + 1),
        )
    output.table(COSTS, [cost_row(model) for model in result.models], right=range(2, len(COSTS)))
    if result.blanks is not None:
        models = models_to_show(result, next(iter(result.table)))[:2]
        output.table(
            (
                "blank images",
                "held-out, without",
                "held-out, with",
                *(f"{key} {text}" for key in models for text in ("without", "with", "given")),
            ),
            [
                (column.label, *blank_verdict.row(result.blanks, column, models))
                for column in result.blanks.columns
            ],
            right=range(1, 3 + 3 * len(models)),
        )
        for sentence in blank_verdict.sentences(result.blanks, models, result.labels):
            print(f"  {sentence}")
    for sentence in (*result.verdict, *result.notes):
        print(f"  {sentence}")
