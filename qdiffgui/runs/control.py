"""Commands as the training process sees them: read at every step, and raised as exceptions in work
that does not ask for them."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qdiffgui.runs.directory import Request, RunDirectory

_EVERY = 0.05


class Stopped(BaseException):
    """The process was asked to end: write a checkpoint, so that the run can be resumed.

    Not an ``Exception``, so that no handler for errors catches it.
    """


class Cancelled(BaseException):
    """A person cancelled the run."""


class Control:
    """The ``control`` of ``experiment.Session.events``.

    A call returns ``"run"``, ``"step"`` or ``"cancel"``, and blocks while the run is paused. It
    reads the command file at most every 50 ms.

    Parameters
    ----------
    run : RunDirectory
    stop : threading.Event
        If set, the next call raises ``Stopped``.
    pause : callable
        Called when a pause begins.
    unpause : callable
        Called every 50 ms once the pause should end, until it returns True.
    beat : callable
        Called every 10 s during a pause.
    """

    def __init__(
        self,
        run: RunDirectory,
        stop: threading.Event,
        pause: Callable[[], None],
        unpause: Callable[[], bool],
        beat: Callable[[], None],
    ) -> None:
        self.run, self.stop = run, stop
        self._pause, self._unpause, self._beat = pause, unpause, beat
        self._next = 0.0
        self._stamp: tuple[int, int] | None = None
        self._command: Request = "run"
        self._stepped: tuple[int, int] | None = None

    def __call__(self) -> str:
        if self.stop.is_set():
            raise Stopped
        now = time.monotonic()
        if now < self._next:
            return "run"
        self._next = now + _EVERY
        command = self.command()
        if command in ("pause", "step"):
            command = self._wait()
        if command == "step":
            self._stepped, self._next = self._stamp, 0.0
        return command

    def command(self) -> Request:
        """The current command. The file is read only if it changed.

        A step that has been done counts as a pause.
        """
        try:
            found = self.run.control_file.stat()
        except OSError:
            return "run"
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._stamp, self._command = stamp, self.run.requested()
        return "pause" if self._command == "step" and stamp == self._stepped else self._command

    def interruption(self) -> type[BaseException] | None:
        """The exception that ``interruptible`` should raise now, if any."""
        if self.stop.is_set():
            return Stopped
        return Cancelled if self.run.requested() == "cancel" else None

    def _wait(self) -> Request:
        self._pause()
        last = time.monotonic()
        while True:
            if self.stop.wait(_EVERY):
                raise Stopped
            command = self.command()
            if command == "cancel" or (command in ("run", "step") and self._unpause()):
                return command
            if time.monotonic() - last > 10:
                last = time.monotonic()
                self._beat()


@contextmanager
def interruptible(interruption: Callable[[], type[BaseException] | None]) -> Iterator[None]:
    """Raise in the body the exception that ``interruption()`` returns, within about 0.1 s.

    For work that never asks for commands: reading data, evaluating. The exception can only arrive
    between two Python instructions, and never after the body has ended.
    """
    target = ctypes.c_ulong(threading.get_ident())
    ended, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        while not ended.wait(_EVERY):
            error = interruption()
            if error is None:
                continue
            with lock:
                if not ended.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(error))
            return

    threading.Thread(target=watch, daemon=True, name="qdiffgui-interrupt").start()
    try:
        yield
    finally:
        with lock:
            ended.set()
            # revoke an exception that has not been delivered yet
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)
