"""Locks that the system frees when their holder dies, refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qdiffgui.errors import UserError


@contextmanager
def held(path: Path, taken: str, *, timeout: float) -> Iterator[None]:
    """Hold the lock file ``path``. Raises ``UserError``: ``taken`` where somebody holds it longer than ``timeout`` seconds, another where
    its folder cannot be written."""
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=timeout, poll_interval=0.02)
    except Timeout:
        raise UserError(taken) from None
    except OSError as error:
        raise UserError(
            f"'{path.parent}' cannot be changed from here ({error.strerror or error}): it is read-only, or another user's."
        ) from error
    try:
        yield
    finally:
        lock.release()
