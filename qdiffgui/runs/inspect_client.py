"""Ask the inspector process, without ever waiting for it: the latest question wins."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.runs.helper import Helper

Callback = Callable[[dict[str, Any] | None, str | None], None]
_KEPT = 32
LOST = "The preview process ended unexpectedly, as it does where memory runs out. Training can be started all the same."
"""The error where nothing is known about the settings themselves."""


class Inspector:
    """A client of ``qdiffgui.runs.inspector``.

    ``request(config, callback)`` returns at once; ``callback(result, error)`` is called from a background thread, one of the two
    being ``None``. A request made before the last was answered takes its place if that was not begun, and silences it if it was.
    A dead process is started again with the next request. ``preload`` starts it now.
    """

    def __init__(self, *, preload: bool = True) -> None:
        self._changed = threading.Condition()
        self._pending: tuple[Experiment, Callback] | None = None
        self._latest: Experiment | None = None
        self._closed = False
        self._answers: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._helper = Helper()
        if preload:
            self._helper.start()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="qdiffgui-inspector")
        self._thread.start()

    def request(self, config: Experiment, callback: Callback) -> None:
        """Ask what ``experiment.inspect`` says of ``config``."""
        with self._changed:
            self._pending, self._latest = (config, callback), config
            self._changed.notify()

    def close(self) -> None:
        """End the process; unanswered requests are dropped."""
        with self._changed:
            self._closed = True
            self._pending = self._latest = None
            self._changed.notify()
        self._helper.end()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending is not None or self._closed)
                if self._closed or self._pending is None:
                    return
                (config, callback), self._pending = self._pending, None
            result, error = self._ask(config)
            with self._changed:
                wanted = self._latest is config
            if wanted:
                callback(result, error)

    def _ask(self, config: Experiment) -> tuple[dict[str, Any] | None, str | None]:
        key = _key(config)
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key], None
        question = {"method": "inspect", "config": config.model_dump(mode="json")}
        reply = self._helper.ask(question) or (None if self._closed else self._helper.ask(question))
        if reply is None:
            return None, LOST
        if "error" in reply:
            return None, str(reply["error"])
        self._answers[key] = reply["result"]
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        return self._answers[key], None


def _key(config: Experiment) -> str:
    """Equal for equal answers: of a file of the user's, its date and size count as well."""
    path = getattr(config.data, "path", "")
    try:
        found = os.stat(path) if path else None
    except OSError:
        found = None
    return f"{config.digest()}-{found.st_mtime_ns}-{found.st_size}" if found else config.digest()
