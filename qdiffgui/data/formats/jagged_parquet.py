"""Parquet files with a list of particles per jet, as awkward-array writes them. Needs pyarrow, an
optional extra.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.config.columns import Columns
from qdiffgui.data.formats import checks
from qdiffgui.data.formats.jagged import open_jagged
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.parquet_rows import (
    ParquetRows,
    is_list,
    joined,
    list_lengths,
    n_rows,
    unpacked_bytes,
)
from qdiffgui.data.formats.parquet_rows import numbers as number_column
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

COLUMNS = True


class ParquetTable:
    """A parquet file as a ``jagged.JaggedTable``."""

    def __init__(self, file: Any, name: str) -> None:
        self._file, self.name = file, checks.one_line(name)
        self.n = n_rows(file)
        checks.size(self.n, 0, "jet")
        self.lists, self.numbers = _columns(file.schema_arrow)
        self._rows: dict[tuple[str, ...], ParquetRows] = {}

    def sample_bytes(self, names: Sequence[str]) -> int:
        """Bytes of these columns per jet as 64-bit numbers."""
        tops = _tops(names)
        self._of(tops)  # refuses row groups that are too large
        metadata = self._file.metadata
        groups = (metadata.row_group(g) for g in range(metadata.num_row_groups))
        total = sum(unpacked_bytes(group, tops, width=8) for group in groups)
        return max(1, total // max(self.n, 1))

    def read_lists(self, names: Sequence[str], start: int, stop: int) -> tuple[list[Array], Array]:
        """Columns of these rows, flat, and the number of particles of each jet (n,)."""
        table = self._of(_tops(names))[start:stop]
        flat: list[Array] = []
        counts: Array | None = None
        for name in names:
            top, _, field = name.partition(".")
            values, mine = _flat(table.column(top), field, name)
            if counts is not None and not np.array_equal(counts, mine):
                raise DataError(
                    f"Expected lists of the same lengths in '{checks.one_line(names[0])}' and "
                    f"'{checks.one_line(name)}'; they differ: choose columns of the same particles."
                )
            counts = mine
            flat.append(values)
        return flat, np.zeros(stop - start, np.int64) if counts is None else counts

    def read_number(self, name: str, start: int, stop: int) -> Array:
        """A column of numbers, (n,)."""
        return number_column(self._of((name,))[start:stop].column(name), name)

    def _of(self, names: tuple[str, ...]) -> ParquetRows:
        if names not in self._rows:
            self._rows[names] = ParquetRows(self._file, names)
        return self._rows[names]


def _tops(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of the file that hold these, which may be fields of records."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))


def matches(file: Any) -> bool:
    """Whether the file has columns with lists of numbers; reads only names."""
    return bool(_columns(file.schema_arrow)[0])


def open_layout(
    file: Any, path: Path, channels: str = "sum", columns: Columns | None = None
) -> Layout:
    """Columns with lists, or one column with lists of records: pt, eta and phi (absolute, or deta
    and dphi relative to the axis), or px, py and pz, and optionally energy and PDG ids; optionally
    a label (1 quark, 0 gluon) and the jet pT.
    """
    return open_jagged(
        ParquetTable(file, path.name),
        "jagged-parquet",
        "Jets in a parquet file",
        columns or Columns(),
    )


def _columns(schema: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Names and types of the numeric columns: lists, and single numbers."""
    import pyarrow.types as kinds

    def numeric(kind: Any) -> bool:
        return bool(kinds.is_floating(kind) or kinds.is_integer(kind) or kinds.is_boolean(kind))

    lists, numbers = {}, {}
    for column in schema:
        kind = column.type
        if numeric(kind):
            numbers[column.name] = str(kind)
        elif is_list(kind):
            inner = kind.value_type
            if numeric(inner):
                lists[column.name] = f"{inner}[]"
            elif kinds.is_struct(inner):
                for field in inner:
                    if numeric(field.type):
                        lists[f"{column.name}.{field.name}"] = f"{field.type}[]"
    return lists, numbers


def _flat(column: Any, field: str, name: str) -> tuple[Array, Array]:
    """The values of a column of lists, and the length of each list."""
    values = joined(column)
    missing = values.null_count
    counts = list_lengths(values).astype(np.int64)
    inner = values.flatten()
    missing += inner.null_count
    if field:
        inner = inner.field(field)
        missing += inner.null_count
    if missing:
        raise DataError(
            f"Expected numbers in '{checks.one_line(name)}'; found missing values: write empty "
            "lists for jets without particles."
        )
    return np.asarray(inner.to_numpy(zero_copy_only=False)), counts
