"""Requests an inspection of the current settings shortly after the last change of the form."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.ui.live_run import LiveRun

DEBOUNCE = 0.35

Answered = Callable[[Experiment, dict[str, Any] | None, str | None], None]
Post = Callable[[str, Callable[[], None]], None]


class Inspection:
    """``ask`` schedules a question to ``inspector()`` about a config; ``answered(config, result,
    error)`` is called in the kernel's thread, through ``post``, unless another question was asked
    meanwhile. ``result`` is the last valid answer.
    """

    def __init__(self, inspector: Callable[[], Any], post: Post, answered: Answered) -> None:
        self._inspector, self._post, self._answered = inspector, post, answered
        self._asked_at: float | None = None
        self._config: Experiment | None = None
        self.result: dict[str, Any] | None = None
        self._digest = ""

    def ask(self, config: Experiment | None) -> None:
        """Replace the pending question; ``None`` only cancels it."""
        self._config = config
        self._asked_at = time.monotonic() if config is not None else None

    def tick(self) -> None:
        """Ask if the form has not changed for long enough."""
        if (
            self._asked_at is None
            or self._config is None
            or time.monotonic() - self._asked_at < DEBOUNCE
        ):
            return
        self._asked_at, config = None, self._config

        def receive(result: dict[str, Any] | None, error: str | None) -> None:
            self._post("inspect", lambda: self._take(config, result, error))

        self._inspector().request(config, receive)

    def _take(self, config: Experiment, result: dict[str, Any] | None, error: str | None) -> None:
        if self._config is not config:
            return
        if result is not None:
            self.result, self._digest = result, config.digest()
        self._answered(config, result, error)

    def data_of(self, run: LiveRun) -> dict[str, Any] | None:
        """The preview of a run's training data, if they were just inspected."""
        if self.result is not None and run.config.digest() == self._digest:
            data: dict[str, Any] = self.result["data"]
            return data
        return None
