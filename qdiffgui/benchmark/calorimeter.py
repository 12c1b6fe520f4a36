"""The line-up of calorimeter showers. Its key is in ``catalog.benchmarks``."""

from __future__ import annotations

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM
from qdiffgui.config.schedule import Cosine
from qdiffgui.presets import showers

_LARGE = {
    "model": ClassicalDDPM(network="mlp", n_parameters=20_000, schedule=Cosine(n_steps=100)),
    "training": Training(iterations=6000, batch_size=256, learning_rate=3e-3),
}

CALORIMETER = Lineup(
    (
        Contestant("latent", "Latent quantum diffusion, 4 qubits", "quantum", showers.SHOWERS_LATENT),
        Contestant("quddpm", "QuDDPM, 4 qubits and 3 ancillas", "quantum", showers.SHOWERS_QUDDPM),
        Contestant("qd3pm", "QD3PM, 6 qubits", "quantum", showers.SHOWERS_BITS),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", showers.SHOWERS_DDPM),
        Contestant("ddpm-best", "DDPM, best MLP", "best", showers.SHOWERS_DDPM.model_copy(update=_LARGE)),
        Contestant("flow-best", "Rectified flow, best MLP", "best", showers.SHOWERS_FLOW),
    )
)
