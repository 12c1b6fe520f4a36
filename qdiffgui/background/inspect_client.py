"""Ask the inspector process without blocking the page. A new request replaces the previous one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from qdiffgui.background.helper import HelperProcess
from qdiffgui.config import Experiment

Callback = Callable[[dict[str, Any] | None, str | None], None]
_CACHE_SIZE = 32
LOST = (
    "The preview process ended unexpectedly, perhaps because memory ran out. Training can be "
    "started without a preview."
)
"""The error if the process died, so that nothing is known about the settings."""


class Inspector:
    """A client of ``background.inspector``.

    A process that died is started again with the next request. ``preload`` starts it now.
    """

    def __init__(self, *, preload: bool = True) -> None:
        self._changed = threading.Condition()
        self._pending: tuple[Experiment, Callback] | None = None
        self._latest: Experiment | None = None
        self._closed = False
        self._answers: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._helper = HelperProcess()
        if preload:
            self._helper.start()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="qdiffgui-inspector")
        self._thread.start()

    def request(self, config: Experiment, callback: Callback) -> None:
        """Request ``experiment.inspect(config)``. Returns at once.

        ``callback(result, error)`` is called from a background thread; one of the two is None. It
        is not called if another request is made before the answer.
        """
        with self._changed:
            self._pending, self._latest = (config, callback), config
            self._changed.notify()

    def close(self) -> None:
        """End the process. Pending requests are dropped."""
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
        key = config.digest()
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
        while len(self._answers) > _CACHE_SIZE:
            self._answers.popitem(last=False)
        return self._answers[key], None
