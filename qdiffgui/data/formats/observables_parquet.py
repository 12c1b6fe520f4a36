"""Jets known by their observables only, as a parquet table: one row per jet, columns with the names
of ``data.observables``. Needs pyarrow, an optional extra.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.formats.cms_parquet import label_values, numbers, row_groups
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.observables_csv import LABELS
from qdiffgui.data.formats.observables_table import table_layout
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
    starts = row_groups(file.metadata)
    n = int(starts[-1])
    known = [name for name in names if name in OBSERVABLES]
    label = next((name for name in LABELS if name in names), "")

    def read(name: str, start: int, stop: int) -> Array:
        groups = np.flatnonzero((starts[:-1] < stop) & (starts[1:] > start)).tolist()
        table = file.read_row_groups(groups, columns=[name], use_threads=False)
        first = start - int(starts[groups[0]]) if groups else 0
        return numbers(table.column(name), name)[first : first + stop - start]

    labels = label_values(file.read(columns=[label]).column(label), label) if label and n else None
    return table_layout(
        "observables-parquet",
        "Jet observables (parquet)",
        n,
        read,
        known,
        (label, labels) if labels is not None else None,
        tuple(name for name in names if name not in (*known, label)),
    )
