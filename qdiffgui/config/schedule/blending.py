"""Schedules of the convex mix with noise images."""

from __future__ import annotations

from typing import Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule.parts import STEPS


class Blend(Config):
    """Convex mix with one noise image, weight (t/n_steps)**power (arXiv:2401.07049)."""

    kind: Literal["blend"] = "blend"
    n_steps: int = setting(10, "Steps", STEPS, ge=2, le=100)
    power: float = setting(3.0, "Power", "Exponent of the noise weight.", gt=0, le=10)
