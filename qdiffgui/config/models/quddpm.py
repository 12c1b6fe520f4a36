"""Settings of ``models.quddpm``."""

from __future__ import annotations

from typing import Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.measured import Denoisers
from qdiffgui.config.schedule import LinearAngles, StateSchedule


class QuDDPM(Denoisers):
    """Quantum denoising diffusion of ensembles of pure states (arXiv:2310.05866)."""

    kind: Literal["quddpm"] = "quddpm"
    n_layers: int = setting(4, "Layers", "Layers of the circuit of each denoising step.", ge=1, le=50)
    warm_start: bool = setting(
        False, "Warm start", "Start each circuit from the angles of the one trained before it, instead of from random ones."
    )
    last_rate: float = setting(
        1.0,
        "Last learning rate",
        "Of the step trained last, as a share of the first one's; in between it falls geometrically.",
        gt=0,
        le=1,
        advanced=True,
    )
    schedule: StateSchedule = setting(LinearAngles(), "Noise", "What noises the states, and how fast.")
