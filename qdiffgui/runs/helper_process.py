"""Processes that help this one on an idle CPU, and end with it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qdiffgui.data.disk_cache import is_off
from qdiffgui.runs.process import let_others_go_first
from qdiffgui.runs.threads import QUIET_THREADS

SWITCH = "QDIFFGUI_JUDGE_AHEAD"
_NICE = 10


@contextmanager
def running_helper(module: str, task: str) -> Iterator[None]:
    """Run ``python -m module`` during the block, with one line of text as its task: to put
    something into the cache of evaluations.

    The module calls ``take_task`` first. The block runs without it if the cache is turned off or
    the system starts no process, or with ``QDIFFGUI_JUDGE_AHEAD=0``.
    """
    from qdiffgui.evaluation import cell_cache  # needs numpy

    is_useless = is_off(SWITCH) or is_off(cell_cache.SWITCH)
    process = None if is_useless else _start(module, task)
    try:
        yield
    finally:
        if process is not None:
            process.kill()
            process.wait()
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()


def _start(module: str, task: str) -> subprocess.Popen[bytes] | None:
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **QUIET_THREADS},
            start_new_session=True,
            bufsize=0,
        )
    except OSError:
        return None
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.write(f"{task}\n".encode())
    return process


def take_task() -> str:
    """The task of this process, which from now on ends with the one that started it and lets others
    go first.
    """
    let_others_go_first(_NICE)
    task = sys.stdin.buffer.readline().decode().strip()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return task


def _end_with_parent() -> None:
    while os.read(0, 1):  # nothing comes until the other process closes it, or ends
        pass
    os._exit(0)
