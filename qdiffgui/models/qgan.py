"""A generative adversarial network of two circuits, baseline of QuDDPM (arXiv:2310.05866, Fig. 3).

The generator maps a Haar-random state and ancillas in |0> to a state, and the ancillas are
measured. The discriminator acts on a state and a readout qubit in |0>; P(1) of that qubit is high
for states it takes to be true. The value of the game is

    V = E_true P(1) - E_generated P(1),

which the discriminator maximizes and the generator minimizes, in alternating blocks of optimizer
steps (a pair of blocks is a cycle). Both keep their parameters from cycle to cycle: the authors'
code draws new ones each time, so neither can learn from the other.

One measurement of one state is linear in its density matrix, so the best V is a trace distance of
mean density matrices: such a discriminator has the same limits as the MMD with kernel F. It cannot
distinguish a circle of states from Haar-random states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import discarded, kept, measured
from qdiffgui.circuits.formula import Formula
from qdiffgui.config import Training
from qdiffgui.config.models import QGAN as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import (
    Array,
    CircuitInfo,
    DiffusionModel,
    Generated,
    Step,
    below,
    rng_state,
    set_rng_state,
)
from qdiffgui.models.circuit_use import CircuitUse, state_readout, symbols
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.pure_states import (
    SLICE,
    amplitudes,
    check_width,
    circuit_info,
    draw,
    encode,
    load_ansatz,
    measurement_of,
    n_qubits_of,
    widened,
)


class QGAN(DiffusionModel):
    """Quantum generative adversarial network of a generator and a discriminator circuit.

    Every optimizer step trains one of the two circuits.

    Parameters
    ----------
    config : config.models.QGAN
        Settings of the model.
    spec : Spec
        Encoded data: "state" (2**n,) or "map" (height, width) of 2**n cells.
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If a map has no 2**n cells, the ansatz takes inputs, or there are more than 12 qubits.

    References
    ----------
    arXiv:2310.05866

    Examples
    --------
    >>> from qdiffgui.config.models import QGAN as Settings
    >>> QGAN.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "qgan"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        self.n_qubits = n_qubits_of(spec)
        self.n_ancillas = config.n_ancillas
        self.process = HaarNoise((1.0, 0.0))
        self.ansatz = load_ansatz(config, catalog.models[self.kind].label)
        width = check_width(self.n_qubits, self.n_ancillas)
        self.measurement = measurement_of(config, self.n_ancillas)
        self.programs = {
            "generator": self.ansatz.trace(width, config.n_layers),
            "discriminator": self.ansatz.trace(self.n_qubits + 1, config.n_discriminator_layers),
        }
        self.theta: dict[str, Tensor] = {}
        self.compiled: dict[str, engine.Circuit] = {}
        self.optimisers: dict[str, Optimiser] = {}
        for name, program in self.programs.items():
            self.theta[name] = torch.randn(
                program.n_weights, generator=self.generator
            ).requires_grad_()
            self.compiled[name] = engine.compile(
                program, backend=config.backend, threads=training.threads
            )
            total = sum(self._turn(i) == name for i in range(training.iterations))
            self.optimisers[name] = Optimiser(
                {"theta": self.theta[name]}, training.learning_rate, max(total, 1), training.decay
            )
        self.label = -1
        self._data = torch.empty(0)

    # ---- training

    def fit(self, train: Encoded) -> None:
        self._data = amplitudes(train.x, self.spec)
        present = set(np.asarray(train.label).tolist())
        self.label = present.pop() if len(present) == 1 else -1

    @property
    def cycle(self) -> int:
        return self.config.n_discriminator + self.config.n_generator

    def _turn(self, i: int) -> str:
        """The circuit that optimizer step i trains."""
        return "discriminator" if i % self.cycle < self.config.n_discriminator else "generator"

    def _before(self, i: int) -> int:
        """Number of optimizer steps before step i that trained the same circuit."""
        cycle, place = divmod(i, self.cycle)
        if self._turn(i) == "discriminator":
            return cycle * self.config.n_discriminator + place
        return cycle * self.config.n_generator + place - self.config.n_discriminator

    def step(self, i: int) -> Step:
        """Train one of the circuits. The loss is V, or -V for the discriminator."""
        turn, size = self._turn(i), self.training.batch_size
        noise = self.process.noise(size, self.n_qubits, self.generator)
        value = self._truth(
            draw(self._data, size, self.generator)
        ).mean() - self._truth_of_generated(noise)
        sign = 1 if turn == "generator" else -1
        return Step(*self.optimisers[turn].step(self._before(i), sign * value), phase=turn)

    def _truth(self, psi: Tensor) -> Tensor:
        """(B,) P(1) of the discriminator's readout for states psi (B, d)."""
        word = "I" * self.n_qubits + "Z"
        z: Tensor = self.compiled["discriminator"].expval(
            [word], self.theta["discriminator"], psi=widened(psi, 1)
        )[:, 0]
        return (1 - z) / 2

    def _truth_of_generated(self, noise: Tensor) -> Tensor:
        """Mean of P(1) over generated states: all branches with their weights, or one drawn branch
        per sample.
        """
        out = self.compiled["generator"].state(
            self.theta["generator"], psi=widened(noise, self.n_ancillas)
        )
        if self.measurement == "sample":
            return self._truth(
                engine.ancillas(out, self.n_qubits, self.n_ancillas, "sample", self.generator)[0]
            ).mean()
        psi, weight = engine.ancillas(out, self.n_qubits, self.n_ancillas, "enumerate")
        return (self._truth(psi.flatten(0, 1)) * weight.flatten()).sum() / len(noise)

    def state(self) -> dict[str, Array]:
        state = {"random": rng_state(self.generator)}  # "generator" is one of the two circuits
        for name, optimiser in self.optimisers.items():
            state |= {f"{name}/{key}": array for key, array in optimiser.state().items()}
        return state

    def load_state(self, state: Mapping[str, Array]) -> None:
        set_rng_state(self.generator, state["random"])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state(below(state, name))

    # ---- use

    @property
    def n_parameters(self) -> int:
        """Number of trainable parameters of both circuits."""
        return sum(theta.numel() for theta in self.theta.values())

    def weights(self) -> dict[str, Array]:
        own = {name: theta.detach().numpy().copy() for name, theta in self.theta.items()}
        return own | {"label": np.array(self.label)}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            for name, theta in self.theta.items():
                theta.copy_(torch.from_numpy(np.array(weights[name], dtype=np.float32)))
        self.label = int(weights["label"])

    @torch.no_grad()
    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        """See ``DiffusionModel.sample``. Raises ``ConfigError`` for a class unless it is the only
        one of the training data.
        """
        if label is not None and label != self.label:
            raise ConfigError(
                "QGAN cannot generate a single class: train it on that class alone (data.classes)."
            )
        generator = torch.Generator().manual_seed(seed)
        parts = [self._generate(min(SLICE, n - k), generator) for k in range(0, n, SLICE)]
        frames = encode(torch.cat(parts, 1), self.spec)
        labels = np.full(n, self.label, np.int8)
        return Generated(
            frames[-1], labels, frames if trajectory else None, (1, 0) if trajectory else ()
        )

    def _generate(self, n: int, generator: torch.Generator) -> Tensor:
        """(2, n, 2**n_qubits): noise, and the generated states."""
        noise = self.process.noise(n, self.n_qubits, generator)
        out = self.compiled["generator"].state(
            self.theta["generator"], psi=widened(noise, self.n_ancillas)
        )
        return torch.stack(
            [noise, engine.ancillas(out, self.n_qubits, self.n_ancillas, "sample", generator)[0]]
        )

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        """A GAN has no forward process: the data, and the noise that the generator starts from."""
        path = self.process.path(amplitudes(x, self.spec), torch.Generator().manual_seed(seed))
        return encode(path, self.spec), (0, 1)

    def circuits(self) -> list[CircuitInfo]:
        data = f"Wires 0 to {self.n_qubits - 1} start in "
        generator = (f"{data}a Haar-random state; their final state is the sample.",)
        discriminator = (
            f"{data}a true or generated state; P(1) of the measured wire is high for a state that "
            "counts as true.",
        )
        made = (
            *kept(self.n_qubits, "sample", "The state is the sample."),
            *discarded(
                range(self.n_qubits, self.programs["generator"].n_qubits),
                about="Measured: the outcome decides which state is left on the other wires.",
            ),
        )
        last = self.programs["discriminator"].n_qubits - 1
        scored = (
            *discarded(range(last), traced=True, about="Not measured."),
            *measured(
                [last],
                "P(1)",
                "loss",
                "P(1) is high for a state that counts as true; the loss compares it.",
            ),
        )
        layers = self.config.n_discriminator_layers
        known = {
            "generator": (self.config.n_layers, self.n_ancillas, generator, made),
            "discriminator": (layers, 1, discriminator, scored),
        }
        return [
            circuit_info(
                name,
                self.ansatz,
                self.programs[name],
                self.theta[name].detach().numpy().copy(),
                *rest,
            )
            for name, rest in known.items()
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """Generator and discriminator, both read out as one expectation value in training."""
        outcomes = "2**a" if self.measurement == "enumerate" else "1"
        common: dict[str, Any] = {
            "settings_per_step": Formula("1"),
            "readout_per_step": readout.EXPECTATION,
            "preparation": readout.COMPLEX,
            "symbols": symbols(self, D=self.config.n_discriminator_layers),
        }
        generator = CircuitUse(
            states_per_step=Formula("B"),
            runs_per_sample=Formula("1"),
            readout_per_sample=state_readout(self.spec.kind == "map"),
            cost=ansatz_cost(self.config.ansatz, "n + a"),
            **common,
        )
        discriminator = CircuitUse(
            states_per_step=Formula(f"B + B*{outcomes}"),
            runs_per_sample=Formula("0"),
            readout_per_sample=readout.EXPECTATION,
            cost=ansatz_cost(self.config.ansatz, "n + 1", "D"),
            **common,
        )
        return [generator, discriminator]

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_ancillas": self.n_ancillas,
            "n_layers": self.config.n_layers,
            "n_discriminator_layers": self.config.n_discriminator_layers,
            "ansatz": self.ansatz.label,
            "measurement": self.measurement,
            "start": self.process.start,
            **cost(self.programs["generator"]).facts(),
        }
