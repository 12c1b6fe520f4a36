"""16x4 log-polar maps of gluon jets: the strong classical reference, and a circuit on the leading normal scores."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, Latent
from qdiffgui.config.representation import LogPolar
from qdiffgui.config.schedule import Cosine
from qdiffgui.presets.bits import GLUONS

MAPS = LogPolar(n_r=16, n_phi=4)

JETS_MAPS_DDPM = Experiment(
    name="Jet maps: DDPM at its best size",
    data=GLUONS,
    representation=MAPS,
    model=ClassicalDDPM(network="mlp", n_parameters=200_000, schedule=Cosine(n_steps=100)),
    training=Training(iterations=8000, batch_size=256, learning_rate=3e-3),
)

JETS_MAPS_LATENT_6Q = Experiment(
    name="Jet maps on 6 qubits: normal scores",
    data=GLUONS,
    representation=MAPS,
    model=Latent(cells="normal-scores", n_latent=16, n_qubits=6, n_layers=16, schedule=Cosine(n_steps=100)),
    training=Training(iterations=6000, batch_size=256, learning_rate=2e-2),
)
