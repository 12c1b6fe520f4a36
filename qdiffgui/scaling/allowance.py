"""The time that a part of a study may take, so that the whole ends when it was said to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GROWTH = 2.0
"""The next piece along an axis may take so many times as long as the dearest yet."""


class Allowance:
    """``seconds`` for work that is done in pieces. A piece begins only where one that grows as expected still fits; the first one always.

    left_out : what was not begun, in words.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._begun, self._dearest = clock(), 0.0
        self.left_out: list[str] = []

    @property
    def left(self) -> float:
        """Seconds that are not spent."""
        return self._begun + self.seconds - self._clock()

    def share(self, of: int) -> Allowance:
        """An equal share of what is left for the first of ``of`` parts; what it leaves out is noted here, too."""
        part = Allowance(max(self.left, 0.0) / of, self._clock)
        part.left_out = self.left_out
        return part

    def allows(self, what: str) -> bool:
        """Whether another piece may begin; noted where it may not."""
        if self._dearest and GROWTH * self._dearest > self.left:
            self.left_out.append(what)
            return False
        return True

    @contextmanager
    def piece(self) -> Iterator[None]:
        """Do one."""
        begun = self._clock()
        try:
            yield
        finally:
            self._dearest = max(self._dearest, self._clock() - begun)
