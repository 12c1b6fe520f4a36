"""Parquet files in slices of rows. Needs pyarrow, an optional extra.

Runs of equal values take a few bytes in a file and gigabytes in memory: what a row group unpacks to
is computed from the number of its values before any is read.
"""

from __future__ import annotations

import faulthandler
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from qdiffgui import paths
from qdiffgui.data.formats import checks
from qdiffgui.data.formats.stored_rows import MAX_AT_ONCE
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

MAX_GROUP = 192 << 20
"""Largest row group, unpacked, of the columns that are read."""
_MOST_TEXTS = 1000
_WIDTHS = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4}


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """A ``pyarrow.parquet.ParquetFile``. Damage found at any time raises ``DataError``, and so does
    a missing pyarrow.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(
            f"pyarrow, which reads parquet files, is not installed: {paths.install('parquet')}"
        ) from error
    try:
        with pyarrow.parquet.ParquetFile(path, memory_map=False) as file:
            if not has_readable_metadata(file):
                raise OSError("damaged metadata")
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(
            f"Expected a complete parquet file; '{checks.one_line(path.name)}' is truncated or "
            "damaged: copy it again."
        ) from error


def has_readable_metadata(file: Any) -> bool:
    """Whether the metadata of every column can be asked for.

    pyarrow does not catch what its C++ part throws there for a damaged file, which ends the
    process: a child process asks first. Where processes cannot fork, the answer is yes.
    """
    if not hasattr(os, "fork"):
        return True
    with warnings.catch_warnings():
        # Python 3.12 warns of threads that a child lacks; this one needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _ask_for_all_columns(file.metadata)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _ask_for_all_columns(metadata: Any) -> NoReturn:
    """In the child: exit status 0, unless the process is ended by a signal, without a word."""
    try:
        import resource  # where processes fork, it is there

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for group in range(metadata.num_row_groups):
            row_group = metadata.row_group(group)
            for column in range(row_group.num_columns):
                row_group.column(column)
    except Exception:
        os._exit(1)
    os._exit(0)


class ParquetRows:
    """Some columns of a file, as tables of rows: ``rows[start:stop]``. The last row group is kept.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
    names : sequence of str
        Columns (their top level).

    Raises
    ------
    DataError
        If a row group unpacks to more than ``MAX_GROUP`` bytes.
    """

    def __init__(self, file: Any, names: Sequence[str]) -> None:
        self._file, self._names = file, list(names)
        metadata = file.metadata
        groups = range(metadata.num_row_groups)
        sizes = [unpacked_bytes(metadata.row_group(g), names) for g in groups]
        if max(sizes, default=0) > MAX_GROUP:
            raise DataError(
                f"Expected row groups of at most {MAX_GROUP >> 20} MB; found one of "
                f"{max(sizes) / 1e9:,.1f} GB in {_quoted(names)}: write the file with smaller row "
                "groups."
            )
        self.unpacked_bytes = sum(sizes)
        counts = [metadata.row_group(g).num_rows for g in groups]
        self.starts: Array = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._table: Any = None
        self._group = -1

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, rows: slice) -> Any:
        import pyarrow

        start, stop, _ = rows.indices(len(self))
        found = np.flatnonzero((self.starts[:-1] < stop) & (self.starts[1:] > start)).tolist()
        parts = []
        for group in found or [0]:
            first = int(self.starts[group])
            part = self._read(group)
            begin = max(start - first, 0)
            parts.append(part.slice(begin, max(stop - first - begin, 0)))
        return pyarrow.concat_tables(parts)

    def slices(self) -> Iterator[Any]:
        """The table of each row group."""
        for start, stop in zip(self.starts[:-1].tolist(), self.starts[1:].tolist()):
            if stop > start:
                yield self[start:stop]

    def _read(self, group: int) -> Any:
        if group != self._group:
            self._table = None  # freed before the next one is unpacked
            self._group = group
            self._table = self._file.read_row_group(group, columns=self._names, use_threads=False)
        return self._table


def n_rows(file: Any) -> int:
    """Number of rows, as the row groups declare it."""
    metadata = file.metadata
    return sum(metadata.row_group(g).num_rows for g in range(metadata.num_row_groups))


def unpacked_bytes(group: Any, names: Sequence[str], width: int = 0) -> int:
    """Bytes in memory of these columns (their top level) of a row group, according to the number of
    their values; with ``width``, as numbers of that many bytes.
    """
    total = 0
    for index in range(group.num_columns):
        column = group.column(index)
        if column.path_in_schema.split(".")[0] not in names:
            continue
        each = width or _WIDTHS.get(column.physical_type, 8)
        packed = 0 if width else int(column.total_uncompressed_size)
        total += max(int(column.num_values) * each, packed)
    return total


def numbers(column: Any, name: str) -> Array:
    """A flat numeric column as float64 (n,); refuses anything else and missing values."""
    import pyarrow
    import pyarrow.types as kinds

    if kinds.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kinds.is_boolean(column.type):
        column = column.cast(pyarrow.int8())
    if not (kinds.is_floating(column.type) or kinds.is_integer(column.type)) or column.null_count:
        what = "missing values" if column.null_count else f"the type {checks.one_line(column.type)}"
        raise DataError(f"Expected numbers in '{name}'; found {what}: write the column as numbers.")
    return np.asarray(column.to_numpy(), dtype=np.float64)


def label_values(file: Any, path: Path, name: str) -> Array:
    """A column of labels, (n,) or (n, classes): numbers, truth values, text or short lists."""
    import pyarrow.types as kinds

    kind = file.schema_arrow.field(name).type
    value = kind.value_type if kinds.is_dictionary(kind) else kind
    if kinds.is_string(value) or kinds.is_large_string(value):
        return _texts(path, name, n_rows(file))
    rows = ParquetRows(file, [name])
    if rows.unpacked_bytes > MAX_AT_ONCE:
        raise DataError(
            f"Expected at most {MAX_AT_ONCE >> 20} MB of labels in '{checks.one_line(name)}'; "
            f"found {rows.unpacked_bytes / 1e6:,.0f} MB: split the file into smaller ones."
        )
    parts = [_of_group(table.column(name), name) for table in rows.slices()]
    widths = {part.shape[1:] for part in parts}
    if len(widths) > 1:
        raise DataError(
            f"Expected one label per row in '{checks.one_line(name)}'; found lists of several "
            "lengths: write one label per row."
        )
    return np.concatenate(parts) if parts else np.zeros(0)


def _of_group(column: Any, name: str) -> Array:
    import pyarrow

    if is_list(column.type):
        values = joined(column)
        lengths = np.unique(np.asarray(list_lengths(values)))
        if len(lengths) == 1 and not values.null_count:
            inner = numbers(pyarrow.chunked_array([values.flatten()]), name)
            return inner.reshape(-1, int(lengths[0])) if lengths[0] else inner
    return numbers(column, name)


def _texts(path: Path, name: str, n: int) -> Array:
    """Labels that are text, (n,): each different text is unpacked only once."""
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet

    checks.texts(n, name)
    parts: list[Array] = []
    with pyarrow.parquet.ParquetFile(path, memory_map=False, read_dictionary=[name]) as file:
        for table in ParquetRows(file, [name]).slices():
            for chunk in table.column(name).chunks:
                if not pyarrow.types.is_dictionary(chunk.type):
                    chunk = chunk.dictionary_encode()
                words = chunk.dictionary
                lengths = pyarrow.compute.binary_length(words)
                checks.label_length(pyarrow.compute.max(lengths).as_py() or 0, name)
                if chunk.null_count or words.null_count or len(words) > _MOST_TEXTS:
                    what = "missing values" if chunk.null_count else f"{len(words):,} texts"
                    raise DataError(
                        f"Expected labels in '{checks.one_line(name)}'; found {what}: write the "
                        "names of the classes."
                    )
                known = np.array([word.encode() for word in words.to_pylist()] or [b""])
                parts.append(known[np.asarray(chunk.indices)])
    return np.concatenate(parts) if parts else np.zeros(0, "S1")


def is_list(kind: Any) -> bool:
    """Whether a type is a list, also of a fixed size."""
    import pyarrow.types as kinds

    return bool(kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind))


def joined(column: Any) -> Any:
    """A chunked column as one array."""
    import pyarrow

    values = column.combine_chunks()
    if isinstance(values, pyarrow.ChunkedArray):
        values = pyarrow.concat_arrays(values.chunks)
    return values


def list_lengths(values: Any) -> Array:
    """Lengths of the lists of an array of lists, also of a fixed size."""
    import pyarrow.types as kinds

    if kinds.is_fixed_size_list(values.type):
        return np.full(len(values), values.type.list_size)
    return np.asarray(values.value_lengths().fill_null(0))


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{checks.one_line(name, 24)}'" for name in names[:4])
    return shown + (" and more" if len(names) > 4 else "")
