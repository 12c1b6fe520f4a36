"""``qdiffgui runs``: all runs of a folder."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, store_of

if TYPE_CHECKING:
    from qdiffgui.runs.record import RunState
    from qdiffgui.runs.store import RunStore


def runs(as_json: Json = False, folder: Runs = None) -> None:
    """List the runs, newest first."""
    show(store_of(folder), as_json)


def show(store: RunStore, as_json: bool) -> None:
    """Print the runs of ``store``."""
    states = store.list()
    if as_json:
        return output.document([row(state) for state in states])
    if not states:
        return output.note(f"There are no runs in '{store.root}' yet: 'qdiffgui train --preset KEY' makes one.")
    cells = [
        (s.id, s.name if s.name != s.id else "", str(s.status), f"{s.step}/{s.total}" if s.total else "", f"{s.seconds:.1f} s",
         "" if s.loss is None else f"{s.loss:.4g}", datetime.fromtimestamp(s.created).strftime("%Y-%m-%d %H:%M"))
        for s in states
    ]  # fmt: skip
    output.table(("run", "name", "status", "step", "trained", "loss", "made"), cells, right=(3, 4, 5))
    for state in states:
        if state.message:
            output.note(f"{state.id}: {state.message}")


def row(state: RunState) -> dict[str, Any]:
    """A run as plain data: as in the registries ``key``, ``label`` and ``summary``, and all that is known of its state."""
    content = state.model_dump(mode="json", exclude={"owner", "pool"})
    summary = f"{state.status}: {state.model} on {state.data} ({state.representation}), step {state.step} of {state.total}"
    return (
        {"key": state.id, "label": state.name, "summary": summary, "run": state.id} | content | {"actions": sorted(state.actions)}
    )
