"""The process that trains a run, and whether it is still alive."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from functools import cache
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, Field

from qdiffgui.bounds import Instant, Name, Text
from qdiffgui.errors import UserError

_TOLERANCE = 2.0
_SILENCE = 120.0


class Process(BaseModel):
    """A process, identified by its number, start time (seconds since the epoch) and host.

    The start time distinguishes it from a later process of the same number. Setting the system
    clock shifts all start times, including that of the machine. If the system has an identifier of
    the present boot (``boot``, on Linux), processes are therefore compared by the time from
    ``booted``, the start of the machine, to ``created``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    # os.kill takes 0 and negative numbers for groups of processes, or for all
    pid: int = Field(ge=1, lt=2**31)
    created: Instant
    host: Text
    boot: Name = ""
    booted: Instant = 0.0

    def is_alive(self, silent: float = 0.0) -> bool:
        """Whether the process still runs.

        A process on another host is not visible here. It counts as alive until ``silent``, the time
        since it last wrote to the run, exceeds two minutes.
        """
        if self.host != socket.gethostname():
            return silent < _SILENCE
        try:
            found = psutil.Process(self.pid)
            return bool(self._has_same_start(found) and found.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    def _has_same_start(self, found: psutil.Process) -> bool:
        if not self.boot or not _boot():
            return bool(abs(found.create_time() - self.created) < _TOLERANCE)
        after_boot = found.create_time() - psutil.boot_time()
        return bool(
            self.boot == _boot() and abs(after_boot - (self.created - self.booted)) < _TOLERANCE
        )

    def end(self, what: str, *, group: bool = False) -> None:
        """Ask the process (and its ``group``) to end. Does nothing if it has ended already.

        Raises ``UserError``, with a message that begins with ``what``, if the process runs on
        another machine or belongs to another user.
        """
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
        """Whether it is the present process."""
        return self == this_process()


def let_others_go_first(nice: int) -> None:
    """Raise the niceness of this process by ``nice``, so that the page stays quick meanwhile.

    Linux weighs niceness within a session only, where it groups processes by session
    (``sched_autogroup_enabled``). A process with a session of its own lowers that session, too.
    """
    if hasattr(os, "nice"):
        os.nice(nice)
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")


def this_process() -> Process:
    """The present process."""
    return _process(os.getpid())


def process_of(pid: int) -> Process:
    """A process of this host by its number. Raises ``psutil.NoSuchProcess`` if it has ended."""
    created = psutil.Process(pid).create_time()
    return Process(
        pid=pid, created=created, host=socket.gethostname(), boot=_boot(), booted=psutil.boot_time()
    )


@cache
def _boot() -> str:
    """The system's identifier of the present boot; empty if it has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


@cache
def _process(pid: int) -> Process:
    return process_of(pid)
