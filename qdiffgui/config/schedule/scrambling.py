"""Schedules of random-circuit scrambling: how strong each step is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

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


ScramblingSchedule = Annotated[LinearAngles | QuadraticAngles, Field(discriminator="kind")]
