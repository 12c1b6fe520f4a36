"""Time budgets, so that a study ends when it said it would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 450.0
"""Wall-clock seconds of a study of effort 1 on two idle cores. Work that does not fit is skipped
and reported.
"""
_PARTS = {"timing": 70.0, "the model's gradients": 40.0, "slices of the loss": 20.0}
GROWTH = 2.0
"""How many times as long as the longest piece so far the next piece may take."""


class TimeBudget:
    """``seconds`` for work that is done in pieces.

    A piece begins only if it still fits when it takes ``GROWTH`` times as long as the longest one;
    the first piece always begins. ``left_out`` names what was skipped.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._begun, self._longest = clock(), 0.0
        self.left_out: list[str] = []

    @property
    def left(self) -> float:
        """Remaining seconds."""
        return self._begun + self.seconds - self._clock()

    def share(self, of: int) -> TimeBudget:
        """A budget with an equal share of the rest, for the first of ``of`` parts. What it skips is
        listed here, too.
        """
        part = TimeBudget(max(self.left, 0.0) / of, self._clock)
        part.left_out = self.left_out
        return part

    def allows(self, what: str) -> bool:
        """Whether another piece may begin; otherwise ``what`` is listed as left out."""
        if self._longest and GROWTH * self._longest > self.left:
            self.left_out.append(what)
            return False
        return True

    @contextmanager
    def piece(self) -> Iterator[None]:
        """Do one piece of work."""
        begun = self._clock()
        try:
            yield
        finally:
            self._longest = max(self._longest, self._clock() - begun)


class StudyBudget:
    """The time of a study, ``scale`` times the usual.

    ``total`` is the budget of the whole study, ``seconds`` the CPU seconds spent by each part.
    """

    def __init__(self, scale: float) -> None:
        self.total, self.seconds = TimeBudget(SECONDS * scale), dict[str, float]()
        self._scale, self._begun = scale, time.process_time()
        self._parts: dict[str, TimeBudget] = {}

    def part(self, name: str) -> TimeBudget:
        """The budget of a part, which begins now."""
        return self._parts.setdefault(name, TimeBudget(_PARTS[name] * self._scale))

    def mark(self, name: str) -> None:
        """Record that a part has ended."""
        now = time.process_time()
        self.seconds[name], self._begun = now - self._begun, now

    def notes(self) -> list[str]:
        """One sentence for each part that skipped work."""
        skipped = {name: budget.left_out for name, budget in self._parts.items()}
        skipped["trainings"] = self.total.left_out
        return [
            f"Time limit reached ({name}); left out: {', '.join(dict.fromkeys(what))}."
            for name, what in skipped.items()
            if what
        ]
