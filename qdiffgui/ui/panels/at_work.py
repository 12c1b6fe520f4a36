"""What runs now, in whatever tab or terminal it was started, and what waits for a free processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import card, duration, title, visible
from qdiffgui.ui.widgets import Queue

_BUTTONS = (("resume", "Resume"), ("pause", "Pause"), ("cancel", "Stop"))


class AtWork:
    """A card that shows itself where there is more to see than the open run."""

    def __init__(self, host: Host) -> None:
        self.queue = Queue(host.act)
        self.root = card(title("At work", "every run of this folder, whoever started it"), self.queue, css="qd-at-work")
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
    """Those that work, oldest first, then those that wait, in the order of queueing."""
    return sorted(states, key=lambda state: (is_waiting(state), state.queued, state.id))


def row(state: RunState, current: bool, waiting: Sequence[str]) -> dict[str, Any]:
    """A line of the card; ``waiting``: the ids in the queue, first first."""
    if state.id in waiting:
        place = waiting.index(state.id)
        detail = f"waits for a free CPU thread, {'next' if not place else f'{place} before it'}"
    else:
        detail = f"step {state.step} of {state.total or '?'}"
        if state.status == Status.RUNNING and state.eta is not None:
            detail += f", {duration(state.eta)} left"
    offered = [] if current else [["open", "Follow"]]
    return {
        "id": state.id, "name": state.name, "status": str(state.status), "detail": detail, "percent": round(100 * state.fraction, 1),
        "current": current, "actions": [*offered, *([op, text] for op, text in _BUTTONS if op in state.actions)],
    }  # fmt: skip
