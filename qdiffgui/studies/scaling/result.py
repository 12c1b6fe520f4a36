"""The result of a scaling study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qdiffgui import html_table
from qdiffgui.config import Experiment
from qdiffgui.evaluation.number_format import format_value
from qdiffgui.studies.scaling.cost_table import StaticCost
from qdiffgui.studies.scaling.landscape import GradientCurve
from qdiffgui.studies.scaling.quality import QUALITY_METRICS, Score
from qdiffgui.studies.scaling.timing import TimingCurve
from qdiffgui.studies.scaling.trainability import AnsatzExpressibility, LossSlices, VarianceDecay


@dataclass(frozen=True, repr=False)
class ScalingStudy:
    """The result of a scaling study.

    ``seconds`` are the CPU seconds of each part, ``notes`` say what was left out and why,
    ``verdict`` has the conclusions in sentences.
    """

    name: str
    config: Experiment
    n_seeds: int
    effort: float
    static: StaticCost
    timings: tuple[TimingCurve, ...]
    circuit: TimingCurve | None
    decays: tuple[VarianceDecay, ...]
    gradients: tuple[GradientCurve, ...]
    reaches: tuple[AnsatzExpressibility, ...]
    slices: LossSlices | None
    scores: tuple[Score, ...]
    judge: str
    seconds: dict[str, float]
    about: dict[str, Any]
    notes: tuple[str, ...]
    verdict: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<ScalingStudy '{self.name}': {self.config.model.kind}, {len(self.scores)} "
            f"configurations trained, {self.n_seeds} seeds, effort {self.effort:g}>"
        )

    def _repr_html_(self) -> str:
        table = html_table.grid(
            ["configuration", "parameters", self.judge or "quality", "floor", "training time / s"],
            [
                (
                    score.label,
                    str(score.n_parameters),
                    format_value(score.value, score.error),
                    f"{score.floor:.4g}",
                    f"{score.seconds:.3g}",
                )
                for score in self.scores
            ],
            f"{self.name}: scaling study",
        )
        return table + html_table.sentences(self.verdict)

    def off(self, value: float) -> float:
        """The distance of a score from its best value: 0.5 for an AUC, 0 for a distance."""
        return abs(value - 0.5) if self.judge == QUALITY_METRICS["auc"] else value

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        parts = ("timings", "decays", "gradients", "reaches", "scores")
        return {
            "name": self.name,
            "config": self.config.model_dump(mode="json"),
            "n_seeds": self.n_seeds,
            "effort": self.effort,
            "verdict": list(self.verdict),
            "static": self.static.plain(),
            **{part: [item.plain() for item in getattr(self, part)] for part in parts},
            "circuit": None if self.circuit is None else self.circuit.plain(),
            "slices": None if self.slices is None else self.slices.plain(),
            "judge": self.judge,
            "seconds": self.seconds,
            "about": self.about,
            "notes": list(self.notes),
        }
