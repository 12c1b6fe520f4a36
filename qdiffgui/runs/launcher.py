"""Start worker processes. One is kept warm, so that a training starts within a fraction of a
second.

With ``QDIFFGUI_WARM=0`` in the environment none is: a training starts some seconds later, and an
open page takes several hundred megabytes less, for servers with many pages.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.worker import environment

_COMMAND = (sys.executable, "-m", "qdiffgui.runs.worker")


class Launcher:
    """Starts one worker process per run. ``warm=False``, or ``QDIFFGUI_WARM=0``, keeps no process
    ready."""

    def __init__(self, *, warm: bool = True) -> None:
        self._keep_warm = warm and os.environ.get("QDIFFGUI_WARM") != "0"
        self._warm: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def prepare(self) -> None:
        """Start a warm worker if there is none."""
        with self._lock:
            if self._keep_warm and (self._warm is None or self._warm.poll() is not None):
                self._warm = subprocess.Popen(
                    [*_COMMAND, "--warm"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(),
                    text=True,
                    start_new_session=True,
                )

    def start(self, run: RunDirectory) -> subprocess.Popen[str]:
        """A process that trains ``run``. Raises ``OSError`` if the system cannot start one."""
        with self._lock:
            ready, self._warm = self._warm, None
        process = ready if ready is not None and _assign(ready, run) else _start_cold(run, [])
        self._prepare_later()
        return process

    def start_waiting(self, run: RunDirectory, slots: Slots) -> subprocess.Popen[str]:
        """A process that first waits for threads in ``slots``.

        Errors during its start appear in the log of the run.
        """
        limits = [slots.threads] if slots.runs is None else [slots.threads, slots.runs]
        return _start_cold(run, list(map(str, limits)))

    def close(self) -> None:
        """End the warm worker. Workers that train a run continue."""
        with self._lock:
            self._keep_warm = False
            warm, self._warm = self._warm, None
            if self._timer is not None:
                self._timer.cancel()
        if warm is not None and warm.stdin is not None:
            with contextlib.suppress(OSError):
                warm.stdin.close()
            warm.terminate()
            warm.wait()

    def _prepare_later(self) -> None:
        """Start the next warm worker after 3 s: its imports would slow down the training that has
        just started."""
        with self._lock:
            if not self._keep_warm:
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(3.0, self.prepare)
            self._timer.daemon = True
            self._timer.start()


def _assign(process: subprocess.Popen[str], run: RunDirectory) -> bool:
    if process.stdin is None or process.poll() is not None:
        return False
    try:
        process.stdin.write(f"{run.path}\n")
        process.stdin.close()
    except OSError:
        return False
    return True


def _start_cold(run: RunDirectory, limits: list[str]) -> subprocess.Popen[str]:
    with run.log_file.open("a", encoding="utf-8") as log:
        return subprocess.Popen(
            [*_COMMAND, str(run.path), *limits],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(),
            text=True,
            start_new_session=True,
        )
