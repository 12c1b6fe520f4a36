"""Start worker processes; one is kept warm, so that a training begins within a fraction of a second."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.worker import environment

_COMMAND = (sys.executable, "-m", "qdiffgui.runs.worker")


class Launcher:
    """Gives each run a worker process of its own. ``warm=False`` keeps none ready."""

    def __init__(self, *, warm: bool = True) -> None:
        self._keep_warm = warm
        self._warm: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def prepare(self) -> None:
        """Have a warm worker, if there is none."""
        with self._lock:
            if self._keep_warm and (self._warm is None or self._warm.poll() is not None):
                self._warm = subprocess.Popen(
                    [*_COMMAND, "--warm"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    env=environment(), text=True, start_new_session=True,
                )  # fmt: skip

    def start(self, run: RunDirectory) -> subprocess.Popen[str]:
        """A process that works on ``run``; raises ``OSError`` where the system refuses one."""
        with self._lock:
            ready, self._warm = self._warm, None
        process = ready if ready is not None and _tell(ready, run) else _cold(run, [])
        self._prepare_later()
        return process

    def cold(self, run: RunDirectory, slots: Slots) -> subprocess.Popen[str]:
        """A process that first waits for threads in ``slots``; what goes wrong while it starts is in the run's log."""
        return _cold(run, [str(slots.threads), *([] if slots.runs is None else [str(slots.runs)])])

    def close(self) -> None:
        """Let the warm worker go; those that train go on."""
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
        """Not at once: importing would take the CPU from the training that has just begun."""
        with self._lock:
            if not self._keep_warm:
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(3.0, self.prepare)
            self._timer.daemon = True
            self._timer.start()


def _tell(process: subprocess.Popen[str], run: RunDirectory) -> bool:
    if process.stdin is None or process.poll() is not None:
        return False
    try:
        process.stdin.write(f"{run.path}\n")
        process.stdin.close()
    except OSError:
        return False
    return True


def _cold(run: RunDirectory, share: list[str]) -> subprocess.Popen[str]:
    with run.log_file.open("a", encoding="utf-8") as log:
        return subprocess.Popen(
            [*_COMMAND, str(run.path), *share], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=environment(), text=True, start_new_session=True,
        )  # fmt: skip
