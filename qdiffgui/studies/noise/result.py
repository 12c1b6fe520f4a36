"""What a noise study found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from qdiffgui.evaluation.columns import MEAN

Cell = dict[str, float]


class NoiseSetting(NamedTuple):
    """One noise setting of the study.

    ``kind`` "" means no noise, ``shots`` 0 exact expectation values, and ``mitigated`` zero-noise
    extrapolation. ``strength`` is a probability.
    """

    kind: str = ""
    strength: float = 0.0
    shots: int = 0
    mitigated: bool = False

    @property
    def label(self) -> str:
        parts = [f"{self.kind.replace('_', ' ')} {self.strength:g}"] if self.kind else []
        parts += [f"{self.shots} shots"] if self.shots else []
        return (", ".join(parts) or "no noise") + (", extrapolated" if self.mitigated else "")


@dataclass
class NoiseStudy:
    """The result of a noise study.

    ``rows`` holds each noise setting with ``values``: for each metric, the mean over models and
    seeds, its standard deviation (``error``) and the number of values (``n``). ``baselines`` holds
    the same for the floor and the trivial generators. ``columns`` are as in ``metrics.json``,
    ``notes`` are those of the comparison. ``n_samples`` are generated for each class, ``n_report``
    for the report of the run; at most ``n_held_out`` of them are compared.
    """

    names: list[str]
    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    baselines: dict[str, dict[str, Cell]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    seeds: int = 0
    n_samples: int = 0
    n_report: int = 0
    n_held_out: int = 0
    notes: list[str] = field(default_factory=list)
    about: str = ""
    kind: str = ""
    data: str = ""
    data_digest: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    verdict: list[str] = field(default_factory=list)

    @property
    def goal(self) -> str:
        """Key of the headline metric: the classifier test if it was measured, else mean W1, else
        the first measured metric.
        """
        known = [
            column["key"]
            for column in self.columns
            if any(column["key"] in row["values"] for row in self.rows)
        ]
        return next((key for key in ("auc", MEAN) if key in known), known[0] if known else "")

    @property
    def n_compared(self) -> int:
        """Generated samples that are compared with as many held-out ones."""
        return min(self.n_samples, self.n_held_out) or self.n_samples

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self) | {"goal": self.goal}
