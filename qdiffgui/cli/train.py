"""``qdiffgui train``: train a model in the foreground."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli.options import Json, Runs, build_experiment, store_of


def train(
    named: Annotated[
        str | None,
        typer.Argument(metavar="PRESET", help="Start from a preset; see 'qdiffgui list presets'."),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="KEY", help="The preset, as an option.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Read the settings from a file.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a setting, e.g. model.n_layers=6; repeatable.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed.")] = None,
    name: Annotated[str | None, typer.Option(help="A name for the run.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> int:
    """Train a model and compare it with held-out data. Ctrl-C keeps a checkpoint; 'qdiffgui resume'
    continues.
    """
    from qdiffgui.errors import UserError

    if named is not None and preset is not None:
        raise UserError(
            f"Expected one preset; found '{named}' and --preset {preset}: remove one of them."
        )
    experiment = build_experiment(named or preset, config, changes or [], seed, name)
    from qdiffgui.cli import foreground

    begun = time.monotonic()
    foreground.quiet_threads()
    foreground.import_libraries(experiment)
    from qdiffgui.runs.runner import Runner

    runner = Runner(store_of(runs), mode="thread")
    run = runner.submit(experiment)
    foreground.follow(runner, run)
    return foreground.finish(run, as_json, begun)
