"""All runs of a sweep as one table, and what its columns mean. Missing values are None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.runs.record import RunState
from qdiffgui.studies.sweep.columns import FLOOR, TableColumn, columns
from qdiffgui.studies.sweep.directory import SweepDirectory

Row = dict[str, Any]


def rows(sweep: SweepDirectory, states: Mapping[str, RunState] | None = None) -> list[Row]:
    """One mapping per run, all with the same keys: settings, status, each metric and its floor.

    ``training_seconds`` counts training alone, ``seconds`` the last start with data and evaluation.
    """
    known = sweep.states() if states is None else states
    points = sweep.points()
    names = list(dict.fromkeys(name for point in points for name in point.values))
    metrics = list(dict.fromkeys(name for state in known.values() for name in state.metrics))
    found = []
    for point in points:
        state = known.get(point.run)
        row: Row = {
            "run": point.run,
            "trial": point.trial,
            "status": str(state.status) if state else "waiting",
        }
        row |= {name: point.values.get(name) for name in names}
        row |= _facts(state)
        row |= {name: state.metrics.get(name) if state else None for name in metrics}
        row |= {FLOOR + name: state.floor.get(name) if state else None for name in metrics}
        found.append(row)
    return found


def _facts(state: RunState | None) -> Row:
    names = (
        "step",
        "total",
        "training_seconds",
        "seconds",
        "n_parameters",
        "starts",
        "loss",
        "message",
    )
    if state is None:
        return dict.fromkeys(names, None) | {"message": ""}
    lasted = state.ended - state.started if state.ended and state.started else None
    values = (
        state.step,
        state.total,
        state.seconds,
        lasted,
        state.n_parameters,
        state.attempt,
        state.loss,
        state.message,
    )
    return dict(zip(names, values))


def about_columns(sweep: SweepDirectory, found: Sequence[Row]) -> dict[str, TableColumn]:
    """Labels and units of the columns of ``rows``."""
    return columns(
        sweep, found[0] if found else (), (row["run"] for row in found if row["status"] == "done")
    )
