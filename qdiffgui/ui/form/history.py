"""Undo and redo for settings."""

from __future__ import annotations

from typing import Generic, TypeVar

KEPT = 100
T = TypeVar("T")


class History(Generic[T]):
    """Past, present and undone states. ``note`` records a new state; ``undo`` and ``redo``
    return the state to restore, or ``None``.
    """

    def __init__(self) -> None:
        self._before: list[T] = []
        self._now: T | None = None
        self._after: list[T] = []

    def note(self, state: T) -> None:
        """Record ``state``; an unchanged state is ignored."""
        if self._now is not None and state != self._now:
            self._before = [*self._before, self._now][-KEPT:]
            self._after.clear()
        self._now = state

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def undo(self) -> T | None:
        return self._move(self._before, self._after)

    def redo(self) -> T | None:
        return self._move(self._after, self._before)

    def _move(self, source: list[T], target: list[T]) -> T | None:
        if not source or self._now is None:
            return None
        target.append(self._now)
        self._now = source.pop()
        return self._now
