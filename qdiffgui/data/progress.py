"""How far the reading of a data file is, for a page or a terminal to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call ``listener`` with the fraction read, 0 to 1, while data are loaded in this context."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(done: float) -> None:
    """Say that this fraction is read; ignored without a listener."""
    listener = _listener.get()
    if listener is not None:
        listener(done)
