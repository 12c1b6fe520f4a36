"""Figures of several seeds as one: mean and standard deviation of every cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qdiffgui.benchmark.measure import Measurement
from qdiffgui.evaluation.columns import Cell


def over_seeds(measurements: Sequence[Measurement]) -> dict[str, dict[str, dict[str, Cell]]]:
    """Mean and standard deviation of every cell; a cell that some seed lacks is made of the others."""
    table: dict[str, dict[str, dict[str, Cell]]] = {}
    for name in dict.fromkeys(c for m in measurements for c in m.rows):
        rows = dict.fromkeys(r for m in measurements for r in m.rows.get(name, {}))
        table[name] = {row: _row(measurements, name, row) for row in rows}
    return table


def _row(measurements: Sequence[Measurement], name: str, row: str) -> dict[str, Cell]:
    keys = dict.fromkeys(column.key for m in measurements for column in m.columns)
    cells: dict[str, Cell] = {}
    for key in keys:
        found = [cell for m in measurements if (cell := m.rows.get(name, {}).get(row, {}).get(key)) is not None]
        values = [cell["value"] for cell in found]
        if not values:
            cells[key] = None
            continue
        error = float(np.std(values, ddof=1)) if len(values) > 1 else found[0]["error"]
        cells[key] = {"value": float(np.mean(values)), "error": error, "n_seeds": float(len(values))}
    return cells
