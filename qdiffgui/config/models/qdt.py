"""Settings of ``models.qdt``."""

from __future__ import annotations

from typing import Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.measured import Denoisers


class QDT(Denoisers):
    """Quantum direct transport: one deep circuit from noise to data in one go, QuDDPM's baseline (arXiv:2310.05866)."""

    kind: Literal["qdt"] = "qdt"
    n_layers: int = setting(
        120, "Layers", "Layers of the one circuit; QuDDPM's steps times its layers for as many parameters.", ge=1, le=400
    )
