"""``qdiffgui sweep``: train over many settings, on this machine or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, build_experiment

if TYPE_CHECKING:
    from qdiffgui.studies.sweep.directory import SweepDirectory
    from qdiffgui.studies.sweep.plan import Plan, SweepPoint

_SHOWN = 12


def sweep(
    preset: Annotated[
        str | None,
        typer.Argument(metavar="PRESET", help="Start from a preset; see 'qdiffgui list presets'."),
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="NAME=VALUES",
            help="Values to try: model.n_layers=2,4,8, seed=0..2, "
            "training.learning_rate=1e-3..1e-1:log:5; repeatable.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Read the settings from a file."),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Change a setting in all runs; repeatable."
        ),
    ] = None,
    search: Annotated[
        str, typer.Option(help="grid (all combinations), random or optuna.")
    ] = "grid",
    trials: Annotated[
        int | None,
        typer.Option(
            min=1, max=10_000, help="Number of random or Optuna trials, each at all seeds."
        ),
    ] = None,
    goal: Annotated[
        str,
        typer.Option(
            metavar="METRIC", help="Metric that Optuna optimizes. Default: classifier AUC, else W1."
        ),
    ] = "",
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=1024, help="Worker processes on this machine. Default: CPUs."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Use a Dask scheduler: tcp://HOST:PORT."),
    ] = None,
    retries: Annotated[
        int, typer.Option(min=0, max=100, help="Restarts of a run whose worker fails.")
    ] = 2,
    resume: Annotated[
        str | None,
        typer.Option(metavar="SWEEP", help="Continue a sweep: its id, its folder or 'last'."),
    ] = None,
    stop: Annotated[
        str | None,
        typer.Option(metavar="SWEEP", help="Stop a sweep. Its runs keep a checkpoint."),
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the table here (.csv or .h5).")
    ] = None,
    only_plan: Annotated[
        bool,
        typer.Option("--plan", help="Only print the number of runs and the expected time."),
    ] = False,
    name: Annotated[str | None, typer.Option(help="A name for the sweep.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> int:
    """Train over many settings. Each training is an ordinary run; after Ctrl-C or a crash, --resume
    continues.
    """
    from qdiffgui.cli import foreground
    from qdiffgui.studies.sweep import directory

    _check_table(table)
    if stop is not None:
        return _stop(directory.find(stop, runs))
    foreground.quiet_threads()
    if resume is not None:
        found = directory.find(resume, runs)
    else:
        plan, points = _planned(
            build_experiment(preset, config, changes or [], None, name),
            over or [],
            search,
            trials,
            goal,
        )
        if only_plan:
            return _show_plan(plan, points, workers, as_json)
        found = directory.create(plan, points, runs)
    return _drive(found, scheduler, workers, retries, table, as_json)


def _check_table(table: Path | None) -> None:
    from qdiffgui.errors import UserError

    if table is not None and (
        table.suffix.lower() not in (".csv", ".h5", ".hdf5") or not table.resolve().parent.is_dir()
    ):
        raise UserError(
            f"Expected --table FILE.csv or FILE.h5 in an existing folder; found '{table}'."
        )


def _planned(
    base: Any, over: list[str], search: str, trials: int | None, goal: str
) -> tuple[Plan, list[SweepPoint]]:
    from qdiffgui.studies.sweep.plan import list_points, make_plan

    plan = make_plan(base, over, search=search, trials=trials, goal=goal)
    return plan, list_points(plan)


def _show_plan(plan: Plan, points: list[SweepPoint], workers: int | None, as_json: bool) -> int:
    from qdiffgui.runs.slots import n_cpus
    from qdiffgui.studies.sweep.plan import describe_point, estimate_seconds

    at_once = workers or n_cpus()
    count = len(points) if plan.search != "optuna" else plan.n_runs
    seconds = estimate_seconds(plan, points, at_once)
    if as_json:
        output.document(
            {
                "runs": count,
                "workers": at_once,
                "seconds": seconds,
                "points": [dict(point.values) for point in points],
            }
        )
        return 0
    for point in points[:_SHOWN]:
        print(f"  {describe_point(point.values)}")
    if len(points) > _SHOWN:
        print(f"  and {len(points) - _SHOWN} more")
    print(f"{count} runs, about {seconds:.0f} s with {at_once} in parallel.")
    return 0


def _stop(sweep: SweepDirectory) -> int:
    sweep.request("stop")
    print(f"{sweep.id}: stop requested.")
    return 0


def _drive(
    sweep: SweepDirectory,
    scheduler: str | None,
    workers: int | None,
    retries: int,
    table: Path | None,
    as_json: bool,
) -> int:
    import signal

    from qdiffgui.cli.foreground import as_interrupt
    from qdiffgui.studies.sweep.drive import drive
    from qdiffgui.studies.sweep.table import about_columns, rows
    from qdiffgui.studies.sweep.write import write_table

    output.note(f"{sweep.id}: {sweep.path}")
    with as_interrupt(signal.SIGTERM):
        found = drive(
            sweep,
            scheduler=scheduler,
            workers=workers,
            retries=retries,
            watch=lambda ended, planned, sentence: output.note(
                f"[{ended} of {planned}] {sentence}"
            ),
        )
    if table is not None:
        content = rows(sweep)
        write_table(table, content, sweep.id, about_columns(sweep, content))
    if as_json:
        output.document(
            {
                "sweep": sweep.id,
                "directory": str(sweep.path),
                **found,
                "table": str(table or sweep.csv_file),
            }
        )
    else:
        print(
            f"{sweep.id}: {found['done']} of {found['planned']} runs done, {found['failed']} "
            f"failed, {found['cancelled']} cancelled."
        )
        print(f"Table: {table or sweep.csv_file}. Plots: {sweep.report_file}.")
    whole = found["done"] == found["planned"]
    if not whole:
        output.note(f"To continue: qdiffgui sweep --resume {sweep.id} --runs {sweep.path.parent}")
    return 0 if whole else 1
