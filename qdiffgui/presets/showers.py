"""Calorimeter showers on 4 qubits: the energy of 13 layers and the incident energy."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import ParametrisedShowers
from qdiffgui.config.models import (
    QD3PM,
    ClassicalDDPM,
    Latent,
    LatentNetwork,
    QuDDPM,
    RectifiedFlow,
)
from qdiffgui.config.representation import Layers
from qdiffgui.config.schedules import Cosine, LinearAngles, Straight

_DATA = ParametrisedShowers(n_showers=20_000)
_EVALUATION = Evaluation(n_generated=2500)

SHOWERS_LATENT = Experiment(
    name="Calorimeter showers through a latent space",
    data=_DATA,
    representation=Layers(),
    model=Latent(n_latent=16, n_qubits=4, n_layers=16, schedule=Cosine(n_steps=100)),
    training=Training(iterations=4000, batch_size=256, learning_rate=2e-2),
    evaluation=_EVALUATION,
)

SHOWERS_LATENT_NETWORK = Experiment(
    name="Calorimeter showers through a latent space: network",
    data=_DATA,
    representation=Layers(),
    model=LatentNetwork(n_latent=16, n_parameters=784, schedule=Cosine(n_steps=100)),
    training=SHOWERS_LATENT.training,
    evaluation=_EVALUATION,
)

SHOWERS_QUDDPM = Experiment(
    name="Calorimeter showers as 4-qubit states: QuDDPM",
    data=_DATA,
    representation=Layers(),
    model=QuDDPM(
        n_ancillas=3,
        n_layers=12,
        loss="map-energy",
        warm_start=True,
        conditioning="class-angle",
        schedule=LinearAngles(n_steps=6, start=0.1, end=3.5),
    ),
    training=Training(iterations=3600, batch_size=64, learning_rate=3e-2),
    evaluation=_EVALUATION,
)

SHOWERS_BITS = Experiment(
    name="Calorimeter showers as bits: QD3PM",
    data=_DATA,
    representation=Layers(),
    model=QD3PM(n_bits=6, n_layers=10, schedule=Cosine(n_steps=2)),
    training=Training(iterations=2000, batch_size=128, learning_rate=3e-2),
    evaluation=_EVALUATION,
)

SHOWERS_DDPM = Experiment(
    name="Calorimeter showers: matched MLP",
    data=_DATA,
    representation=Layers(),
    model=ClassicalDDPM(network="mlp", n_parameters=784, schedule=Cosine(n_steps=100)),
    training=Training(iterations=6000, batch_size=256, learning_rate=1e-2),
    evaluation=_EVALUATION,
)

SHOWERS_FLOW = Experiment(
    name="Calorimeter showers: rectified flow",
    data=_DATA,
    representation=Layers(),
    model=RectifiedFlow(network="mlp", n_parameters=20_000, schedule=Straight(n_steps=20)),
    training=Training(iterations=6000, batch_size=256, learning_rate=3e-3),
    evaluation=_EVALUATION,
)
