"""States of a run, transitions between them, and actions in each: one table each."""

from __future__ import annotations

from enum import StrEnum

from qdiffgui.errors import UserError


class Status(StrEnum):
    """The state of a run.

    ``interrupted`` means that its worker process is gone (killed, disk full, power cut) and the run
    can be resumed from its last checkpoint.
    """

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


_S = Status
MOVES: dict[Status, frozenset[Status]] = {
    _S.QUEUED: frozenset({_S.RUNNING, _S.CANCELLED, _S.FAILED, _S.INTERRUPTED}),
    _S.RUNNING: frozenset({_S.PAUSED, _S.CANCELLING, _S.DONE, _S.FAILED, _S.INTERRUPTED}),
    _S.PAUSED: frozenset({_S.RUNNING, _S.CANCELLING, _S.FAILED, _S.INTERRUPTED}),
    _S.CANCELLING: frozenset({_S.CANCELLED, _S.FAILED, _S.INTERRUPTED}),
    _S.DONE: frozenset(),
    _S.FAILED: frozenset({_S.QUEUED}),
    _S.CANCELLED: frozenset({_S.QUEUED}),
    _S.INTERRUPTED: frozenset({_S.QUEUED}),
}

ACTIVE = frozenset({_S.QUEUED, _S.RUNNING, _S.PAUSED, _S.CANCELLING})
WORKING = ACTIVE - {_S.QUEUED}
RESUMABLE = frozenset(status for status, after in MOVES.items() if _S.QUEUED in after)

_ALWAYS = frozenset({"rename", "copy"})
_ENDED = frozenset({"delete", "export"})
_ACTIONS: dict[Status, frozenset[str]] = {
    _S.QUEUED: frozenset({"cancel"}),
    _S.RUNNING: frozenset({"pause", "cancel"}),
    _S.PAUSED: frozenset({"resume", "step", "cancel"}),
    _S.CANCELLING: frozenset(),
    _S.DONE: _ENDED | {"sample", "evaluate"},
    _S.FAILED: _ENDED | {"resume"},
    _S.CANCELLED: _ENDED | {"resume", "sample", "evaluate"},
    _S.INTERRUPTED: _ENDED | {"resume"},
}


def actions(status: Status) -> frozenset[str]:
    """The actions that a run of this state permits.

    A subset of ``pause``, ``resume``, ``step``, ``cancel``, ``delete``, ``export``, ``sample``,
    ``evaluate``, ``rename`` and ``copy``.
    """
    return _ACTIONS[status] | _ALWAYS


def check_move(before: Status, after: Status) -> None:
    """Raise ``UserError`` unless a run may change from ``before`` to ``after``."""
    if after not in MOVES[before]:
        allowed = ", ".join(sorted(MOVES[before])) or "nothing else"
        raise UserError(f"A run that is {before} cannot become {after}. It can become: {allowed}.")
