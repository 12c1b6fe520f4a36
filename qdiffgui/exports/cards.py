"""Export the model card of a run."""

from __future__ import annotations

from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports.write import write_text
from qdiffgui.runs.card import card_of_run
from qdiffgui.runs.directory import RunDirectory


def card(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write the model card: model, data, training, metrics, verdict, limits and citations.

    A run without an evaluation gets a card that says so.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file: ``.md`` for people, ``.json`` for programs.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the name has another ending, files of the run are damaged, or the file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.card(run, "card.md")]
    ['card.md']
    """
    target = Path(target)
    if target.suffix not in (".md", ".json"):
        raise UserError(f"Expected a model card ending in .md or .json; found '{target.name}'.")
    found = card_of_run(run)
    return [write_text(target, found.as_json() if target.suffix == ".json" else str(found))]
