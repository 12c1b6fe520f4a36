"""The one thread that changes widgets on behalf of anything but a click.

Everything that a background thread learns is posted here under a key: at most ten rounds a second, of each key the latest
action only, the last one always carried out. IOPub drops messages above a rate; this keeps far below it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

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
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="page-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def post(self, key: str, action: Action) -> None:
        """Carry out ``action`` soon; an earlier one of the same key that has not been carried out is dropped."""
        with self._lock:
            self._posted.pop(key, None)
            self._posted[key] = action
        self._wake.set()

    def every(self, seconds: float, action: Action) -> None:
        """Carry out ``action`` about every ``seconds`` (at least a period)."""
        with self._lock:
            self._regular.append((seconds, action, [0.0]))

    def flush(self) -> None:
        """Carry out now, in the calling thread, whatever is posted."""
        with self._lock:
            actions, self._posted = list(self._posted.values()), {}
        for action in actions:
            self._run(action)

    def close(self, timeout: float = 2.0) -> None:
        """End the thread after a last flush."""
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        self.flush()

    def _loop(self) -> None:
        while not self._stopped.is_set():
            begun = time.monotonic()
            self.flush()
            for seconds, action, last in list(self._regular):
                if begun - last[0] >= seconds:
                    last[0] = begun
                    self._run(action)
            self._stopped.wait(max(0.01, self._period - (time.monotonic() - begun)))

    def _run(self, action: Action) -> None:
        try:
            action()
        except Exception as error:
            self._on_error(error)
