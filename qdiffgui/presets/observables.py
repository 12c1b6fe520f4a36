"""Four jet observables: the quantum denoiser and its classical twins."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser, RectifiedFlow
from qdiffgui.config.representation import Observables
from qdiffgui.config.schedule import Cosine, Straight
from qdiffgui.presets.shared import ALL_JETS

JETS_OBSERVABLES_QUANTUM = Experiment(
    name="Four jet observables: quantum denoiser",
    data=ALL_JETS,
    representation=Observables(),
    model=QuantumDenoiser(n_qubits=6, n_layers=8, schedule=Cosine(n_steps=40)),
    training=Training(iterations=4000, batch_size=512, learning_rate=2e-2),
)

JETS_OBSERVABLES_MLP = Experiment(
    name="Four jet observables: matched MLP",
    data=ALL_JETS,
    representation=Observables(),
    model=ClassicalDDPM(network="mlp", n_parameters=296, schedule=Cosine(n_steps=40)),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
)

JETS_OBSERVABLES_FLOW = Experiment(
    name="Four jet observables: rectified flow",
    data=ALL_JETS,
    representation=Observables(),
    model=RectifiedFlow(network="mlp", n_parameters=296, sampler="heun", schedule=Straight(n_steps=20)),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
)
