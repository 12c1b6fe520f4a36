"""Line-ups at full resolution, where no quantum family that fits the data exists: what the classical references reach there. Keys are in
``catalog.benchmarks``."""

from __future__ import annotations

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.config import Training
from qdiffgui.config.models import RectifiedFlow
from qdiffgui.config.schedule import Straight
from qdiffgui.presets import clouds

_MLP = {
    "model": RectifiedFlow(network="mlp", n_parameters=200_000, schedule=Straight(n_steps=20)),
    "training": Training(iterations=8000, batch_size=256, learning_rate=2e-3),
}

JETS_CLOUDS = Lineup(
    (
        Contestant("flow-set", "Rectified flow, set transformer", "best", clouds.JETS_CLOUDS_FLOW),
        Contestant("ddim-set", "DDIM, set transformer", "best", clouds.JETS_CLOUDS_DDPM),
        Contestant(
            "flow-mlp", "Rectified flow, MLP on sorted particles", "best", clouds.JETS_CLOUDS_FLOW.model_copy(update=_MLP)
        ),
    )
)
