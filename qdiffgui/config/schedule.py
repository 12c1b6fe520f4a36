"""How noise grows with the diffusion step: one class a schedule, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting

_STEPS = "Diffusion steps from data to noise."


class Cosine(Config):
    """Squared-cosine alpha_bar (Nichol and Dhariwal, arXiv:2102.09672), beta clipped at .999."""

    kind: Literal["cosine"] = "cosine"
    n_steps: int = setting(40, "Steps", _STEPS, ge=2, le=1000)


class Linear(Config):
    """Linear beta (Ho et al., arXiv:2006.11239)."""

    kind: Literal["linear"] = "linear"
    n_steps: int = setting(100, "Steps", _STEPS, ge=2, le=1000)
    beta_start: float = setting(1e-4, "First beta", "Variance added at the first step.", gt=0, lt=1)
    beta_end: float = setting(0.02, "Last beta", "Variance added at the last step.", gt=0, lt=1)


GaussianSchedule = Annotated[Cosine | Linear, Field(discriminator="kind")]


class LinearAngles(Config):
    """Scrambling angles that grow linearly from ``start`` to ``end`` (QuDDPM, arXiv:2310.05866)."""

    kind: Literal["linear-angles"] = "linear-angles"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=100)
    start: float = setting(1.0, "First strength", "Strength h of the first scrambling step.", gt=0, le=10)
    end: float = setting(4.0, "Last strength", "Strength h of the last scrambling step.", gt=0, le=10)


class QuadraticAngles(Config):
    """Scrambling angles h_t = scale * t**2 (QuDDPM's circle, arXiv:2310.05866)."""

    kind: Literal["quadratic-angles"] = "quadratic-angles"
    n_steps: int = setting(40, "Steps", _STEPS, ge=2, le=100)
    scale: float = setting(1e-3, "Scale", "h_t = scale * t².", gt=0, le=1)


ScramblingSchedule = Annotated[LinearAngles | QuadraticAngles, Field(discriminator="kind")]


class Blend(Config):
    """Convex mix with one noise image, weight (t/n_steps)**power (arXiv:2401.07049)."""

    kind: Literal["blend"] = "blend"
    n_steps: int = setting(10, "Steps", _STEPS, ge=2, le=100)
    power: float = setting(3.0, "Power", "Exponent of the noise weight.", gt=0, le=10)
