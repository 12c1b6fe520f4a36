"""Count the circuit evaluations of a piece of work, exactly, whatever runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from qdiffgui.engine.program import GateProgram

_OPEN: ContextVar[Tally | None] = ContextVar("qdiffgui_tally", default=None)


class Tally:
    """States that circuits were run on, by circuit."""

    def __init__(self) -> None:
        self.calls: list[tuple[GateProgram, int]] = []

    @property
    def states(self) -> int:
        """Of all circuits together."""
        return sum(batch for _, batch in self.calls)

    def of(self, program: GateProgram) -> int:
        """States that this very program was run on."""
        return sum(batch for other, batch in self.calls if other is program)


@contextmanager
def tally() -> Iterator[Tally]:
    """Count every ``Circuit`` evaluation of this thread (a batch of B states counts B) until the block ends; derivatives by the adjoint
    method are not evaluations. Blocks may be nested: the inner one counts alone."""
    counted = Tally()
    token = _OPEN.set(counted)
    try:
        yield counted
    finally:
        _OPEN.reset(token)


def note(program: GateProgram, batch: int) -> None:
    """Say that a circuit is run on so many states."""
    counted = _OPEN.get()
    if counted is not None:
        counted.calls.append((program, batch))
