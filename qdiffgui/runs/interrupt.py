"""Stop a piece of work that never asks whether it should: reading data, evaluating."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_EVERY = 0.05


class Stopped(BaseException):
    """The process was asked to end: keep what there is, to go on later. Not an ``Exception``, so that nobody swallows it."""


class Cancelled(BaseException):
    """A person cancelled the run."""


@contextmanager
def interruptible(asked: Callable[[], type[BaseException] | None]) -> Iterator[None]:
    """Raise in the body what ``asked()`` gives, within about 0.1 s of Python code. Never raised after the body has ended."""
    target = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        while not over.wait(_EVERY):
            error = asked()
            if error is None:
                continue
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(error))
            return

    threading.Thread(target=watch, daemon=True, name="qdiffgui-interrupt").start()
    try:
        yield
    finally:
        with lock:
            over.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)  # takes back what was not delivered
