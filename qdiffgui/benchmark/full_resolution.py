"""Line-ups at full resolution, where no quantum family that fits the data exists: what the classical references reach there. Keys are in
``catalog.benchmarks``."""

from __future__ import annotations

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM
from qdiffgui.config.schedule import Cosine
from qdiffgui.presets import clouds

_DDPM = clouds.JETS_CLOUDS_DDPM

JETS_CLOUDS = Lineup(
    (
        Contestant("ddpm-set", "DDPM, set transformer", "best", _DDPM),
        Contestant("flow-set", "Rectified flow, set transformer", "best", clouds.JETS_CLOUDS_FLOW),
        Contestant(
            "ddpm-mlp", "DDPM, MLP on sorted particles", "best",
            _DDPM.model_copy(
                update={
                    "model": ClassicalDDPM(network="mlp", n_parameters=200_000, schedule=Cosine(n_steps=100)),
                    "training": Training(iterations=8000, batch_size=256, learning_rate=2e-3),
                }
            ),
        ),
    )
)  # fmt: skip
