"""Damaged heaps of HDF5 files, at which libhdf5 never comes to an end.

Texts of any length lie in heaps: a header, then objects, each with its size. libhdf5 walks from
object to object; one that leads nowhere (free space of 0 bytes) keeps it there forever, and no
signal ends it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from qdiffgui.data.formats.checks import one_line
from qdiffgui.errors import DataError

MAX_BYTES = 1 << 30
"""Heaps are looked for in files of at most this size."""
_MAGIC = b"GCOL\x01\0\0\0"
_BLOCK = 1 << 20
_HEADER, _OBJECT = 16, 16
_LEAST, _LARGEST = 512, 64 << 20


def require_sound_heaps(path: Path) -> None:
    """Raise ``DataError`` if a heap of an HDF5 file has an object that leads nowhere.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        return
    with path.open("rb") as stream:
        tail = b""
        while part := stream.read(_BLOCK):
            block, start = tail + part, stream.tell() - len(part) - len(tail)
            at = block.find(_MAGIC)
            while at >= 0:
                here = stream.tell()
                _require_sound(stream, start + at, size, path.name)
                stream.seek(here)
                at = block.find(_MAGIC, at + 1)
            tail = block[-len(_MAGIC) + 1 :]


def _require_sound(file: BinaryIO, at: int, size: int, name: str) -> None:
    file.seek(at)
    header = file.read(_HEADER)
    length = struct.unpack_from("<Q", header, 8)[0] if len(header) == _HEADER else 0
    if not _LEAST <= length <= min(_LARGEST, size - at):
        return  # bytes that look like a heap; libhdf5 refuses a real one of this size
    heap = header + file.read(length - _HEADER)
    place = _HEADER
    while length - place >= _OBJECT:
        index, _, _, n = struct.unpack_from("<HHIQ", heap, place)
        step = n if index == 0 else _OBJECT + -(-n // 8) * 8
        if step % (1 << 64) == 0:  # also of a size that overflows
            raise DataError(
                f"Expected a complete HDF5 file; '{one_line(name)}' is truncated or damaged: copy "
                "it again."
            )
        place += step
