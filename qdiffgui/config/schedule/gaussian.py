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


GaussianSchedule = Annotated[Cosine | Linear, Field(discriminator="kind")]
