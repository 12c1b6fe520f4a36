"""Jets known by their observables only, as a CSV table: one row per jet, the first line names the
columns (``mass``, ``multiplicity``, ``pt``, ..., and optionally ``label``).
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import IO

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.observables_table import table_layout
from qdiffgui.data.observables import OBSERVABLES
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

MAX_BYTES = 128 << 20
"""Larger tables are refused: text is read as a whole."""
LABELS = ("label", "y", "is_quark")
_LONGEST = 1 << 16


def matches(stream: IO[bytes]) -> bool:
    """Whether the first line names an observable, between commas."""
    return any(name in OBSERVABLES for name in _names(stream))


def open_layout(stream: IO[bytes], path: Path, channels: str = "sum") -> Layout:
    """Columns with the names of ``data.observables``, in their units, and optionally a column of
    labels. Other columns are left out.
    """
    names = _names(stream)
    if len(set(names)) != len(names):
        raise DataError("Expected each column of the table once; found a name twice: rename one.")
    rest = stream.read(MAX_BYTES + 1)
    if len(rest) > MAX_BYTES:
        raise DataError(
            f"Expected a CSV table of at most {MAX_BYTES >> 20} MB; this one is larger: write it "
            "as parquet."
        )
    rows = _rows(rest, len(names))
    known = [name for name in names if name in OBSERVABLES]
    columns = {name: _numbers(rows, names.index(name), name) for name in known}
    label = next((name for name in LABELS if name in names), "")
    labels = np.array([row[names.index(label)].strip() for row in rows]) if label else None
    return table_layout(
        "observables-csv",
        "Jet observables (CSV)",
        len(rows),
        lambda name, start, stop: columns[name][start:stop],
        known,
        (label, _as_numbers(labels)) if labels is not None else None,
        tuple(name for name in names if name not in (*known, label)),
    )


def _names(stream: IO[bytes]) -> list[str]:
    """The names in the first line; none if it is not text."""
    stream.seek(0)
    try:
        line = stream.readline(_LONGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    return [name.strip().strip('"') for name in line.split(",")]


def _rows(content: bytes, width: int) -> list[list[str]]:
    try:
        text = content.decode("utf-8")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"Expected a CSV table in UTF-8; reading it failed ({checks.one_line(error, 80)}): "
            "write it again."
        ) from None
    for i, row in enumerate(rows):
        if len(row) != width:
            raise DataError(
                f"Expected {width} values in each row of the table; found {len(row)} in jet {i} "
                "(counted from 0): write numbers with a decimal point and one value per column."
            )
    return rows


def _numbers(rows: list[list[str]], column: int, name: str) -> Array:
    found = np.empty(len(rows))
    for i, row in enumerate(rows):
        try:
            found[i] = float(row[column])
        except ValueError:
            raise DataError(
                f"Expected numbers in '{name}'; found '{checks.one_line(row[column], 24)}' in jet "
                f"{i} (counted from 0): write numbers with a decimal point."
            ) from None
    return found


def _as_numbers(texts: Array) -> Array:
    """Labels as numbers if all are, otherwise as text."""
    try:
        return texts.astype(np.float64)
    except ValueError:
        return texts
