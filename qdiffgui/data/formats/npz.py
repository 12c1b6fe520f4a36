"""Npz archives of unknown origin: sizes checked before anything is unpacked, read as a stream, never unpickled."""

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
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

FREE_BYTES = 128 << 20
MAX_RATIO = 100
_BLOCK = 4 << 20


class NpyStream:
    """One array of an archive, read row by row from the front; going back starts the stream anew.

    shape : as the header says.      dtype : numeric.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
        self._archive, self._member, self._name = archive, member, name
        self._stream: IO[bytes] | None = None
        self._row = 0
        with archive.open(member) as stream:
            self.shape, self._fortran, self.dtype = _header(stream, name)
            begin = stream.tell()
        if self.dtype.hasobject:
            raise DataError(
                f"Expected numbers in '{name}'; found pickled Python objects, which are never unpickled: write a plain float array."
            )
        if min(self.shape, default=0) < 0 or self.dtype.kind not in "fiub":
            raise DataError(f"Expected numbers in '{name}'; found the type {one_line(self.dtype)}: write them as float64.")
        declared = int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize
        if declared != member.file_size - begin:
            raise DataError(
                f"'{name}' declares {declared / 1e9:,.3g} GB, and the archive holds {member.file_size / 1e9:,.3g} GB for it: "
                "expected the two to agree; nothing was read: copy or write the file anew."
            )
        if self._fortran and len(self.shape) > 1:
            raise DataError(f"Expected '{name}' in C order; found Fortran order: save numpy.ascontiguousarray of it.")
        self._row_bytes = int(np.prod(self.shape[1:], dtype=object)) * self.dtype.itemsize

    def read(self, start: int, stop: int) -> Array:
        """Rows start:stop."""
        if self._stream is None or start < self._row:
            self.close()
            self._stream = self._archive.open(self._member)
            _header(self._stream, self._name)
            self._row = 0
        self._skip((start - self._row) * self._row_bytes)
        data = self._stream.read((stop - start) * self._row_bytes)
        if len(data) != (stop - start) * self._row_bytes:
            raise DataError(f"'{self._name}' ends before row {stop}: the file is truncated, copy it again.")
        self._row = stop
        return np.frombuffer(data, dtype=self.dtype).reshape(stop - start, *self.shape[1:])

    def _skip(self, n_bytes: int) -> None:
        while n_bytes > 0 and self._stream is not None:
            n_bytes -= len(self._stream.read(min(n_bytes, _BLOCK))) or n_bytes

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


class Npz:
    """An open archive. names : of its arrays."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {
            info.filename.removesuffix(".npy"): info for info in archive.infolist() if info.filename.endswith(".npy")
        }
        self._open: list[NpyStream] = []

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def array(self, name: str) -> NpyStream:
        """The array of that name; raises ``DataError`` where it would unpack to far more than it is, is pickled or is not numeric."""
        member = self._members[name]
        if member.file_size > FREE_BYTES and member.file_size > MAX_RATIO * member.compress_size:
            raise DataError(
                f"'{name}' would unpack {member.compress_size / 1e6:,.1f} MB to {member.file_size / 1e9:,.1f} GB: expected data, found a "
                "decompression bomb; nothing was read."
            )
        self._open.append(NpyStream(self._archive, member, name))
        return self._open[-1]

    def close(self) -> None:
        for stream in self._open:
            stream.close()


@contextmanager
def open_npz(path: Path) -> Iterator[Npz]:
    """An archive open for reading; damage met at any time becomes a ``DataError``."""
    try:
        with zipfile.ZipFile(path) as archive:
            npz = Npz(archive)
            try:
                yield npz
            finally:
                npz.close()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(
            f"Expected a whole npz archive; '{one_line(path.name)}' is truncated, damaged or encrypted: copy it again."
        ) from error


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    try:
        version = np.lib.format.read_magic(stream)
        reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns where it guesses at a header
            shape, fortran, dtype = reader(stream)
    except Exception as error:  # numpy parses the header as Python: damage there raises anything, tokenize.TokenError for one
        raise DataError(f"Expected a numpy array under '{name}'; its header makes no sense: write the file anew.") from error
    return shape, fortran, dtype
