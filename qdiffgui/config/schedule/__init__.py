"""How noise grows with the diffusion step: one class a schedule, one forward process a file, told apart by ``kind``."""

from __future__ import annotations

from qdiffgui.config.schedule.blending import Blend
from qdiffgui.config.schedule.gaussian import Cosine, GaussianSchedule, Linear
from qdiffgui.config.schedule.scrambling import LinearAngles, QuadraticAngles, ScramblingSchedule

__all__ = ["Blend", "Cosine", "GaussianSchedule", "Linear", "LinearAngles", "QuadraticAngles", "ScramblingSchedule"]
