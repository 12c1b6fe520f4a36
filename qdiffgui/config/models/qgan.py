"""Settings of ``models.qgan``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.measured import MeasuredCircuits


class QGAN(MeasuredCircuits):
    """Quantum generative adversarial network of two circuits, QuDDPM's other baseline (arXiv:2310.05866)."""

    conditional: ClassVar[bool] = False
    kind: Literal["qgan"] = "qgan"
    n_layers: int = setting(60, "Layers", "Layers of the generator.", ge=1, le=400)
    n_discriminator_layers: int = setting(
        60, "Discriminator layers", "Layers of the circuit that tells true from generated.", ge=1, le=400
    )
    n_discriminator: int = setting(5, "Discriminator steps", "Optimiser steps of the discriminator in each cycle.", ge=1, le=1000)
    n_generator: int = setting(5, "Generator steps", "Optimiser steps of the generator in each cycle.", ge=1, le=1000)
