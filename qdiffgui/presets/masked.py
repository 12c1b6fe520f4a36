"""Jet maps as shares in levels: masked quantum diffusion and its classical twin."""

from __future__ import annotations

from typing import Any

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import MaskedNetwork, MaskedQuantum
from qdiffgui.config.representation import LogPolar, Radial
from qdiffgui.presets.bits import GLUONS
from qdiffgui.presets.maps import MAPS

RADIAL, COARSE = Radial(n_bins=16), LogPolar(n_r=4, n_phi=4)
FEW, MANY = 8640, 138_360  # trained numbers of the circuits of 15 and of 63 shares
# Chosen on a quarter of the training jets of seed 3 (docs/BENCHMARKS.md); radial maps are their own
# mirror images.
_RADIAL: dict[str, Any] = {"start": "marginals"}
_COARSE: dict[str, Any] = {"start": "marginals", "mirror": True}
# 63 circuits that see all shares overfit (docs/BENCHMARKS.md)
LARGE: dict[str, Any] = {
    "features": "shares",
    "reach": 16,
    "mirror": True,
    "start": "marginals",
    "weight_decay": 1.0,
}
FEW_TRAINING = Training(iterations=3000, batch_size=256, learning_rate=1e-2)
LARGE_TRAINING = Training(iterations=700, batch_size=256, learning_rate=2e-2)


def _preset(name: str, representation: Any, model: Any) -> Experiment:
    return Experiment(
        name=name,
        data=GLUONS,
        representation=representation,
        model=model,
        training=LARGE_TRAINING if representation == MAPS else FEW_TRAINING,
    )


JETS_RADIAL_MASKED = _preset(
    "Radial profiles: masked circuits", RADIAL, MaskedQuantum(n_layers=8, **_RADIAL)
)
JETS_RADIAL_MASKED_NETWORK = _preset(
    "Radial profiles: masked networks", RADIAL, MaskedNetwork(n_parameters=FEW, **_RADIAL)
)
JETS_4X4_MASKED = _preset(
    "4x4 jet maps: masked circuits", COARSE, MaskedQuantum(n_layers=8, **_COARSE)
)
JETS_4X4_MASKED_NETWORK = _preset(
    "4x4 jet maps: masked networks", COARSE, MaskedNetwork(n_parameters=FEW, **_COARSE)
)
JETS_MAPS_MASKED = _preset("Jet maps: masked circuits", MAPS, MaskedQuantum(n_ancillas=1, **LARGE))
JETS_MAPS_MASKED_NETWORK = _preset(
    "Jet maps: masked networks", MAPS, MaskedNetwork(n_parameters=MANY, **LARGE)
)
