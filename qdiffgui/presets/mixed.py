"""Mixed states: MSQuDDPM on ensembles; QGDM on one density matrix and on an ensemble, which it
cannot learn.
"""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import Circle, Cluster, RandomDensity
from qdiffgui.config.models import QGDM, MSQuDDPM
from qdiffgui.config.representation import Density
from qdiffgui.config.schedules import DepolarizingCosine
from qdiffgui.presets.shared import STATES

MSQUDDPM_CLUSTER = Experiment(
    name="MSQuDDPM on a cluster of states",
    data=Cluster(n_qubits=1, epsilon=0.08, n_states=1000),
    representation=Density(),
    model=MSQuDDPM(
        n_ancillas=2,
        n_layers=4,
        loss="wasserstein",
        schedule=DepolarizingCosine(n_steps=6, exponent=1),
    ),
    training=Training(iterations=1200, batch_size=100, learning_rate=5e-2),
    evaluation=STATES,
)

MSQUDDPM_CIRCLE = Experiment(
    name="MSQuDDPM on a circle of states",
    data=Circle(n_states=1000),
    representation=Density(),
    model=MSQuDDPM(
        n_ancillas=2,
        n_layers=8,
        loss="wasserstein",
        schedule=DepolarizingCosine(n_steps=6, exponent=2),
    ),
    training=Training(iterations=1800, batch_size=200, learning_rate=5e-2),
    evaluation=STATES,
)

_COPIES = Evaluation(n_generated=100, test_fraction=0.5)

QGDM_MIXED = Experiment(
    name="QGDM prepares a mixed state",
    data=RandomDensity(n_qubits=3, rank=2),
    representation=Density(),
    # with four steps, one of three seeds stops at F = 0.86 for a target of four pure qubits
    model=QGDM(form="full", n_layers=10, schedule=DepolarizingCosine(n_steps=3)),
    training=Training(iterations=1500, batch_size=3, learning_rate=5e-2),
    evaluation=_COPIES,
)

QGDM_RESOURCE_EFFICIENT = Experiment(
    name="QGDM with one extra qubit",
    data=RandomDensity(n_qubits=3, rank=1),
    representation=Density(),
    model=QGDM(
        form="resource-efficient",
        inputs="chain",
        n_layers=16,
        schedule=DepolarizingCosine(n_steps=4),
    ),
    training=Training(iterations=1000, batch_size=4, learning_rate=5e-2),
    evaluation=_COPIES,
)

QGDM_ENSEMBLE = Experiment(
    name="QGDM learns the mean of an ensemble",
    data=Cluster(n_qubits=1, epsilon=0.3, n_states=1000),
    representation=Density(),
    model=QGDM(form="full", n_layers=10, schedule=DepolarizingCosine(n_steps=4)),
    training=Training(iterations=800, batch_size=4, learning_rate=5e-2),
    evaluation=STATES,
)
