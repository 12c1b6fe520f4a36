"""The figures of a benchmark over all seeds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qdiffgui.benchmark.blanks import Blanks
from qdiffgui.evaluation.columns import Cell, Column


@dataclass(frozen=True)
class Model:
    """One contestant: its family (``kind``), its place in the line-up, and what it costs.

    ``facts`` : of the built model (gates, depth, qubits, ...).     costs : see ``benchmark.costs``, as plain data; empty where its runs
    gave nothing.

    training_seconds, sampling_seconds : CPU seconds of training, mean over seeds, on ``threads`` threads, and of 1000 samples.
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
    costs: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A benchmark. ``table``: class -> row key -> column key -> ``{"value", "error", "n_seeds"}``, mean over seeds and standard deviation
    (of one seed: the error of the measurement). ``blanks``: what blank images of the file do to every figure, where it had some."""

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
    blanks: Blanks | None = None

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "benchmark": self.key, "label": self.label, "seeds": list(self.seeds), "about": dict(self.about),
            "columns": [column.row() for column in self.columns], "labels": dict(self.labels),
            "table": {c: {r: dict(cells) for r, cells in rows.items()} for c, rows in self.table.items()},
            "models": [
                {"key": m.key, "label": m.label, "role": m.role, "facts": dict(m.facts), "costs": dict(m.costs),
                 "training_seconds": m.training_seconds,
                 "sampling_seconds_per_1000": m.sampling_seconds, "threads": m.threads, "runs": list(m.runs),
                 "failures": {str(seed): why for seed, why in m.failures.items()}}
                for m in self.models
            ],
            "notes": list(self.notes), "verdict": list(self.verdict), "blanks": None if self.blanks is None else self.blanks.plain(),
        }  # fmt: skip
