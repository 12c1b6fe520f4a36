"""Ask for a pause or an end: from any page, command line or process, of whoever works on the run."""

from __future__ import annotations

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import Request, RunDirectory

_DONE_TO = {"pause": "paused", "cancel": "cancelled", "resume": "resumed", "step": "trained step by step"}


def require(run: RunDirectory, action: str) -> None:
    """Raise ``UserError`` unless ``action`` can be done to the run in its present state."""
    state = run.state()
    if action not in state.actions:
        can = ", ".join(sorted(state.actions))
        raise UserError(f"The run '{run.id}' is {state.status} and cannot be {_DONE_TO.get(action, action)}: it allows {can}.")


def pause(run: RunDirectory) -> None:
    """Pause a running training; it keeps a checkpoint and frees its CPU threads."""
    _ask(run, "pause", "pause")


def cancel(run: RunDirectory) -> None:
    """End a queued, running or paused run; what was learned is kept."""
    _ask(run, "cancel", "cancel")


def proceed(run: RunDirectory) -> None:
    """Go on after a pause."""
    _ask(run, "resume", "run")


def step(run: RunDirectory) -> None:
    """Do one optimiser step of a paused training, show what it made of the model, and pause again."""
    _ask(run, "step", "step")


def _ask(run: RunDirectory, action: str, wish: Request) -> None:
    require(run, action)
    run.request(wish)
