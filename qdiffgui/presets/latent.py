"""Latent quantum diffusion of jet maps."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.config.models import Latent
from qdiffgui.config.representation import LogPolar
from qdiffgui.config.schedule import Cosine

_GLUONS = QuarkGluonJets(classes="gluon", n_jets=25000)
_TRAINING = Training(iterations=6000, batch_size=256, learning_rate=2e-2)

JETS_LATENT_4Q = Experiment(
    name="Jet maps through a latent space: 4 qubits",
    data=_GLUONS,
    representation=LogPolar(n_r=4, n_phi=4),
    model=Latent(n_latent=16, n_qubits=4, n_layers=16, schedule=Cosine(n_steps=200)),
    training=_TRAINING,
)

JETS_LATENT_6Q = Experiment(
    name="Jet maps through a latent space: 6 qubits",
    data=_GLUONS,
    representation=LogPolar(n_r=4, n_phi=4),
    model=Latent(n_latent=16, n_qubits=6, n_layers=16, schedule=Cosine(n_steps=200)),
    training=_TRAINING,
)
