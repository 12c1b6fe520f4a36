"""Files of a run. Each is written completely or not at all, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from qdiffgui.data.atomic import sync_folder, write_bytes
from qdiffgui.errors import UserError
from qdiffgui.runs.read_only import require_changes_allowed

if TYPE_CHECKING:
    from qdiffgui.data.types import Array

__all__ = [
    "hold_lock",
    "overwrite",
    "read_arrays",
    "read_json",
    "stamp",
    "sync_folder",
    "write_arrays",
    "write_bytes",
    "write_json",
]


Stamp = tuple[int, int, int]
_MOST_BYTES = 96 << 20
# 12 images of 125 x 125 cells at 21 steps are 4 million numbers; in memory each takes 32 bytes
_MOST_VALUES = 8_000_000


def stamp(path: Path | str) -> Stamp | None:
    """Time (ns), size and number of a file, which change whenever it is written; None if it is
    missing.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def overwrite(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Like ``write_bytes``, for small status files. On a full disk the old file is overwritten in
    place, which needs no further space.

    Raises ``OSError`` if there is no old file or it cannot be written.
    """
    try:
        write_bytes(path, data, sync=sync)
    except OSError:
        if not path.exists():
            raise
        with path.open("r+b") as stream:
            stream.write(data)
            stream.truncate()


def write_json(path: Path, content: Any, *, sync: bool = True) -> None:
    """Write ``content`` as JSON, atomically. Raises ``OSError``."""
    write_bytes(path, json.dumps(content, indent=1, default=str).encode(), sync=sync)


def read_json(path: Path) -> Any:
    """The content of a JSON file; None if it is missing, unreadable or larger than any file of a
    run."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES or text.count(b",") > _MOST_VALUES:
            return None
        return json.loads(text)
    except (OSError, ValueError, RecursionError):  # RecursionError: thousands of nested brackets
        return None


def write_arrays(path: Path, arrays: Mapping[str, Array], **attributes: Any) -> None:
    """Write arrays by name as one HDF5 file, atomically and without pickling.

    A '/' in a name makes a group. Raises ``OSError``.
    """
    # here, so that a list of runs needs neither numpy nor h5py
    from qdiffgui.data.hdf5 import write_atomically, write_tree

    with write_atomically(path) as file:
        write_tree(file, arrays)
        file.attrs.update(attributes)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and attributes that ``write_arrays`` wrote. Raises ``DataError`` for a damaged
    file."""
    from qdiffgui.data.hdf5 import open_untrusted, read_tree

    with open_untrusted(path) as file:
        return read_tree(file), dict(file.attrs)


@contextmanager
def hold_lock(path: Path, busy: str, *, timeout: float) -> Iterator[None]:
    """Hold the lock file ``path``. The system releases it if this process dies.

    Raises ``UserError`` with the message ``busy`` if another process holds the lock for longer than
    ``timeout`` seconds, and with another message if the folder is not writable or this process
    may change nothing.
    """
    require_changes_allowed()
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=timeout, poll_interval=0.02)
    except Timeout:
        raise UserError(busy) from None
    except OSError as error:
        raise UserError(
            f"'{path.parent}' is not writable ({error.strerror or error}): it is read-only or "
            "belongs to another user."
        ) from error
    try:
        yield
    finally:
        lock.release()
