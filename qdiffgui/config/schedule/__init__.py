"""How noise grows with the diffusion step: one class a schedule, one forward process a file, told apart by ``kind``."""

from __future__ import annotations

from qdiffgui.config.schedule.blending import Blend
from qdiffgui.config.schedule.channels import (
    AmplitudeDamping,
    ChannelSchedule,
    Dephasing,
    DepolarizingCosine,
    DepolarizingLinear,
    DepolarizingSchedule,
)
from qdiffgui.config.schedule.gaussian import Cosine, GaussianSchedule, Linear, Sigmoid
from qdiffgui.config.schedule.haar import HaarMixing, HaarPatches, HaarSchedule
from qdiffgui.config.schedule.scrambling import LinearAngles, PiecewiseAngles, QuadraticAngles, ScramblingSchedule
from qdiffgui.config.schedule.states import StateSchedule
from qdiffgui.config.schedule.straight import Straight

__all__ = [
    "AmplitudeDamping",
    "Blend",
    "ChannelSchedule",
    "Cosine",
    "Dephasing",
    "DepolarizingCosine",
    "DepolarizingLinear",
    "DepolarizingSchedule",
    "GaussianSchedule",
    "HaarMixing",
    "HaarPatches",
    "HaarSchedule",
    "Linear",
    "LinearAngles",
    "PiecewiseAngles",
    "QuadraticAngles",
    "ScramblingSchedule",
    "Sigmoid",
    "StateSchedule",
    "Straight",
]
