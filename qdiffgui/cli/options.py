"""Options shared by several commands, and the settings they select."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.store import RunStore

Json = Annotated[bool, typer.Option("--json", help="Print a single JSON document.")]
Runs = Annotated[
    Path | None,
    typer.Option(
        "--runs", metavar="DIR", help="Folder with the runs. Default: $QDIFFGUI_RUNS, else ./runs."
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run: its id or the start of it, name, folder, or 'last'."
    ),
]
Plots = Annotated[
    Path | None,
    typer.Option("--plots", metavar="FILE", help="Write the plots as Plotly JSON."),
]
OldPlots = Annotated[Path | None, typer.Option("--figures", hidden=True)]
"""The former name of ``--plots``, which still works."""


def folders_exist(*files: Path | None) -> None:
    """Raise ``UserError`` if a file would be written to a folder that does not exist."""
    from qdiffgui.errors import UserError

    for file in files:
        if file is not None and not file.resolve().parent.is_dir():
            raise UserError(
                f"The folder '{file.resolve().parent}' does not exist: create it first."
            )


def store_of(folder: Path | None) -> RunStore:
    """The store behind ``--runs``."""
    from qdiffgui.runs.store import RunStore

    return RunStore(folder)


def find_run(name: str, folder: Path | None) -> RunDirectory:
    """The run that ``RUN`` names. Raises ``UserError`` if there is none."""
    from qdiffgui.runs.store import open_run

    return open_run(name, folder)


def build_experiment(
    preset: str | None, config: Path | None, changes: list[str], seed: int | None, name: str | None
) -> Experiment:
    """The settings that a command line selects. Raises ``UserError`` for an unknown preset, field
    or value, or an unreadable file.

    Without ``name``, changed settings of a preset are named after what was changed.
    """
    from qdiffgui.config import Experiment, absolute, override, parse
    from qdiffgui.config.naming import automatic_name
    from qdiffgui.errors import UserError

    if preset is not None and config is not None:
        raise UserError(
            "Expected --preset or --config, found both: use --set to change single settings."
        )
    experiment, base = Experiment(), None
    if preset is not None:
        from qdiffgui import catalog

        experiment = base = catalog.presets[preset].load()
    elif config is not None:
        try:
            experiment = parse(config.read_bytes())
        except OSError as error:
            raise UserError(f"Cannot read the settings in '{config}': {error.strerror}.") from None
    experiment = absolute(override(experiment, changes))
    extra: dict[str, object] = {
        key: value for key, value in (("seed", seed), ("name", name)) if value is not None
    }
    made = parse(experiment.model_dump(mode="json") | extra) if extra else experiment
    if base is None or name is not None or made.name != base.name:
        return made
    return made.model_copy(update={"name": automatic_name(made, base)})
