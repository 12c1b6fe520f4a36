"""Rows of an HDF5 dataset in slices: chunks that hold many rows are unpacked once, not for every
slice, and never more than a bounded number of bytes is held.
"""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

MAX_AT_ONCE = 128 << 20
"""Largest number of bytes that one slice may have."""
MAX_CHUNK = 128 << 20
MAX_ROWS_OF_CHUNKS = 512 << 20
_KEPT_BYTES, _KEPT_OF_COLUMNS = 64 << 20, 16 << 20
_DIRECT_BYTES = 4 << 20
_SMALL_ROW = 64


class StoredRows:
    """A checked dataset, read in slices of rows: ``rows[start:stop]``.

    Parameters
    ----------
    found : h5py.Dataset
        The dataset.
    name : str
        Its name, for messages.
    """

    def __init__(self, found: h5py.Dataset, name: str) -> None:
        self.found, self._name = found, name
        self.shape: tuple[int, ...] = tuple(int(length) for length in found.shape)
        self.dtype: Any = found.dtype
        self._row_bytes = max(1, int(np.prod(self.shape[1:])) * int(self.dtype.itemsize))
        self._rows_kept = self._choose_rows()
        self._block: Array | None = None
        self._start = 0

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def attrs(self) -> Any:
        return self.found.attrs

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(len(self))
        if (stop - start) * self._row_bytes > MAX_AT_ONCE:
            raise DataError(
                f"Expected at most {MAX_AT_ONCE >> 20} MB in '{self._name}'; found "
                f"{(stop - start) * self._row_bytes / 1e6:,.0f} MB: split the file into smaller "
                "ones."
            )
        if not self._rows_kept or stop <= start:
            return np.asarray(self.found[start:stop])
        parts = []
        while start < stop:
            first = start // self._rows_kept * self._rows_kept
            block = self._kept(first)
            end = min(stop, first + self._rows_kept)
            parts.append(block[start - first : end - first])
            start = end
        return np.concatenate(parts)

    def _kept(self, first: int) -> Array:
        if self._block is None or self._start != first:
            self._block = None  # freed before the next one is unpacked
            self._start = first
            self._block = np.asarray(self.found[first : first + self._rows_kept])
        return self._block

    def _choose_rows(self) -> int:
        """Rows that are unpacked and kept together; 0 if any slice can be read as it is."""
        band = row_of_chunks_bytes(self.found)
        if band <= _DIRECT_BYTES:
            return 0
        most = _KEPT_OF_COLUMNS if self._row_bytes <= _SMALL_ROW else _KEPT_BYTES
        return max(1, min(int(self.found.chunks[0]), most // self._row_bytes))


def chunk_bytes(found: h5py.Dataset) -> int:
    """Bytes of an unpacked chunk; 0 if the dataset has none."""
    if not found.chunks:
        return 0
    return int(np.prod(found.chunks, dtype=object)) * int(found.dtype.itemsize)


def row_of_chunks_bytes(found: h5py.Dataset) -> int:
    """Bytes of all the chunks that have to be unpacked for one row; 0 if there are no chunks."""
    if not found.chunks:
        return 0
    lengths = [-(-int(n) // int(c)) * int(c) for n, c in zip(found.shape[1:], found.chunks[1:])]
    return int(np.prod([found.chunks[0], *lengths], dtype=object)) * int(found.dtype.itemsize)
