"""Commands to a run: pause, continue, step, cancel.

A command is a file in the run folder. Whichever process trains the run reads it.
"""

from __future__ import annotations

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import Request, RunDirectory

_PARTICIPLES = {
    "pause": "paused",
    "cancel": "cancelled",
    "resume": "resumed",
    "step": "trained step by step",
}


def require_action(run: RunDirectory, action: str) -> None:
    """Raise ``UserError`` unless the state of the run permits ``action``."""
    state = run.state()
    if action not in state.actions:
        allowed = ", ".join(sorted(state.actions)) or "none"
        reason = f" {state.message}" if state.is_from_newer_version else ""
        raise UserError(
            f"The run '{run.id}' is {state.status} and cannot be "
            f"{_PARTICIPLES.get(action, action)}. Available actions: {allowed}.{reason}"
        )


def pause(run: RunDirectory) -> None:
    """Pause a running training. It writes a checkpoint and releases its CPU threads."""
    _send(run, "pause", "pause")


def cancel(run: RunDirectory) -> None:
    """Cancel a queued, running or paused run. The model trained so far is kept."""
    _send(run, "cancel", "cancel")


def unpause(run: RunDirectory) -> None:
    """Continue a paused training."""
    _send(run, "resume", "run")


def step(run: RunDirectory) -> None:
    """Run one optimizer step of a paused training, draw new samples, and pause again."""
    _send(run, "step", "step")


def _send(run: RunDirectory, action: str, request: Request) -> None:
    require_action(run, action)
    run.request(request)
