"""Entries of a cache on disk: files that are used again until others have pushed them out.

A file that cannot be read or is damaged counts as missing, and a full disk costs time only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from qdiffgui.data.atomic import write_bytes

_CHECKSUM = 16  # bytes, before the content
_OFF = ("0", "off", "no", "false")


def is_off(switch: str) -> bool:
    """Whether the environment variable ``switch`` turns a cache off."""
    return os.environ.get(switch, "").lower() in _OFF


def read_entry(path: Path) -> bytes | None:
    """The content of an entry, which counts as used now; None if it is missing or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = data[_CHECKSUM:]
    if data[:_CHECKSUM] != _checksum(body):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return body


def keep_entry(path: Path, body: bytes, most: int) -> None:
    """Write an entry atomically; above ``most`` entries in its folder, remove those that were not
    used for the longest time, some at once.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, _checksum(body) + body, sync=False)
        with os.scandir(path.parent) as listed:
            files = list(listed)
        if len(files) > most:
            used = sorted((_last_use(file), file.path) for file in files)
            for _, name in used[: len(files) - most + most // 10]:
                Path(name).unlink(missing_ok=True)


def _last_use(file: os.DirEntry[str]) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another process removed it
        return 0.0


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECKSUM).digest()
