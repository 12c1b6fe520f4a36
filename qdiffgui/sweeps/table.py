"""All runs of a sweep as one table: CSV for spreadsheets, HDF5 for programs; what was not measured is empty."""

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
from qdiffgui.evaluation.merit import merit
from qdiffgui.runs.files import write_bytes
from qdiffgui.runs.record import RunState
from qdiffgui.sweeps.columns import FLOOR, Column, columns
from qdiffgui.sweeps.directory import SweepDirectory

_GOALS = ("auc", "w1:mean")
Row = dict[str, Any]


def rows(sweep: SweepDirectory, states: Mapping[str, RunState] | None = None) -> list[Row]:
    """A mapping for each run, all with the same keys: what was set, what became of it, each figure of merit and its floor.

    ``training_seconds``: of the training alone; ``seconds``: of the last start, data and evaluation included.
    """
    known = sweep.states() if states is None else states
    points = sweep.points()
    names = list(dict.fromkeys(name for point in points for name in point.values))
    metrics = list(dict.fromkeys(name for state in known.values() for name in state.metrics))
    found = []
    for point in points:
        state = known.get(point.run)
        row: Row = {"run": point.run, "trial": point.trial, "status": str(state.status) if state else "waiting"}
        row |= {name: point.values.get(name) for name in names}
        row |= _facts(state)
        row |= {name: state.metrics.get(name) if state else None for name in metrics}
        row |= {FLOOR + name: state.floor.get(name) if state else None for name in metrics}
        found.append(row)
    return found


def _facts(state: RunState | None) -> Row:
    names = ("step", "total", "training_seconds", "seconds", "n_parameters", "starts", "loss", "message")
    if state is None:
        return dict.fromkeys(names, None) | {"message": ""}
    lasted = state.ended - state.started if state.ended and state.started else None
    values = (state.step, state.total, state.seconds, lasted, state.n_parameters, state.attempt, state.loss, state.message)
    return dict(zip(names, values))


def write_tables(sweep: SweepDirectory, *, figures: bool = True) -> None:
    """Write ``table.csv``, ``columns.csv``, ``table.h5`` (and ``figures.html``) of the sweep as it is now, each whole or not at all."""
    found = rows(sweep)
    about = about_columns(sweep, found)
    write_table(sweep.csv_file, found)
    write_table(sweep.hdf5_file, found, sweep.id, about)
    write_bytes(sweep.columns_file, as_csv([{"column": name, **column._asdict()} for name, column in about.items()]).encode())
    if figures:
        from qdiffgui.sweeps.figures import page

        write_bytes(sweep.figures_file, page(sweep, found).encode())


def about_columns(sweep: SweepDirectory, found: Sequence[Row]) -> dict[str, Column]:
    """What the columns of ``rows`` are, and their units."""
    return columns(sweep, found[0] if found else (), (row["run"] for row in found if row["status"] == "done"))


def write_table(path: Path, found: Sequence[Row], title: str = "", about: Mapping[str, Column] | None = None) -> None:
    """The table as CSV or HDF5 (there with labels and units as attributes), by the ending of ``path``; raises ``UserError`` for another."""
    if path.suffix.lower() == ".csv":
        write_bytes(path, as_csv(found).encode())
    elif path.suffix.lower() in (".h5", ".hdf5"):
        _write_hdf5(path, found, title, about or {})
    else:
        raise UserError(f"A table is written as .csv or .h5; found '{path.name}': give it one of these endings.")


def as_csv(found: Sequence[Row]) -> str:
    """The table as CSV (RFC 4180) with a line of names."""
    text = io.StringIO()
    if found:
        writer = csv.DictWriter(text, fieldnames=list(found[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return "" if value is None else json.dumps(value) if isinstance(value, (list, tuple, dict, bool)) else value


def _write_hdf5(path: Path, found: Sequence[Row], title: str, about: Mapping[str, Column]) -> None:
    """One dataset (n_runs,) for each column under ``columns``, in order: numbers, with nan for what is empty, or UTF-8 bytes."""
    with write_atomically(path) as file:
        file.attrs.update(format="qdiffgui-sweep", format_version=1, title=title, n_runs=len(found))
        group = file.create_group("columns", track_order=True)
        for name in found[0] if found else ():
            made = group.create_dataset(name.replace("/", " per "), data=_column([row[name] for row in found]))
            if name in about:
                made.attrs.update(label=about[name].label, unit=about[name].unit)


def _column(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    if all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        if all(isinstance(value, int) for value in values):
            return np.array(values, np.int64)
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return np.array([str(_cell(value)).encode() or b" " for value in values])


def goal_of(report: Mapping[str, Any]) -> str:
    """The figure of merit of a report (``metrics.json``) where none was chosen, of those that were measured: the classifier test, else
    mean W1, else the first."""
    keys = [str(column["key"]) for column in report["columns"] if _mean(report, "model", column["key"]) is not None]
    return next((key for key in _GOALS if key in keys), keys[0] if keys else "")


def figure_of_merit(report: Mapping[str, Any], goal: str) -> float | None:
    """How far a model is from the best possible in a column, mean over classes: less is better. ``None`` where it was not measured."""
    better = next((str(column["better"]) for column in report["columns"] if column["key"] == goal), "lower")
    model, floor = _mean(report, "model", goal), _mean(report, "floor", goal)
    if model is None:
        return None
    return merit(model, floor, better)


def _mean(report: Mapping[str, Any], key: str, column: str) -> float | None:
    cells = [row["values"].get(column) for row in report["rows"] if row["key"] == key]
    values = [cell["value"] for cell in cells if cell is not None and cell["value"] is not None]
    return float(np.mean(values)) if values else None
