"""The active runs, from any tab or terminal, and those waiting for a free CPU thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import card, duration, title, visible
from qdiffgui.ui.widgets import Queue

_BUTTONS = (("resume", "Resume"), ("pause", "Pause"), ("cancel", "Stop"))


class QueueCard:
    """The card; it is visible if any run besides the open one is active."""

    def __init__(self, host: Host) -> None:
        self.queue = Queue(host.act)
        self.root = card(
            title("Queue", "all active runs in this folder, including runs started elsewhere"),
            self.queue,
            css="qd-queue-card",
        )
        visible(self.root, False)

    def show(self, states: Sequence[RunState], current: str) -> None:
        """``states``: all runs; ``current``: the id of the open one."""
        active = in_order([state for state in states if state.status in ACTIVE])
        waiting = [state.id for state in active if is_waiting(state)]
        rows = [row(state, state.id == current, waiting) for state in active]
        visible(self.root, any(state.id != current for state in active))
        if rows != self.queue.rows:
            self.queue.rows = rows


def is_waiting(state: RunState) -> bool:
    return state.status == Status.QUEUED and not state.threads


def in_order(states: Sequence[RunState]) -> list[RunState]:
    """Running runs, oldest first, then queued runs in queue order."""
    return sorted(states, key=lambda state: (is_waiting(state), state.queued, state.id))


def row(state: RunState, current: bool, waiting: Sequence[str]) -> dict[str, Any]:
    """One row of the card; ``waiting`` holds the queued ids in order."""
    if state.id in waiting:
        place = waiting.index(state.id)
        detail = f"waiting for a free CPU thread, {f'{place} ahead' if place else 'next'}"
    else:
        detail = f"step {state.step} of {state.total or '?'}"
        if state.status == Status.RUNNING and state.eta is not None:
            detail += f", {duration(state.eta)} left"
    offered = [] if current else [["open", "Open"]]
    return {
        "id": state.id,
        "name": state.name,
        "status": str(state.status),
        "detail": detail,
        "percent": round(100 * state.fraction, 1),
        "current": current,
        "actions": [*offered, *([op, text] for op, text in _BUTTONS if op in state.actions)],
    }
