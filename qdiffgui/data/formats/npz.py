"""Npz archives of unknown origin: sizes are checked before anything is unpacked, arrays are read as
streams, and nothing is unpickled.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.stored_rows import MAX_AT_ONCE
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

FREE_BYTES = 128 << 20
MAX_RATIO = 100
MAX_COLUMNS = 128 << 20
"""Largest array in Fortran order, which cannot be read in slices of rows."""
_BLOCK = 4 << 20


class NpyStream:
    """One array of an archive, read in order of its rows; going back restarts the stream.

    ``shape`` and ``dtype`` are those of the header; ``said`` are sentences on what was done.
    """

    def __init__(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, kinds: str = "fiub"
    ) -> None:
        self._archive, self._member, self._name = archive, member, name
        self._stream: IO[bytes] | None = None
        self._row = 0
        with archive.open(member) as stream:
            self.shape, self._fortran, self.dtype = _header(stream, name)
            begin = stream.tell()
        if self.dtype.hasobject:
            raise DataError(
                f"Expected numbers in '{name}'; found pickled Python objects, which are never "
                "unpickled: write a plain float array."
            )
        if min(self.shape, default=0) < 0 or self.dtype.kind not in kinds:
            raise DataError(
                f"Expected numbers in '{name}'; found the type {one_line(self.dtype)}: write "
                "them as float64."
            )
        declared = int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize
        if declared != member.file_size - begin:
            raise DataError(
                f"'{name}' declares {declared / 1e9:,.3g} GB, but the archive holds "
                f"{member.file_size / 1e9:,.3g} GB. Expected the two to agree; nothing was read: "
                "copy or write the file again."
            )
        self._columns: Array | None = None
        self.said: tuple[str, ...] = ()
        if self._fortran and len(self.shape) > 1:
            if declared > MAX_COLUMNS:
                raise DataError(
                    f"Expected '{name}' in C order, or at most {MAX_COLUMNS >> 20} MB in Fortran "
                    f"order; found {declared / 1e9:,.1f} GB: save the result of "
                    "numpy.ascontiguousarray."
                )
            self.said = (f"'{name}' is stored in Fortran order: it was read as a whole.",)
        self._row_bytes = int(np.prod(self.shape[1:], dtype=object)) * self.dtype.itemsize

    def read(self, start: int, stop: int) -> Array:
        """The rows ``start:stop``."""
        if (stop - start) * self._row_bytes > MAX_AT_ONCE:
            raise DataError(
                f"Expected at most {MAX_AT_ONCE >> 20} MB in '{self._name}'; found "
                f"{(stop - start) * self._row_bytes / 1e6:,.0f} MB: split the file into smaller "
                "ones."
            )
        if self.said:
            return self._whole()[start:stop]
        if self._stream is None or start < self._row:
            self.close()
            self._stream = self._archive.open(self._member)
            _header(self._stream, self._name)
            self._row = 0
        self._skip((start - self._row) * self._row_bytes)
        data = self._stream.read((stop - start) * self._row_bytes)
        if len(data) != (stop - start) * self._row_bytes:
            raise DataError(
                f"Expected {stop} rows in '{self._name}'; the file is truncated: copy it again."
            )
        self._row = stop
        return np.frombuffer(data, dtype=self.dtype).reshape(stop - start, *self.shape[1:])

    def _whole(self) -> Array:
        """The whole array, which is stored column by column."""
        if self._columns is None:
            with self._archive.open(self._member) as stream:
                _header(stream, self._name)
                found = np.empty(self.shape[::-1], dtype=self.dtype)
                space = found.reshape(-1).view(np.uint8).data
                at = 0
                while n_read := stream.readinto(space[at : at + _BLOCK]):  # type: ignore[attr-defined]
                    at += n_read
            if at != found.nbytes:
                raise DataError(
                    f"Expected {self.shape[0]} rows in '{self._name}'; the file is truncated: copy "
                    "it again."
                )
            self._columns = found.T
        return self._columns

    def _skip(self, n_bytes: int) -> None:
        while n_bytes > 0 and self._stream is not None:
            n_bytes -= len(self._stream.read(min(n_bytes, _BLOCK))) or n_bytes

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


class Npz:
    """An open archive of arrays."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {
            info.filename.removesuffix(".npy"): info
            for info in archive.infolist()
            if info.filename.endswith(".npy")
        }
        self._open: list[NpyStream] = []

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def array(self, name: str, kinds: str = "fiub") -> NpyStream:
        """The array of that name. Raises ``DataError`` if it would unpack to far more than is
        stored, is pickled or is not of these numpy ``kinds``.
        """
        member = self._members[name]
        if member.file_size > FREE_BYTES and member.file_size > MAX_RATIO * member.compress_size:
            raise DataError(
                f"Expected data in '{name}'; found a decompression bomb "
                f"({member.compress_size / 1e6:,.1f} MB that unpack to "
                f"{member.file_size / 1e9:,.1f} GB), and nothing was read: choose another file."
            )
        self._open.append(NpyStream(self._archive, member, name, kinds))
        return self._open[-1]

    def close(self) -> None:
        for stream in self._open:
            stream.close()


@contextmanager
def open_npz(path: Path) -> Iterator[Npz]:
    """An archive, open for reading. Damage found at any time raises ``DataError``."""
    try:
        with zipfile.ZipFile(path) as archive:
            npz = Npz(archive)
            try:
                yield npz
            finally:
                npz.close()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(
            f"Expected a complete npz archive; '{one_line(path.name)}' is truncated, damaged or "
            "encrypted: copy it again."
        ) from error


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    try:
        version = np.lib.format.read_magic(stream)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns if it guesses at a header
            shape, fortran, dtype = reader(stream)
    # numpy parses the header as Python, so damage there can raise anything (tokenize.TokenError)
    except Exception as error:
        raise DataError(
            f"Expected a numpy array under '{name}'; its header is damaged: write the file again."
        ) from error
    return shape, fortran, dtype
