"""Points in a plane, drawn or of a shape: a circuit, its classical twin, and QuDDPM on states. Each
trains in a few CPU seconds.
"""

from __future__ import annotations

from typing import Any

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser, QuDDPM
from qdiffgui.config.points import PlanePoints
from qdiffgui.config.representation import Bloch, Plane
from qdiffgui.config.schedules import QuadraticAngles, Trigonometric

_RECIPE: dict[str, Any] = {
    "prediction": "velocity",
    "envelope": True,
    "sampler": "heun",
    "schedule": Trigonometric(n_steps=20),
}
_TRAINING = Training(iterations=2500, batch_size=256, learning_rate=3e-2, preview_seconds=1)
_HALF = Evaluation(n_generated=500, test_fraction=0.5)

POINTS_CIRCUIT = Experiment(
    name="Points: quantum circuit",
    data=PlanePoints(),
    representation=Plane(),
    model=QuantumDenoiser(n_qubits=4, n_layers=8, uploads="mixed", readout="all", **_RECIPE),
    training=_TRAINING,
    evaluation=_HALF,
)

POINTS_NETWORK = Experiment(
    name="Points: matched MLP",
    data=PlanePoints(),
    representation=Plane(),
    model=ClassicalDDPM(network="mlp", n_parameters=242, **_RECIPE),
    training=_TRAINING,
    evaluation=_HALF,
)

POINTS_QUDDPM = Experiment(
    name="Points: QuDDPM on one-qubit states",
    data=PlanePoints(),
    representation=Bloch(),
    model=QuDDPM(
        n_ancillas=3,
        n_layers=6,
        loss="wasserstein",
        schedule=QuadraticAngles(n_steps=12, scale=0.011),
        warm_start=True,
        last_rate=0.03,
    ),
    training=Training(iterations=1800, batch_size=64, learning_rate=5e-2, preview_seconds=1),
    evaluation=_HALF,
)
