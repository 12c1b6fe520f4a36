"""Jets known by their observables only, as a CSV table: one row per jet, the first line names the
columns (``mass``, ``multiplicity``, ``pt``, ..., and optionally ``label``).
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
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
"""Larger tables are refused: reading text takes long."""
LABELS = ("label", "y", "is_quark")
_LONGEST = 1 << 16
_MOST_LABELS = 1000


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
    known = [name for name in names if name in OBSERVABLES]
    label = next((name for name in LABELS if name in names), "")
    columns, texts = _read(stream, names, known, label)
    n = len(columns[known[0]]) if known else 0
    return table_layout(
        "observables-csv",
        "Jet observables (CSV)",
        n,
        lambda name, start, stop: columns[name][start:stop],
        known,
        (label, _as_numbers(texts)) if texts is not None else None,
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


def _read(
    stream: IO[bytes], names: list[str], known: list[str], label: str
) -> tuple[dict[str, Array], Array | None]:
    """The observables, (n,) each, and the labels as text, row by row: the text is never held."""
    found = {name: array("d") for name in known}
    places = [(name, names.index(name), found[name].append) for name in known]
    numbers_of: dict[str, int] = {}
    labels = array("q")
    at = names.index(label) if label else 0
    n = 0
    for row in _rows(stream):
        if len(row) != len(names):
            raise DataError(
                f"Expected {len(names)} values in each row of the table; found {len(row)} in jet "
                f"{n} (counted from 0): write numbers with a decimal point and one value per "
                "column."
            )
        for name, column, append in places:
            try:
                append(float(row[column]))
            except ValueError:
                raise DataError(
                    f"Expected numbers in '{name}'; found '{checks.one_line(row[column], 24)}' in "
                    f"jet {n} (counted from 0): write numbers with a decimal point."
                ) from None
        if label:
            labels.append(numbers_of.setdefault(row[at].strip(), len(numbers_of)))
            if len(numbers_of) > _MOST_LABELS:
                raise DataError(
                    f"Expected labels of a few classes in '{label}'; found more than "
                    f"{_MOST_LABELS:,} different ones: convert the labels."
                )
        n += 1
        if n > checks.MAX_SAMPLES:
            checks.size(n, 0, "jet")
    columns = {name: np.frombuffer(values) if n else np.zeros(0) for name, values in found.items()}
    if not label:
        return columns, None
    words = list(numbers_of)
    checks.label_length(max(map(len, words), default=0), label)
    return columns, np.array(words or [""])[np.array(labels, dtype=np.int64)]


def _rows(stream: IO[bytes]) -> Iterator[list[str]]:
    """The rows after the first line; refuses long lines and tables before they are read."""
    try:
        for row in csv.reader(_lines(stream)):
            if row:
                yield row
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"Expected a CSV table in UTF-8; reading it failed ({checks.one_line(error, 80)}): "
            "write it again."
        ) from None


def _lines(stream: IO[bytes]) -> Iterator[str]:
    size = 0
    while line := stream.readline(_LONGEST):
        size += len(line)
        if size > MAX_BYTES:
            raise DataError(
                f"Expected a CSV table of at most {MAX_BYTES >> 20} MB; this one is larger: write "
                "it as parquet."
            )
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            raise DataError(
                f"Expected lines of at most {_LONGEST:,} characters; found a longer one: write one "
                "row per line."
            )
        yield line.decode("utf-8")


def _as_numbers(texts: Array) -> Array:
    """Labels as numbers if all are, otherwise as text."""
    try:
        return texts.astype(np.float64)
    except ValueError:
        return texts
