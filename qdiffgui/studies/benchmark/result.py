"""The result of a benchmark over all seeds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qdiffgui.evaluation.columns import Column
from qdiffgui.evaluation.metric_value import Cell
from qdiffgui.studies.benchmark.blank_images import BlankImages


@dataclass(frozen=True)
class ModelResult:
    """One contestant of a benchmark.

    Attributes
    ----------
    kind, role : str
        The kind of model, and its role in the line-up.
    facts : mapping
        Facts of the built model: gates, depth, qubits, ...
    training_seconds, sampling_seconds : float
        CPU seconds of training (mean over seeds) and of 1000 samples, on ``threads`` threads.
    runs : tuple of str
        Ids of its runs.
    failures : mapping
        Seed -> why its run gave no result.
    costs : mapping
        ``benchmark.costs.Costs`` as plain data; empty if no run finished.
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
class BenchmarkResult:
    """The result of a benchmark.

    ``table`` maps class -> row key -> column key -> ``{"value", "error", "n_seeds"}``: mean and
    standard deviation over seeds (one seed: the statistical error). ``blanks`` is the effect of
    blank images, if the file had any. ``files`` maps the row keys of samples made elsewhere to
    their file and digest.
    """

    key: str
    label: str
    models: tuple[ModelResult, ...]
    columns: tuple[Column, ...]
    labels: Mapping[str, str]
    table: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    seeds: tuple[int, ...]
    about: Mapping[str, Any]
    notes: tuple[str, ...]
    verdict: tuple[str, ...] = ()
    blanks: BlankImages | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "benchmark": self.key,
            "label": self.label,
            "seeds": list(self.seeds),
            "about": dict(self.about),
            "columns": [column.row() for column in self.columns],
            "labels": dict(self.labels),
            "table": {
                c: {r: dict(cells) for r, cells in rows.items()} for c, rows in self.table.items()
            },
            "models": [
                {
                    "key": m.key,
                    "label": m.label,
                    "role": m.role,
                    "facts": dict(m.facts),
                    "costs": dict(m.costs),
                    "training_seconds": m.training_seconds,
                    "sampling_seconds_per_1000": m.sampling_seconds,
                    "threads": m.threads,
                    "runs": list(m.runs),
                    "failures": {str(seed): why for seed, why in m.failures.items()},
                }
                for m in self.models
            ],
            "notes": list(self.notes),
            "verdict": list(self.verdict),
            "files": dict(self.files),
            "blanks": None if self.blanks is None else self.blanks.plain(),
        }
