"""The state of the machine, for the header."""

from __future__ import annotations

import os

import psutil

IDLE_PERCENT = 30


def lines() -> list[str]:
    """Two short lines: processor and memory."""
    memory = psutil.virtual_memory()
    cores = os.cpu_count() or 1
    busy = psutil.cpu_percent()
    free = memory.available / 2**30
    return [f"{cores} cores · {busy:.0f} % busy", f"{free:.1f} GB free of {memory.total / 2**30:.0f}"]


def idle() -> bool:
    """Whether most of the machine is free for a third of a second; takes that long."""
    return psutil.cpu_percent(interval=0.3) < IDLE_PERCENT
