"""Have samples drawn anew by the helper process, without ever waiting for it: the latest request wins, and it can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qdiffgui.runs.helper import Helper

IDLE = 120.0


@dataclass(frozen=True)
class News:
    """How far it has come (``share`` of 1, ``doing``), or the end: one of ``result`` and ``error``."""

    share: float = 1.0
    doing: str = ""
    result: dict[str, Any] | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        return self.result is not None or bool(self.error)


class Generator:
    """A client of ``qdiffgui.runs.inspector`` of its own. The process starts with the first request and ends after ``idle`` seconds."""

    def __init__(self, idle: float = IDLE) -> None:
        self._helper = Helper()
        self._idle = idle
        self._serial = 0
        self._working = threading.Lock()
        self._timer: threading.Timer | None = None

    def request(self, run: Path, asked: Mapping[str, Any], target: Path, heard: Callable[[News], None]) -> None:
        """Sample ``asked`` (see ``experiment.generate.Asked``) from the model of ``run``, and write the samples to ``target``.

        Returns at once; ``heard`` is called from a background thread, and not again after ``cancel`` or another request.
        """
        if self._working.locked():
            self.cancel()
        self._serial += 1
        question = {"method": "generate", "run": str(run), "asked": dict(asked), "file": str(target)}
        arguments = (self._serial, question, heard)
        threading.Thread(target=self._work, args=arguments, daemon=True, name="qdiffgui-generate").start()

    def cancel(self) -> None:
        """Drop what is going on, at once."""
        self._serial += 1
        self._helper.end()

    def close(self) -> None:
        """End the process."""
        self._stop_timer()
        self.cancel()

    def _work(self, serial: int, question: Mapping[str, Any], heard: Callable[[News], None]) -> None:
        def progress(share: float, doing: str) -> None:
            if serial == self._serial:
                heard(News(share, doing))

        with self._working:
            if serial != self._serial:
                return
            self._stop_timer()
            reply = self._helper.ask(question, progress)
            self._start_timer()
        if serial != self._serial:
            return
        if reply is None:
            heard(News(error="The process that samples ended unexpectedly: try again, perhaps with fewer samples."))
        else:
            heard(News(result=reply.get("result"), error=str(reply.get("error", ""))))

    def _start_timer(self) -> None:
        self._timer = threading.Timer(self._idle, self._rest)
        self._timer.daemon = True
        self._timer.start()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _rest(self) -> None:
        if self._working.acquire(blocking=False):
            self._helper.end()
            self._working.release()
