"""One damaged byte in a heap of texts, at which libhdf5 hangs, is found before it reads it."""

from __future__ import annotations

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui import model_file
from qdiffgui.data.describe import describe
from qdiffgui.data.formats import heaps
from qdiffgui.errors import DataError


def damaged(path: Path) -> Path:
    """Labels that are texts; the first object of their heap leads to free space of 0 bytes."""
    with h5py.File(path, "w") as file:
        file["X"] = np.random.default_rng(0).random((40, 4, 4))
        file.create_dataset("y", data=["gluon", "quark"] * 20, dtype=h5py.string_dtype())
    assert describe(path).counts == {"gluon": 20, "quark": 20}
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    struct.pack_into("<HHIQ", content, heap + 16, 0, 0, 0, 0)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("read", [describe, model_file.load], ids=["data", "model"])
def test_it_is_refused(read: object, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="damaged"):
        read(damaged(tmp_path / "x.h5"))  # type: ignore[operator]


def test_sizes_that_overflow_and_borders_of_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heap = heaps._MAGIC + struct.pack("<Q", 4096) + struct.pack("<HHIQ", 1, 0, 0, 2**64 - 16)
    for before in (0, 1000, 1023, 1021, 4096):
        path = tmp_path / "x"
        path.write_bytes(bytes(before) + heap.ljust(4096, b"\0"))
        monkeypatch.setattr(heaps, "_BLOCK", 1024)
        with pytest.raises(DataError, match="damaged"):
            heaps.require_sound_heaps(path)
        path.write_bytes(bytes(before) + heap)  # shorter than it says: not walked
        heaps.require_sound_heaps(path)
