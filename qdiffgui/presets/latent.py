"""Latent quantum diffusion of jet maps and digits."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import Digits, QuarkGluonJets
from qdiffgui.config.models import Latent
from qdiffgui.config.representation import Image, LogPolar
from qdiffgui.config.schedules import Cosine, DepolarizingCosine, Linear

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

DIGITS_LATENT = Experiment(
    name="Digits through a latent space",
    data=Digits(digits=(0, 1)),
    representation=Image(size=8),
    model=Latent(
        encoder="autoencoder", n_latent=8, n_qubits=4, n_layers=10, schedule=Cosine(n_steps=100)
    ),
    training=Training(iterations=4000, batch_size=128, learning_rate=2e-2),
    evaluation=Evaluation(n_generated=100, test_fraction=0.3),
)

DIGITS_LATENT_BOTTLENECK = Experiment(
    name="Digits as amplitudes: the reverse bottleneck",
    data=DIGITS_LATENT.data,
    representation=DIGITS_LATENT.representation,
    model=Latent(
        recipe="bottleneck",
        encoder="autoencoder",
        n_latent=8,
        n_ancillas=2,
        n_layers=6,
        schedule=Linear(n_steps=15),
    ),
    training=Training(iterations=3000, batch_size=128, learning_rate=2e-2),
    evaluation=DIGITS_LATENT.evaluation,
)

JETS_LATENT_MIXED = Experiment(
    name="Jet maps through a latent space: mixed states",
    data=_GLUONS,
    representation=LogPolar(n_r=4, n_phi=4),
    model=Latent(
        recipe="mixed",
        encoder="autoencoder",
        n_latent=8,
        n_ancillas=2,
        n_layers=6,
        schedule=DepolarizingCosine(n_steps=6),
    ),
    training=Training(iterations=3000, batch_size=100, learning_rate=3e-2),
)
