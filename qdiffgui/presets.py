"""Ready-made experiments, each of which shows a result in well under a minute on two cores. Keys are in ``catalog.presets``."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import Circle, Cluster, QuarkGluonJets
from qdiffgui.config.models import ClassicalDDPM, QDense, QuantumDenoiser, QuDDPM
from qdiffgui.config.representation import Image, LogPolar, Observables, State
from qdiffgui.config.schedule import Blend, Cosine, LinearAngles, QuadraticAngles

_ALL_JETS = QuarkGluonJets(classes="both", n_jets=50000)
_SOME_JETS = QuarkGluonJets(classes="both", n_jets=32000)
_STATES = Evaluation(n_generated=1000, test_fraction=0.5)

QUDDPM_CLUSTER_1Q = Experiment(
    name="QuDDPM on a cluster of states",
    data=Cluster(n_qubits=1, epsilon=0.08, n_states=1000),
    representation=State(),
    model=QuDDPM(n_ancillas=1, n_layers=4, loss="wasserstein", schedule=LinearAngles(n_steps=20, start=1.0, end=4.0)),
    training=Training(iterations=3000, batch_size=64, learning_rate=5e-2),
    evaluation=_STATES,
)

QUDDPM_CLUSTER_2Q = Experiment(
    name="QuDDPM on a cluster of two-qubit states",
    data=Cluster(n_qubits=2, epsilon=0.06, n_states=1000),
    representation=State(),
    model=QuDDPM(n_ancillas=1, n_layers=6, loss="wasserstein", schedule=LinearAngles(n_steps=20, start=0.5, end=4.0)),
    training=Training(iterations=3000, batch_size=64, learning_rate=3e-2),
    evaluation=_STATES,
)

QUDDPM_CIRCLE = Experiment(
    name="QuDDPM on a circle of states",
    data=Circle(n_states=5000),
    representation=State(),
    model=QuDDPM(n_ancillas=2, n_layers=6, loss="wasserstein", schedule=QuadraticAngles(n_steps=40, scale=1e-3)),
    training=Training(iterations=4000, batch_size=64, learning_rate=5e-2),
    evaluation=_STATES,
)

JETS_OBSERVABLES_QUANTUM = Experiment(
    name="Four jet observables: quantum denoiser",
    data=_ALL_JETS,
    representation=Observables(),
    model=QuantumDenoiser(n_qubits=6, n_layers=8, schedule=Cosine(n_steps=40)),
    training=Training(iterations=4000, batch_size=512, learning_rate=2e-2),
)

JETS_OBSERVABLES_MLP = Experiment(
    name="Four jet observables: matched MLP",
    data=_ALL_JETS,
    representation=Observables(),
    model=ClassicalDDPM(network="mlp", n_parameters=296, schedule=Cosine(n_steps=40)),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
)

JETS_LOGPOLAR_4Q = Experiment(
    name="Jet maps on 4 qubits: QuDDPM",
    data=QuarkGluonJets(classes="gluon", n_jets=16000),
    representation=LogPolar(n_r=4, n_phi=4),
    model=QuDDPM(n_ancillas=2, n_layers=12, loss="energy", schedule=LinearAngles(n_steps=4, start=0.5, end=4.0)),
    training=Training(iterations=3000, batch_size=100, learning_rate=5e-2),
    evaluation=Evaluation(n_generated=3000),
)

JETS_IMAGES_Q_DENSE = Experiment(
    name="Jet images: Q-Dense",
    data=_SOME_JETS,
    representation=Image(size=8),
    model=QDense(n_layers=47, encoding="amplitude", schedule=Blend(n_steps=5)),
    training=Training(iterations=1500, batch_size=64, learning_rate=3e-2),
)

JETS_IMAGES_DDPM = Experiment(
    name="Jet images: matched DDPM",
    data=_SOME_JETS,
    representation=Image(size=8),
    model=ClassicalDDPM(network="mlp", n_parameters=987, schedule=Cosine(n_steps=40)),
    training=Training(iterations=4000, batch_size=128, learning_rate=1e-2),
)
