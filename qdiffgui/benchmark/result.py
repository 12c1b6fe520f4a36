"""The figures of a benchmark over all seeds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.benchmark.measure import Measurement
from qdiffgui.evaluation.columns import Cell, Column


@dataclass(frozen=True)
class Model:
    """One contestant: its family (``kind``), its place in the line-up, and what it costs.

    ``facts`` : of the built model (gates, depth, qubits, ...).

    training_seconds, sampling_seconds : mean over seeds; of training by the clock on ``threads`` threads, of 1000 samples on the CPU.
    failures : seed -> why its run gave nothing.
    """

    key: str
    label: str
    kind: str
    role: str
    facts: Mapping[str, Any]
    training_seconds: float
    sampling_seconds: float
    threads: int
    runs: tuple[str, ...]
    failures: Mapping[int, str]


@dataclass(frozen=True)
class Result:
    """A benchmark. ``table``: class -> row key -> column key -> ``{"value", "error", "n_seeds"}``, mean over seeds and standard deviation
    (of one seed: the error of the measurement)."""

    key: str
    label: str
    models: tuple[Model, ...]
    columns: tuple[Column, ...]
    labels: Mapping[str, str]
    table: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    seeds: tuple[int, ...]
    about: Mapping[str, Any]
    notes: tuple[str, ...]
    verdict: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "benchmark": self.key, "label": self.label, "seeds": list(self.seeds), "about": dict(self.about),
            "columns": [column.row() for column in self.columns], "labels": dict(self.labels),
            "table": {c: {r: dict(cells) for r, cells in rows.items()} for c, rows in self.table.items()},
            "models": [
                {"key": m.key, "label": m.label, "role": m.role, "facts": dict(m.facts), "training_seconds": m.training_seconds,
                 "sampling_seconds_per_1000": m.sampling_seconds, "threads": m.threads, "runs": list(m.runs),
                 "failures": {str(seed): why for seed, why in m.failures.items()}}
                for m in self.models
            ],
            "notes": list(self.notes), "verdict": list(self.verdict),
        }  # fmt: skip


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
