"""The state of the machine, for the header and to decide when to start helpers ahead of time."""

from __future__ import annotations

import os
import time

import psutil

IDLE_PERCENT = 30
SHORTEST = 0.3


def lines() -> list[str]:
    """Two short lines: processor and memory."""
    memory = psutil.virtual_memory()
    cores = os.cpu_count() or 1
    busy = psutil.cpu_percent()
    free = memory.available / 2**30
    return [
        f"{cores} cores · {busy:.0f}% busy",
        f"{free:.1f} GB free of {memory.total / 2**30:.0f}",
    ]


class Idleness:
    """Tells without waiting whether most of the machine has been idle since the last call.

    SamplingRequest again within ``SHORTEST`` seconds, which is too short to judge, it says no.
    """

    def __init__(self) -> None:
        self._asked, self._idle = time.monotonic(), psutil.cpu_times().idle

    def now(self) -> bool:
        asked, idle = time.monotonic(), psutil.cpu_times().idle
        elapsed, free = asked - self._asked, idle - self._idle
        if elapsed < SHORTEST:
            return False
        self._asked, self._idle = asked, idle
        busy = 100 * (1 - free / (elapsed * (psutil.cpu_count() or 1)))
        return bool(busy < IDLE_PERCENT)
