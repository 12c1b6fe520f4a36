"""``qdiffgui sweep``: many trainings over any settings, on this machine or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, build

if TYPE_CHECKING:
    from qdiffgui.sweeps.directory import SweepDirectory
    from qdiffgui.sweeps.plan import Plan, Point

_SHOWN = 12


def sweep(
    preset: Annotated[str | None, typer.Argument(metavar="PRESET", help="Start from a preset; 'qdiffgui list presets'.")] = None,
    over: Annotated[
        list[str] | None,
        typer.Option("--over", metavar="NAME=VALUES", help="model.n_layers=2,4,8, seed=0..2, training.learning_rate=1e-3..1e-1:log:5."),
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Start from settings in a file instead.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting of all runs; repeatable.")
    ] = None,
    search: Annotated[str, typer.Option(help="grid (all combinations), random or optuna.")] = "grid",
    trials: Annotated[int | None, typer.Option(min=1, max=10_000, help="Points of a random or Optuna search, each at all seeds.")] = None,
    goal: Annotated[str, typer.Option(metavar="METRIC", help="What Optuna improves; default: the classifier test, else W1.")] = "",
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Worker processes of this machine; default: CPUs.")] = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler instead, tcp://HOST:PORT.")] = None,
    retries: Annotated[int, typer.Option(min=0, max=100, help="More starts of a run that breaks by accident.")] = 2,
    resume: Annotated[str | None, typer.Option(metavar="SWEEP", help="Go on with a sweep: its id, its folder or 'last'.")] = None,
    stop: Annotated[str | None, typer.Option(metavar="SWEEP", help="Ask a sweep to stop; trainings keep a checkpoint.")] = None,
    table: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table there too (.csv or .h5).")] = None,
    only_plan: Annotated[bool, typer.Option("--plan", help="Only say how many runs there would be, and how long they would take.")] = False,
    name: Annotated[str | None, typer.Option(help="A name for the sweep.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Train over settings: every run an ordinary run folder. Ctrl-C or a crash loses nothing: --resume goes on."""
    from qdiffgui.cli import foreground
    from qdiffgui.sweeps import directory

    _check_table(table)
    if stop is not None:
        return _stop(directory.find(stop, runs))
    foreground.quiet_threads()
    if resume is not None:
        found = directory.find(resume, runs)
    else:
        plan, points = _planned(build(preset, config, changes or [], None, name), over or [], search, trials, goal)
        if only_plan:
            return _show_plan(plan, points, workers, as_json)
        found = directory.create(plan, points, runs)
    return _drive(found, scheduler, workers, retries, table, as_json)


def _check_table(table: Path | None) -> None:
    from qdiffgui.errors import UserError

    if table is not None and (table.suffix.lower() not in (".csv", ".h5", ".hdf5") or not table.resolve().parent.is_dir()):
        raise UserError(f"Expected --table FILE.csv or FILE.h5 in a folder that exists; found '{table}'.")


def _planned(base: Any, over: list[str], search: str, trials: int | None, goal: str) -> tuple[Plan, list[Point]]:
    from qdiffgui.sweeps.plan import make_plan, points

    plan = make_plan(base, over, search=search, trials=trials, goal=goal)
    return plan, points(plan)


def _show_plan(plan: Plan, points: list[Point], workers: int | None, as_json: bool) -> int:
    from qdiffgui.runs.slots import n_cpus
    from qdiffgui.sweeps.estimate import expected
    from qdiffgui.sweeps.plan import words

    at_once = workers or n_cpus()
    count = len(points) if plan.search != "optuna" else plan.n_runs
    seconds = expected(plan, points, at_once)
    if as_json:
        output.document(
            {"runs": count, "workers": at_once, "seconds": seconds, "points": [dict(point.values) for point in points]}
        )
        return 0
    for point in points[:_SHOWN]:
        print(f"  {words(point.values)}")
    if len(points) > _SHOWN:
        print(f"  and {len(points) - _SHOWN} more")
    print(f"{count} runs, about {seconds:.0f} s with {at_once} at a time.")
    return 0


def _stop(sweep: SweepDirectory) -> int:
    sweep.ask("stop")
    print(f"{sweep.id}: asked to stop.")
    return 0


def _drive(
    sweep: SweepDirectory, scheduler: str | None, workers: int | None, retries: int, table: Path | None, as_json: bool
) -> int:
    import signal

    from qdiffgui.cli.foreground import as_interrupt
    from qdiffgui.sweeps.drive import drive
    from qdiffgui.sweeps.table import about_columns, rows, write_table

    output.note(f"{sweep.id}: {sweep.path}")
    with as_interrupt(signal.SIGTERM):
        found = drive(
            sweep, scheduler=scheduler, workers=workers, retries=retries,
            watch=lambda ended, planned, sentence: output.note(f"[{ended} of {planned}] {sentence}"),
        )  # fmt: skip
    if table is not None:
        content = rows(sweep)
        write_table(table, content, sweep.id, about_columns(sweep, content))
    if as_json:
        output.document({"sweep": sweep.id, "directory": str(sweep.path), **found, "table": str(table or sweep.csv_file)})
    else:
        print(
            f"{sweep.id}: {found['done']} of {found['planned']} runs done, {found['failed']} failed, {found['cancelled']} cancelled."
        )
        print(f"Table: {table or sweep.csv_file}. Figures: {sweep.figures_file}.")
    whole = found["done"] == found["planned"]
    if not whole:
        output.note(f"Go on with: qdiffgui sweep --resume {sweep.id} --runs {sweep.path.parent}")
    return 0 if whole else 1
