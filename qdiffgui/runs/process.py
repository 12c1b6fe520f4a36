"""Who works on a run, and whether that process still lives."""

from __future__ import annotations

import os
import signal
import socket
from functools import cache
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from qdiffgui.errors import UserError

_TOLERANCE = 2.0
_SILENCE = 120.0


class Process(BaseModel):
    """A process, told apart from a later one of the same number by its start time (seconds since the epoch) and host.

    A clock that is set anew moves all start times, and that of the machine with them: where the system tells its boots apart (``boot``,
    on Linux), what counts is the time from ``booted``, the start of the machine by the same clock, to ``created``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    created: float
    host: str
    boot: str = ""
    booted: float = 0.0

    def lives(self, silent: float = 0.0) -> bool:
        """Whether it still runs. One on another host cannot be seen: it counts as alive until ``silent`` exceeds two minutes."""
        if self.host != socket.gethostname():
            return silent < _SILENCE
        try:
            found = psutil.Process(self.pid)
            return bool(self._began_as(found) and found.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    def _began_as(self, found: psutil.Process) -> bool:
        if not self.boot or not _boot():
            return bool(abs(found.create_time() - self.created) < _TOLERANCE)
        after_boot = found.create_time() - psutil.boot_time()
        return bool(self.boot == _boot() and abs(after_boot - (self.created - self.booted)) < _TOLERANCE)

    def end(self, what: str, *, group: bool = False) -> None:
        """Ask it (and its ``group``) to end; nothing where it has gone. Raises ``UserError``, which begins with ``what``, where it is not
        ours to end: on another machine, or of another user."""
        if self.host != socket.gethostname():
            raise UserError(f"{what} runs on {self.host}: stop it there.")
        try:
            (os.killpg if group else os.kill)(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        except PermissionError:
            raise UserError(f"{what} was started by another user: only they can stop it.") from None

    @property
    def is_this(self) -> bool:
        return self == this_process()


def this_process() -> Process:
    """The present process."""
    return _process(os.getpid())


def process_of(pid: int) -> Process:
    """A process of this host, by its number; raises ``psutil.NoSuchProcess`` where it is gone."""
    created = psutil.Process(pid).create_time()
    return Process(pid=pid, created=created, host=socket.gethostname(), boot=_boot(), booted=psutil.boot_time())


@cache
def _boot() -> str:
    """What the system calls the time since it was started; empty where it has no name for it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


@cache
def _process(pid: int) -> Process:
    return process_of(pid)
