"""The table of a sweep as files: CSV for spreadsheets, HDF5 for programs, and the HTML report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.hdf5 import write_atomically
from qdiffgui.errors import UserError
from qdiffgui.runs.files import write_bytes
from qdiffgui.studies.sweep.columns import TableColumn
from qdiffgui.studies.sweep.directory import SweepDirectory
from qdiffgui.studies.sweep.table import Row, about_columns, rows


def write_tables(sweep: SweepDirectory, *, report: bool = True) -> None:
    """Write ``table.csv``, ``columns.csv``, ``table.h5`` and, with ``report``, the page
    ``figures.html``. Each file is written whole or not at all.
    """
    found = rows(sweep)
    about = about_columns(sweep, found)
    write_table(sweep.csv_file, found)
    write_table(sweep.hdf5_file, found, sweep.id, about)
    write_bytes(
        sweep.columns_file,
        as_csv([{"column": name, **column._asdict()} for name, column in about.items()]).encode(),
    )
    if report:
        from qdiffgui.studies.sweep.report import sweep_page

        write_bytes(sweep.report_file, sweep_page(sweep, found).encode())


def write_table(
    path: Path,
    found: Sequence[Row],
    title: str = "",
    about: Mapping[str, TableColumn] | None = None,
) -> None:
    """Write the table as CSV or as HDF5 with labels and units as attributes.

    The file ending decides; raises ``UserError`` for any other than .csv, .h5 and .hdf5.
    """
    if path.suffix.lower() == ".csv":
        write_bytes(path, as_csv(found).encode())
    elif path.suffix.lower() in (".h5", ".hdf5"):
        _write_hdf5(path, found, title, about or {})
    else:
        raise UserError(
            f"A table is written as .csv or .h5; found '{path.name}'. Use one of these endings."
        )


def as_csv(found: Sequence[Row]) -> str:
    """The table as CSV text (RFC 4180) with a header line."""
    text = io.StringIO()
    if found:
        writer = csv.DictWriter(text, fieldnames=list(found[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return (
        ""
        if value is None
        else json.dumps(value)
        if isinstance(value, (list, tuple, dict, bool))
        else value
    )


def _write_hdf5(
    path: Path, found: Sequence[Row], title: str, about: Mapping[str, TableColumn]
) -> None:
    """Write one dataset (n_runs,) per column to the group ``columns``, in order: numbers, with NaN
    for missing values, or UTF-8 bytes.
    """
    with write_atomically(path) as file:
        file.attrs.update(format="qdiffgui-sweep", format_version=1, title=title, n_runs=len(found))
        group = file.create_group("columns", track_order=True)
        for name in found[0] if found else ():
            made = group.create_dataset(
                name.replace("/", " per "), data=_column([row[name] for row in found])
            )
            if name in about:
                made.attrs.update(label=about[name].label, unit=about[name].unit)


def _column(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    if all(
        value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
        for value in values
    ):
        if all(isinstance(value, int) for value in values):
            return np.array(values, np.int64)
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return np.array([str(_cell(value)).encode() or b" " for value in values])
