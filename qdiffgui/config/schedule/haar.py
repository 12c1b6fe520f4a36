"""Schedules of the Haar process: how much of a pure state is left beside a random one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule.parts import STEPS

Curve = Literal["cosine", "linear"]
CURVE = "How the share of the data falls to 0: as half a squared cosine, or linearly."


class HaarMixing(Config):
    """Each state is mixed with a Haar-random state of all qubits (exact, after arXiv:2412.21082)."""

    kind: Literal["haar"] = "haar"
    n_steps: int = setting(20, "Steps", STEPS, ge=2, le=100)
    curve: Curve = setting("cosine", "Curve", CURVE)


class HaarPatches(Config):
    """Each state is mixed with a product of Haar-random states, one a patch of neighbouring qubits (after arXiv:2412.21082)."""

    kind: Literal["haar-patches"] = "haar-patches"
    n_steps: int = setting(20, "Steps", STEPS, ge=2, le=100)
    curve: Curve = setting("cosine", "Curve", CURVE)
    patch_qubits: int = setting(1, "Qubits a patch", "Neighbouring qubits that share one random unitary.", ge=1, le=12)


HaarSchedule = Annotated[HaarMixing | HaarPatches, Field(discriminator="kind")]
