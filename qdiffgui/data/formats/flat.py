"""Tables of jets in ROOT and parquet files, and those that hold one number per observable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.columns import label_column
from qdiffgui.data.formats.labels import Labels, read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, used_classes
from qdiffgui.data.observables import OBSERVABLES
from qdiffgui.data.types import UNLABELLED, Array, Table


class JaggedTable(Protocol):
    """A table of jets in a file.

    ``lists`` and ``numbers`` map the names of the columns with a list per jet, and with a number
    per jet, to a word about their type.
    """

    n: int
    name: str
    lists: dict[str, str]
    numbers: dict[str, str]

    def sample_bytes(self, names: Sequence[str]) -> int:
        """Bytes of these columns per jet as 64-bit numbers."""

    def read_lists(self, names: Sequence[str], start: int, stop: int) -> tuple[list[Array], Array]:
        """Columns of these rows, flat, and the number of particles of each jet (n,)."""

    def read_number(self, name: str, start: int, stop: int) -> Array:
        """A column of numbers, (n,)."""


def observables_in(table: JaggedTable) -> dict[str, str]:
    """Observable to column, for columns named like an observable, perhaps after ``jet_``."""
    return {
        name: column
        for name in OBSERVABLES
        for column in (f"jet_{name}", name)
        if column in table.numbers
    }


def table_labels(table: JaggedTable, name: str) -> Labels:
    """Labels from a column, of quark and gluon jets; -1 if there is no name."""
    if not name:
        return Labels(np.full(table.n, UNLABELLED, dtype=np.int8))
    return read_labels(table.read_number(name, 0, table.n), table.n, name=name, known=QUARK_GLUON)


def open_flat(table: JaggedTable, key: str, label: str) -> Layout:
    """The layout of a table of observables, in the units of ``data.observables``."""
    columns = observables_in(table)
    checks.size(table.n, 8 * len(columns), "jet")
    truth = label_column(list(table.numbers))
    labels, notes = table_labels(table, truth)

    def read(start: int, stop: int) -> Table:
        values = {}
        for name, column in columns.items():
            values[name] = table.read_number(column, start, stop).astype(np.float64)
            checks.finite(values[name], column, "jet", start)
            checks.not_negative(values[name], column, OBSERVABLES[name].label, "jet", start)
        return Table(values, labels[start:stop])

    mapping = {**columns, **({"label": truth} if truth else {})}
    return Layout(
        key,
        label,
        table.n,
        "jet",
        labels,
        used_classes(labels, QUARK_GLUON),
        {column: table.numbers[column] for column in mapping.values()},
        8 * len(columns),
        read,
        notes,
        mapping={"table": table.name, **mapping},
    )
