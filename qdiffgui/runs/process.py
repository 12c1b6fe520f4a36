"""Who works on a run, and whether that process still lives."""

from __future__ import annotations

import os
import socket
from functools import cache

import psutil
from pydantic import BaseModel, ConfigDict

_TOLERANCE = 2.0
_SILENCE = 120.0


class Process(BaseModel):
    """A process, told apart from a later one of the same number by its start time (seconds since the epoch) and host."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    created: float
    host: str

    def lives(self, silent: float = 0.0) -> bool:
        """Whether it still runs. One on another host cannot be seen: it counts as alive until ``silent`` exceeds two minutes."""
        if self.host != socket.gethostname():
            return silent < _SILENCE
        try:
            found = psutil.Process(self.pid)
            return bool(abs(found.create_time() - self.created) < _TOLERANCE and found.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    @property
    def is_this(self) -> bool:
        return self == this_process()


def this_process() -> Process:
    """The present process."""
    return _process(os.getpid())


def process_of(pid: int) -> Process:
    """A process of this host, by its number; raises ``psutil.NoSuchProcess`` where it is gone."""
    return Process(pid=pid, created=psutil.Process(pid).create_time(), host=socket.gethostname())


@cache
def _process(pid: int) -> Process:
    return process_of(pid)
