"""Schedules of random-circuit scrambling: how strong each step is."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule.parts import STEPS


class LinearAngles(Config):
    """Scrambling angles that grow linearly from ``start`` to ``end`` (QuDDPM, arXiv:2310.05866)."""

    kind: Literal["linear-angles"] = "linear-angles"
    n_steps: int = setting(20, "Steps", STEPS, ge=2, le=100)
    start: float = setting(1.0, "First strength", "Strength h of the first scrambling step.", gt=0, le=10)
    end: float = setting(4.0, "Last strength", "Strength h of the last scrambling step.", gt=0, le=10)


class QuadraticAngles(Config):
    """Scrambling angles h_t = scale * t**2 (QuDDPM's circle, arXiv:2310.05866)."""

    kind: Literal["quadratic-angles"] = "quadratic-angles"
    n_steps: int = setting(40, "Steps", STEPS, ge=2, le=100)
    scale: float = setting(1e-3, "Scale", "h_t = scale * t².", gt=0, le=1)


class PiecewiseAngles(Config):
    """Scrambling angles in two linear pieces, gentle then strong (QuDDPM's correlated noise, arXiv:2310.05866)."""

    kind: Literal["piecewise-angles"] = "piecewise-angles"
    n_steps: int = setting(20, "Steps", STEPS, ge=2, le=100)
    n_early: int = setting(12, "Early steps", "How many of the steps are in the first piece.", ge=1, le=99)
    start: float = setting(0.05, "First strength", "Strength h of the first step.", gt=0, le=10)
    middle: float = setting(1.0, "Last early strength", "Strength h of the last step of the first piece.", gt=0, le=10)
    restart: float = setting(1.2, "First late strength", "Strength h of the first step of the second piece.", gt=0, le=10)
    end: float = setting(4.0, "Last strength", "Strength h of the last step.", gt=0, le=10)

    @model_validator(mode="after")
    def _has_two_pieces(self) -> Self:
        if self.n_early >= self.n_steps:
            raise ValueError(f"{self.n_early} early steps leave none of {self.n_steps} for the second piece: choose fewer.")
        return self


ScramblingSchedule = Annotated[LinearAngles | QuadraticAngles | PiecewiseAngles, Field(discriminator="kind")]
