"""Options that several commands share, and how they become settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.store import RunStore

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Runs = Annotated[Path | None, typer.Option("--runs", metavar="DIR", help="Folder of the runs ($QDIFFGUI_RUNS, else ./runs).")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run or its beginning, its name, its folder, or 'last'.")]
Figures = Annotated[
    Path | None, typer.Option("--figures", metavar="FILE", help="Write the figures as JSON too, as Plotly reads them.")
]


def folders_exist(*files: Path | None) -> None:
    """Raises ``UserError`` where a file is to be written into a folder that is not there."""
    from qdiffgui.errors import UserError

    for file in files:
        if file is not None and not file.resolve().parent.is_dir():
            raise UserError(f"The folder '{file.resolve().parent}' does not exist: make it first.")


def store_of(folder: Path | None) -> RunStore:
    """The runs of ``--runs``."""
    from qdiffgui.runs.store import RunStore

    return RunStore(folder)


def find_run(name: str, folder: Path | None) -> RunDirectory:
    """A run by id, or by its folder; raises ``UserError``."""
    from qdiffgui.runs.store import open_run

    return open_run(name, folder)


def build(preset: str | None, config: Path | None, changes: list[str], seed: int | None, name: str | None) -> Experiment:
    """The settings that a command line asks for; raises ``UserError`` (an unknown preset, field or value, an unreadable file)."""
    from qdiffgui.config import Experiment, absolute, override, parse
    from qdiffgui.errors import UserError

    if preset is not None and config is not None:
        raise UserError("Expected one of --preset and --config; found both: change single settings with --set.")
    experiment = Experiment()
    if preset is not None:
        from qdiffgui import catalog

        experiment = catalog.presets[preset].load()
    elif config is not None:
        try:
            experiment = parse(config.read_bytes())
        except OSError as error:
            raise UserError(f"Cannot read the settings in '{config}': {error.strerror}.") from None
    experiment = absolute(override(experiment, changes))
    extra: dict[str, object] = {key: value for key, value in (("seed", seed), ("name", name)) if value is not None}
    return parse(experiment.model_dump(mode="json") | extra) if extra else experiment
