"""Quantum direct transport: one deep circuit takes Haar-random states to data in a single go (arXiv:2310.05866, figure 3).

It is QuDDPM with one diffusion step: the whole noise at once, and nothing in between to learn from. With QuDDPM's parameters in one
circuit (its steps times its layers) it shows what the intermediate steps are worth.
"""

from __future__ import annotations

from typing import ClassVar

from qdiffgui.config.models import QDT as Settings
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.diffusion.states import StateProcess
from qdiffgui.models.quddpm import QuDDPM


class QDT(QuDDPM):
    """As ``QuDDPM``, with one circuit: step 0 is data, step 1 a Haar-random state."""

    kind: ClassVar[str] = "qdt"
    config: Settings  # type: ignore[assignment]  # no schedule, and no steps to go from one to the next

    def _process(self) -> StateProcess:
        return HaarNoise((1.0, 0.0))

    def _rate(self, k: int) -> float:
        return self.training.learning_rate
