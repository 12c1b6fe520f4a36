"""The thread settings of this process while qdiffgui works in it. They are undone afterwards: the
process may be the interpreter of a user.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

# torch gets the number of threads of the run later; two OpenMP pools that spin on shared cores are
# 30 times slower
QUIET_THREADS = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def quiet_threads() -> None:
    """Set the variables of ``QUIET_THREADS`` for the rest of this process, before torch is
    imported. Those already set stay.
    """
    for name, value in QUIET_THREADS.items():
        os.environ.setdefault(name, value)


class SharedChange:
    """A change of this process that several threads may want at the same time: the first one makes
    it, the last one undoes it.

    Parameters
    ----------
    change : callable
        Returns a context manager that makes and undoes the change.

    Examples
    --------
    >>> from contextlib import contextmanager
    >>> @contextmanager
    ... def door():
    ...     print("open")
    ...     yield
    ...     print("closed")
    >>> shared = SharedChange(door)
    >>> with shared(), shared():
    ...     print("two inside")
    open
    two inside
    closed
    """

    def __init__(self, change: Callable[..., AbstractContextManager[object]]) -> None:
        self._change = change
        self._lock = threading.Lock()
        self._users = 0
        self._undo = ExitStack()

    @contextmanager
    def __call__(self, *arguments: Any) -> Iterator[None]:
        with self._lock:
            if not self._users:
                self._undo.enter_context(self._change(*arguments))
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._undo.close()


@contextmanager
def _environment() -> Iterator[None]:
    missing = {name: v for name, v in QUIET_THREADS.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name, value in missing.items():
            if os.environ.get(name) == value:
                del os.environ[name]


@contextmanager
def _libraries(n: int) -> Iterator[None]:
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    try:
        with threadpool_limits(n, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)


quiet_environment = SharedChange(_environment)
"""Environment variables of ``QUIET_THREADS`` for libraries that are loaded now, such as torch."""
_shared_libraries = SharedChange(_libraries)


@contextmanager
def limited_threads(n: int) -> Iterator[None]:
    """Limit torch, BLAS and OpenMP to ``n`` threads in this thread, and in this process where they
    know no other way.

    Parameters
    ----------
    n : int
        CPU threads.
    """
    import torch
    from threadpoolctl import threadpool_limits

    with _shared_libraries(n):
        own = torch.get_num_threads()
        torch.set_num_threads(n)
        try:
            with threadpool_limits(n, user_api="openmp"):
                yield
        finally:
            torch.set_num_threads(own)
