"""Four and eight jet observables: the quantum denoiser and its classical twins.

The presets start from a Gaussian copula of each class, so a model only learns what the copula
leaves out. Those called plain start from standardized numbers; their denoisers predict the noise.
"""

from __future__ import annotations

from typing import Any

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser, RectifiedFlow
from qdiffgui.config.representation import Observables
from qdiffgui.config.schedules import Cosine, Straight, Trigonometric
from qdiffgui.presets.shared import ALL_JETS

RECIPE: dict[str, Any] = {
    "start": "copula",
    "prediction": "velocity",
    "envelope": True,
    "targets": "posterior-mean",
    "sampler": "heun",
    "schedule": Trigonometric(n_steps=20),
}
"""Settings of Gaussian diffusion that the circuit and its classical twins share."""
RECIPE_TRAINING = Training(iterations=2500, batch_size=1024, learning_rate=3e-2)
ALL_HELD_OUT = Evaluation(n_generated=6250)

JETS_OBSERVABLES_QUANTUM = Experiment(
    name="Four jet observables: quantum denoiser",
    data=ALL_JETS,
    representation=Observables(),
    model=QuantumDenoiser(n_qubits=4, n_layers=8, uploads="mixed", **RECIPE),
    training=RECIPE_TRAINING,
    evaluation=ALL_HELD_OUT,
)

JETS_OBSERVABLES_MLP = Experiment(
    name="Four jet observables: matched MLP",
    data=ALL_JETS,
    representation=Observables(),
    model=ClassicalDDPM(network="mlp", n_parameters=296, **RECIPE),
    training=RECIPE_TRAINING,
    evaluation=ALL_HELD_OUT,
)

JETS_OBSERVABLES_FLOW = Experiment(
    name="Four jet observables: rectified flow",
    data=ALL_JETS,
    representation=Observables(),
    model=RectifiedFlow(
        network="mlp",
        n_parameters=296,
        start="copula",
        sampler="heun",
        schedule=Straight(n_steps=20),
    ),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
    evaluation=ALL_HELD_OUT,
)

JETS_OBSERVABLES_QUANTUM_PLAIN = Experiment(
    name="Four jet observables: plain quantum denoiser",
    data=ALL_JETS,
    representation=Observables(),
    model=QuantumDenoiser(n_qubits=6, n_layers=8, schedule=Cosine(n_steps=40)),
    training=Training(iterations=4000, batch_size=512, learning_rate=2e-2),
)

JETS_OBSERVABLES_MLP_PLAIN = Experiment(
    name="Four jet observables: plain matched MLP",
    data=ALL_JETS,
    representation=Observables(),
    model=ClassicalDDPM(network="mlp", n_parameters=296, schedule=Cosine(n_steps=40)),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
)

JETS_OBSERVABLES_FLOW_PLAIN = Experiment(
    name="Four jet observables: plain rectified flow",
    data=ALL_JETS,
    representation=Observables(),
    model=RectifiedFlow(
        network="mlp", n_parameters=296, sampler="heun", schedule=Straight(n_steps=20)
    ),
    training=Training(iterations=6000, batch_size=512, learning_rate=2e-2),
)

_EIGHT = Observables(
    names=("mass", "multiplicity", "ptd", "width", "lha", "c2", "d2", "tau21"),
)

JETS_OBSERVABLES_8_QUANTUM = Experiment(
    name="Eight jet observables: quantum denoiser",
    data=ALL_JETS,
    representation=_EIGHT,
    model=QuantumDenoiser(n_qubits=8, n_layers=6, uploads="mixed", **RECIPE),
    training=RECIPE_TRAINING,
    evaluation=ALL_HELD_OUT,
)

JETS_OBSERVABLES_8_MLP = Experiment(
    name="Eight jet observables: matched MLP",
    data=ALL_JETS,
    representation=_EIGHT,
    model=ClassicalDDPM(network="mlp", n_parameters=640, **RECIPE),
    training=RECIPE_TRAINING,
    evaluation=ALL_HELD_OUT,
)
