"""Schedules of Gaussian diffusion: how alpha_bar falls."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule.parts import STEPS


class Cosine(Config):
    """Squared-cosine alpha_bar (Nichol and Dhariwal, arXiv:2102.09672), beta clipped at .999."""

    kind: Literal["cosine"] = "cosine"
    n_steps: int = setting(40, "Steps", STEPS, ge=2, le=1000)


class Linear(Config):
    """Linear beta (Ho et al., arXiv:2006.11239)."""

    kind: Literal["linear"] = "linear"
    n_steps: int = setting(100, "Steps", STEPS, ge=2, le=1000)
    beta_start: float = setting(1e-4, "First beta", "Variance added at the first step.", gt=0, lt=1)
    beta_end: float = setting(0.02, "Last beta", "Variance added at the last step.", gt=0, lt=1)


class Sigmoid(Config):
    """Sigmoid alpha_bar (Jabri, Fleet and Chen, arXiv:2212.11972), beta clipped at .999."""

    kind: Literal["sigmoid"] = "sigmoid"
    n_steps: int = setting(40, "Steps", STEPS, ge=2, le=1000)
    start: float = setting(-3.0, "Start", "Argument of the sigmoid at the first step.", ge=-20, lt=0, advanced=True)
    end: float = setting(3.0, "End", "Argument of the sigmoid at the last step.", gt=0, le=20, advanced=True)
    temperature: float = setting(1.0, "Temperature", "Below 1: a steeper fall in the middle.", gt=0.1, le=10, advanced=True)


GaussianSchedule = Annotated[Cosine | Linear | Sigmoid, Field(discriminator="kind")]
