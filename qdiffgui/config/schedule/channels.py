"""Schedules of noise channels on density matrices: how strong each step is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule.parts import STEPS


class DepolarizingCosine(Config):
    """Depolarizing strengths q_t = (1 - ᾱ_t/ᾱ_{t-1})**exponent of the squared-cosine ᾱ (MSQuDDPM, arXiv:2411.17608)."""

    kind: Literal["depolarizing-cosine"] = "depolarizing-cosine"
    n_steps: int = setting(6, "Steps", STEPS, ge=2, le=100)
    exponent: float = setting(1.0, "Exponent", "1: cosine; 2: cosine², gentler at first and steeper at the end.", gt=0, le=5)


class DepolarizingLinear(Config):
    """Depolarizing strengths that grow linearly."""

    kind: Literal["depolarizing-linear"] = "depolarizing-linear"
    n_steps: int = setting(6, "Steps", STEPS, ge=2, le=100)
    start: float = setting(0.05, "First strength", "Probability q of the first depolarizing step.", gt=0, le=1)
    end: float = setting(1.0, "Last strength", "Probability q of the last depolarizing step.", gt=0, le=1)


class AmplitudeDamping(Config):
    """Damping probabilities γ of every qubit that grow linearly: all states end in |0...0>."""

    kind: Literal["amplitude-damping"] = "amplitude-damping"
    n_steps: int = setting(6, "Steps", STEPS, ge=2, le=100)
    start: float = setting(0.05, "First strength", "Damping probability γ of the first step.", gt=0, le=1)
    end: float = setting(1.0, "Last strength", "Damping probability γ of the last step.", gt=0, le=1)


class Dephasing(Config):
    """Losses of coherence of every qubit that grow linearly: populations stay, so they are given to the sampler at the start."""

    kind: Literal["dephasing"] = "dephasing"
    n_steps: int = setting(6, "Steps", STEPS, ge=2, le=100)
    start: float = setting(0.05, "First strength", "Share of the coherence lost at the first step.", gt=0, le=1)
    end: float = setting(1.0, "Last strength", "Share of the coherence lost at the last step.", gt=0, le=1)


DepolarizingSchedule = Annotated[DepolarizingCosine | DepolarizingLinear, Field(discriminator="kind")]
ChannelSchedule = Annotated[DepolarizingCosine | DepolarizingLinear | AmplitudeDamping | Dephasing, Field(discriminator="kind")]
