"""Tables of metrics averaged over seeds. Needs neither torch nor PennyLane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from qdiffgui.evaluation.metric_value import Cell

Table = Mapping[str, Mapping[str, Mapping[str, Cell]]]
"""Class -> row -> column -> cell."""


def average_tables(
    tables: Sequence[Table], columns: Sequence[str]
) -> dict[str, dict[str, dict[str, Cell]]]:
    """Mean and standard deviation of every cell, over the tables (one a seed) that have it.

    A cell has ``value``, ``error`` and ``n_seeds``. The error of a single seed is its own, that of
    the sampling.
    """
    averaged: dict[str, dict[str, dict[str, Cell]]] = {}
    for name in dict.fromkeys(c for table in tables for c in table):
        rows = dict.fromkeys(r for table in tables for r in table.get(name, {}))
        averaged[name] = {
            row: {
                key: _average([table.get(name, {}).get(row, {}).get(key) for table in tables])
                for key in columns
            }
            for row in rows
        }
    return averaged


def _average(cells: Sequence[Cell]) -> Cell:
    found = [cell for cell in cells if cell is not None]
    values = [cell["value"] for cell in found]
    if not values:
        return None
    error = float(np.std(values, ddof=1)) if len(values) > 1 else found[0]["error"]
    return {"value": float(np.mean(values)), "error": error, "n_seeds": float(len(values))}
