"""QuDDPM: ensembles of states, and jet maps as states."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import Circle, Cluster, CorrelatedNoise, IsingGroundStates, QuarkGluonJets
from qdiffgui.config.models import QDT, QGAN, QuDDPM
from qdiffgui.config.representation import LogPolar, Radial, State
from qdiffgui.config.schedules import LinearAngles, PiecewiseAngles, QuadraticAngles
from qdiffgui.presets.shared import STATES

QUDDPM_CLUSTER_1Q = Experiment(
    name="QuDDPM on a cluster of states",
    data=Cluster(n_qubits=1, epsilon=0.08, n_states=1000),
    representation=State(),
    model=QuDDPM(
        n_ancillas=1,
        n_layers=4,
        schedule=LinearAngles(n_steps=20, start=1.0, end=4.0),
        warm_start=True,
        last_rate=0.03,
    ),
    training=Training(iterations=1800, batch_size=64, learning_rate=5e-2),
    evaluation=STATES,
)

QUDDPM_CLUSTER_2Q = Experiment(
    name="QuDDPM on a cluster of two-qubit states",
    data=Cluster(n_qubits=2, epsilon=0.06, n_states=1000),
    representation=State(),
    model=QuDDPM(
        n_ancillas=1,
        n_layers=6,
        schedule=LinearAngles(n_steps=20, start=0.5, end=4.0),
        warm_start=True,
        last_rate=0.03,
    ),
    training=Training(iterations=3000, batch_size=64, learning_rate=5e-2),
    evaluation=STATES,
)

QDT_CLUSTER_2Q = Experiment(
    name="Direct transport on the same states",
    data=QUDDPM_CLUSTER_2Q.data,
    representation=State(),
    model=QDT(n_ancillas=1, n_layers=120, loss="wasserstein"),
    training=Training(iterations=2000, batch_size=64, learning_rate=3e-2),
    evaluation=STATES,
)

QGAN_CLUSTER_2Q = Experiment(
    name="A quantum GAN on the same states",
    data=QUDDPM_CLUSTER_2Q.data,
    representation=State(),
    model=QGAN(n_ancillas=1, n_layers=60, n_discriminator_layers=60),
    training=Training(iterations=3000, batch_size=64, learning_rate=1e-2),
    evaluation=STATES,
)

QUDDPM_CIRCLE = Experiment(
    name="QuDDPM on a circle of states",
    data=Circle(n_states=5000),
    representation=State(),
    model=QuDDPM(
        n_ancillas=2,
        n_layers=6,
        loss="wasserstein",
        schedule=QuadraticAngles(n_steps=40, scale=1e-3),
        warm_start=True,
        last_rate=0.03,
    ),
    training=Training(iterations=4000, batch_size=64, learning_rate=5e-2),
    evaluation=STATES,
)

QUDDPM_NOISE = Experiment(
    name="QuDDPM learns correlated noise",
    data=CorrelatedNoise(n_states=5000),
    representation=State(),
    model=QuDDPM(
        n_ancillas=2, n_layers=6, schedule=PiecewiseAngles(), warm_start=True, last_rate=0.2
    ),
    training=Training(iterations=4000, batch_size=64, learning_rate=5e-2),
    evaluation=STATES,
)

QUDDPM_TFIM = Experiment(
    name="QuDDPM on Ising ground states",
    data=IsingGroundStates(n_states=5000),
    representation=State(),
    model=QuDDPM(
        n_ancillas=2,
        n_layers=12,
        schedule=LinearAngles(n_steps=30, start=0.1, end=2.0),
        warm_start=True,
        last_rate=0.03,
    ),
    training=Training(iterations=3000, batch_size=64, learning_rate=5e-2),
    evaluation=STATES,
)

LESSON_MMD_BLIND = Experiment(
    name="Lesson: what MMD cannot see",
    data=QUDDPM_CIRCLE.data,
    representation=State(),
    model=QUDDPM_CIRCLE.model.model_copy(update={"loss": "mmd"}),
    training=QUDDPM_CIRCLE.training,
    evaluation=STATES,
)

JETS_RADIAL_QUDDPM = Experiment(
    name="Radial profiles on 4 qubits: QuDDPM",
    data=QuarkGluonJets(classes="gluon", n_jets=25000),
    representation=Radial(n_bins=16),
    model=QuDDPM(
        n_ancillas=2,
        n_layers=12,
        loss="map-energy",
        warm_start=True,
        schedule=LinearAngles(n_steps=3, start=0.1, end=1.2),
        start_states="gaussian",
        occupancy="born-machine",
    ),
    training=Training(iterations=2480, batch_size=128, learning_rate=3e-2),
)

JETS_RADIAL_QUDDPM_HAAR = Experiment(
    name="Radial profiles on 4 qubits: QuDDPM from Haar states",
    data=QuarkGluonJets(classes="gluon", n_jets=25000),
    representation=Radial(n_bins=16),
    model=QuDDPM(
        n_ancillas=3,
        n_layers=12,
        loss="map-energy",
        warm_start=True,
        schedule=LinearAngles(n_steps=6, start=0.1, end=3.5),
    ),
    training=Training(iterations=7200, batch_size=64, learning_rate=3e-2),
)

JETS_LOGPOLAR_4Q = Experiment(
    name="Jet maps on 4 qubits: QuDDPM",
    data=QuarkGluonJets(classes="gluon", n_jets=16000),
    representation=LogPolar(n_r=4, n_phi=4),
    model=QuDDPM(
        n_ancillas=3,
        n_layers=12,
        loss="map-energy",
        warm_start=True,
        schedule=LinearAngles(n_steps=6, start=0.1, end=3.5),
    ),
    training=Training(iterations=3600, batch_size=64, learning_rate=3e-2),
    evaluation=Evaluation(n_generated=3000),
)
