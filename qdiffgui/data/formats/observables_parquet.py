"""Jets known by their observables only, as a parquet table: one row per jet, columns with the names
of ``data.observables``. Needs pyarrow, an optional extra.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.observables_csv import LABELS
from qdiffgui.data.formats.observables_table import table_layout
from qdiffgui.data.formats.parquet_rows import ParquetRows, label_values, n_rows, numbers
from qdiffgui.data.observables import OBSERVABLES
from qdiffgui.data.types import Array


def matches(file: Any) -> bool:
    """Whether a column is named as an observable; reads only names."""
    return not OBSERVABLES.keys().isdisjoint(file.schema_arrow.names)


def open_layout(file: Any, path: Path, channels: str = "sum") -> Layout:
    """Columns with the names of ``data.observables``, in their units, and optionally a column of
    labels. Other columns are left out.
    """
    names = list(dict.fromkeys(file.schema_arrow.names))
    n = n_rows(file)
    checks.size(n, 0, "jet")
    known = [name for name in names if name in OBSERVABLES]
    label = next((name for name in LABELS if name in names), "")

    rows = ParquetRows(file, known)

    def read(name: str, start: int, stop: int) -> Array:
        return numbers(rows[start:stop].column(name), name)

    labels = label_values(file, path, label) if label else None
    return table_layout(
        "observables-parquet",
        "Jet observables (parquet)",
        n,
        read,
        known,
        (label, labels) if labels is not None else None,
        tuple(name for name in names if name not in (*known, label)),
    )
