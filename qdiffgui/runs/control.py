"""What people ask of a run while it is worked on, read at every step and nearly for free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from qdiffgui.runs.directory import Request, RunDirectory
from qdiffgui.runs.interrupt import Cancelled, Stopped

_EVERY = 0.05


class Control:
    """The ``control`` of ``experiment.Session.events``: says ``"run"``, ``"step"`` or ``"cancel"``, and blocks while the run is paused.

    ``stop`` set by anyone raises ``Stopped``. ``pause()`` is called when a pause begins, ``proceed()`` every 50 ms when it should
    end, until it gives True; ``beat()`` now and then in between.
    """

    def __init__(
        self, run: RunDirectory, stop: threading.Event, pause: Callable[[], None], proceed: Callable[[], bool], beat: Callable[[], None]
    ) -> None:  # fmt: skip
        self.run, self.stop = run, stop
        self._pause, self._proceed, self._beat = pause, proceed, beat
        self._next = 0.0
        self._stamp: tuple[int, int] | None = None
        self._wish: Request = "run"
        self._stepped: tuple[int, int] | None = None

    def __call__(self) -> str:
        if self.stop.is_set():
            raise Stopped
        now = time.monotonic()
        if now < self._next:
            return "run"
        self._next = now + _EVERY
        wish = self.wish()
        if wish in ("pause", "step"):
            wish = self._wait()
        if wish == "step":
            self._stepped, self._next = self._stamp, 0.0
        return wish

    def wish(self) -> Request:
        """What is asked now; the file is read only when it changed. A step that has been done is a pause again."""
        try:
            found = self.run.control_file.stat()
        except OSError:
            return "run"
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._stamp, self._wish = stamp, self.run.requested()
        return "pause" if self._wish == "step" and stamp == self._stepped else self._wish

    def interruption(self) -> type[BaseException] | None:
        """For ``interruptible``: what should end work that does not ask."""
        return Stopped if self.stop.is_set() else Cancelled if self.run.requested() == "cancel" else None

    def _wait(self) -> Request:
        self._pause()
        last = time.monotonic()
        while True:
            if self.stop.wait(_EVERY):
                raise Stopped
            wish = self.wish()
            if wish == "cancel" or (wish in ("run", "step") and self._proceed()):
                return wish
            if time.monotonic() - last > 10:
                last = time.monotonic()
                self._beat()
