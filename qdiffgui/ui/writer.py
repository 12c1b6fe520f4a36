"""Applies changes of widgets that do not come from a click, in the kernel's event loop.

Two threads must not change the same widget: if a message from the browser is processed while
another thread sets traits, both are left half applied. The kernel's event loop processes
messages, so background threads post their changes here under a key, and the same loop applies
them: at most ten rounds a second, only the latest action of each key, and always the last one.
IOPub drops messages above a rate; this stays far below it.
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
    """``post`` from any thread; ``every`` for regular actions. Errors go to ``on_error``."""

    def __init__(self, on_error: Callable[[BaseException], None], period: float = PERIOD) -> None:
        self._on_error = on_error
        self._period = period
        self._lock = threading.Lock()
        self._posted: dict[str, Action] = {}
        self._regular: list[tuple[float, Action, list[float]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start; raises ``RuntimeError`` if no event loop is running."""
        self._next_round(asyncio.get_running_loop(), 0)

    def post(self, key: str, action: Action) -> None:
        """Run ``action`` soon; a pending action of the same key is dropped."""
        with self._lock:
            self._posted.pop(key, None)
            self._posted[key] = action

    def every(self, seconds: float, action: Action) -> None:
        """Run ``action`` about every ``seconds`` (at least one period)."""
        self._regular.append((seconds, action, [0.0]))

    def flush(self) -> None:
        """Run all posted actions now."""
        with self._lock:
            actions, self._posted = list(self._posted.values()), {}
        for action in actions:
            self._run(action)

    def close(self) -> None:
        """Stop after a last flush."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.flush()

    def _next_round(self, loop: asyncio.AbstractEventLoop, delay: float) -> None:
        # in a context of its own: that of a cell or a click would make every message an answer to
        # it
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
            self._next_round(
                loop, max(self._period - took, took)
            )  # half of the time is left for messages from the browser

    def _run(self, action: Action) -> None:
        try:
            action()
        except Exception as error:
            self._on_error(error)
