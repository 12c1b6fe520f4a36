"""Carries out, in the kernel's own event loop, what anything but a click has to change in widgets.

A widget cannot be changed from two threads: where a message of the browser is taken in while another thread sets the same widgets,
both are left half set. Messages are taken in by the event loop of the kernel, so what a background thread learns is posted here
under a key and carried out in that loop as well: at most ten rounds a second, of each key the latest action only, the last one
always carried out. IOPub drops messages above a rate; this keeps far below it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextvars import Context

Action = Callable[[], None]
PERIOD = 0.1


class Writer:
    """``post`` from any thread; ``every`` for what is looked at regularly. Errors go to ``on_error``, never lost."""

    def __init__(self, on_error: Callable[[BaseException], None], period: float = PERIOD) -> None:
        self._on_error = on_error
        self._period = period
        self._lock = threading.Lock()
        self._posted: dict[str, Action] = {}
        self._regular: list[tuple[float, Action, list[float]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin; raises ``RuntimeError`` where no event loop is running."""
        self._next_round(asyncio.get_running_loop(), 0)

    def post(self, key: str, action: Action) -> None:
        """Carry out ``action`` soon; an earlier one of the same key that has not been carried out is dropped."""
        with self._lock:
            self._posted.pop(key, None)
            self._posted[key] = action

    def every(self, seconds: float, action: Action) -> None:
        """Carry out ``action`` about every ``seconds`` (at least a period)."""
        self._regular.append((seconds, action, [0.0]))

    def flush(self) -> None:
        """Carry out now whatever is posted."""
        with self._lock:
            actions, self._posted = list(self._posted.values()), {}
        for action in actions:
            self._run(action)

    def close(self) -> None:
        """End after a last flush."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.flush()

    def _next_round(self, loop: asyncio.AbstractEventLoop, delay: float) -> None:
        # in a context of its own: that of a cell or a click would make every message an answer to it
        self._timer = loop.call_later(delay, self._round, loop, context=Context())

    def _round(self, loop: asyncio.AbstractEventLoop) -> None:
        begun = time.monotonic()
        self.flush()
        for seconds, action, last in list(self._regular):
            if begun - last[0] >= seconds:
                last[0] = begun
                self._run(action)
        took = time.monotonic() - begun
        if self._timer is not None:  # nothing in this round has closed us
            self._next_round(loop, max(self._period - took, took))  # half of the time is left to what the browser says

    def _run(self, action: Action) -> None:
        try:
            action()
        except Exception as error:
            self._on_error(error)
