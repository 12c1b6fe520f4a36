"""QuDDPM: generate ensembles of pure states with measured circuits alone (arXiv:2310.05866).

Forward, random circuits scramble x_0 into x_t (``diffusion.scrambling``), or x_0 is mixed with Haar states (``diffusion.haar``).
Backward, one circuit a diffusion step: U_t(θ_t) on the n data qubits and n_a ancillas in |0>; the ancillas are measured, the branch
kept. Sampling starts from the noise of the process. Training is greedy: θ_{T-1} first, each later one on inputs pushed through the
frozen circuits before it, against a batch of x_t.

With ``conditioning="label-qubit"`` one more qubit enters every circuit in RX(2πk/K)|0> of class k of K, between data and ancillas, and is
measured with them. With "class-angle" no qubit is added: class c runs the same circuits at the angles θ_t + Σ_j f_j(c) φ_tj, with
f = ±1 for two classes and one-hot for more, θ and φ trained together. Each class has its own batch; the loss is the mean over classes.

Jet maps are learned as states of amplitude √(pT fraction); the generated map is |psi|², phases are not read.
Reading a whole map out of one trajectory needs many copies of the same conditional state: free in simulation, not on hardware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits.cost import cost
from qdiffgui.config import Training
from qdiffgui.config.models import QuDDPM as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.states import StateProcess, state_process
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import Array, CircuitInfo, Generated, Step
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.ensemble_losses import Read, ensemble_loss
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
from qdiffgui.models.stepwise import Stepwise

READING = "Reading a whole map out of one trajectory needs many copies of the same conditional state: free in simulation, not on hardware."
POOL = 4096


class QuDDPM(Stepwise):
    """See the module. ``spec`` is ``state`` (2**n,) or ``map`` (height, width) with height·width = 2**n.

    While training goes on, ``sample`` runs the trained circuits only, and so shows x_t of the step now trained.

    Raises ``ConfigError`` for a map whose cells are no power of two, fewer iterations than diffusion steps, or more than 12 qubits.
    """

    kind: ClassVar[str] = "quddpm"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        self.n_qubits = n_qubits_of(spec)
        if config.loss == "map-energy" and spec.kind != "map":
            raise ConfigError("The loss 'map-energy' compares maps, and the data are states: choose wasserstein or energy.")
        self.n_ancillas = config.n_ancillas
        self.labels = Labels(spec.classes)
        self.conditional = config.conditional and self.labels.conditional
        self.n_groups = len(self.labels.known) if self.conditional else 1
        self.process = self._process()
        self.n_diffusion_steps = self.process.n_steps
        if training.iterations < self.n_diffusion_steps:
            raise ConfigError(
                f"QuDDPM trains {self.n_diffusion_steps} circuits one after the other, and {training.iterations} iterations are "
                f"fewer than one for each: raise training.iterations to {100 * self.n_diffusion_steps} or so."
            )
        self.ansatz = load_ansatz(config, catalog.models[self.kind].label)
        self.by_angle = self.conditional and config.conditioning == "class-angle"
        self.by_qubit = self.conditional and not self.by_angle
        self.n_measured = self.n_ancillas + self.by_qubit
        width = check_width(self.n_qubits, self.n_measured)
        self.program = self.ansatz.trace(width, config.n_layers)
        self.circuit = engine.compile(self.program, backend=config.backend, threads=training.threads)
        self.measurement = measurement_of(config, self.n_measured)
        self.read: Read = "probabilities" if spec.kind == "map" else "states"
        parts = 1 + self.labels.n_features if self.by_angle else 1  # of a row: θ_t, then φ_t of each feature of the class
        self._untrained(torch.randn(self.n_diffusion_steps, parts * self.program.n_weights, generator=self.generator))
        self.label = -1
        self._data: list[Tensor] = []

    def _process(self) -> StateProcess:
        """The forward process, whose steps the circuits undo one by one."""
        return state_process(self.config.schedule)

    def _rate(self, k: int) -> float:
        """The learning rate that the k-th circuit in order of training starts with."""
        share: float = self.config.last_rate ** (k / max(self.n_diffusion_steps - 1, 1))
        return self.training.learning_rate * share

    # ---- training

    def fit(self, train: Encoded) -> None:
        label = np.asarray(train.label)
        self.labels.fit(label)
        present = set(label.tolist())
        self.label = present.pop() if len(present) == 1 else -1
        rows = [label == known for known in self.labels.known] if self.conditional else [slice(None)]
        groups = [train.x[row] for row in rows]
        if not all(len(x) for x in groups):
            raise ConfigError("Conditioning needs training samples of every class: switch the conditioning off, or learn both.")
        self._data = [amplitudes(x, self.spec) for x in groups]

    def step(self, i: int) -> Step:
        t, j = self._at(i)
        size = max(self.training.batch_size // self.n_groups, 2)
        psi = torch.cat([draw(pool, size, self.generator) for pool in self._inputs])
        branches = torch.split(self._branches(psi, self._group_labels(size)), size)
        targets = [draw(pool, size, self.generator) for pool in self._targets]
        loss = torch.stack([self._loss(b, target) for b, target in zip(branches, targets)]).mean()
        return Step(*self._learn(t, j, loss))

    def _loss(self, branches: Tensor, target: Tensor) -> Tensor:
        return ensemble_loss(
            branches,
            target,
            self.config.loss,
            exact=self.measurement == "enumerate",
            read=self.read,
            power=self.config.kernel_power,
        )

    def _begin(self, t: int) -> None:
        """Go on to diffusion step t: new inputs through the circuit just frozen, new targets x_t, a new optimiser."""
        n = max(POOL, self.training.batch_size)
        if t == self.n_diffusion_steps - 1:
            inputs = self.process.noise(self.n_groups * n, self.n_qubits, self.generator)
        else:
            inputs = self._push(self._inputs.flatten(0, 1), t + 1, self._group_labels(n), self.generator)
        self._inputs = inputs.reshape(self.n_groups, n, -1)
        self._targets = torch.stack([self.process.at(draw(data, n, self.generator), t, self.generator) for data in self._data])
        if t < self.n_diffusion_steps - 1 and self.config.warm_start:
            self.theta[t] = self.theta[t + 1]
        self.reached = t
        self._start(t)

    def _branches(self, psi: Tensor, label: Array) -> Tensor:
        """(B, K, 2**n) unnormalised branches of the circuit in training: all 2**n_a, or the one that was drawn."""
        out = self._run(self._weights, psi, label)
        branches = out.reshape(len(psi), psi.shape[1], -1).transpose(1, 2)
        if self.measurement == "enumerate":
            return branches
        probability = branches.detach().abs().square().sum(2)
        drawn = torch.multinomial(probability, 1, generator=self.generator)
        return branches[torch.arange(len(psi)), drawn[:, 0]][:, None]

    def _run(self, weights: Tensor, psi: Tensor, label: Array) -> Tensor:
        """(B, 2**width) what the circuit of these weights makes of states psi (B, 2**n) of labels (B,), before the measurement."""
        wide = self._widened(psi, self._label_states(label))
        if not self.by_angle:
            state: Tensor = self.circuit.state(weights, psi=wide)
            return state
        present = [known for known in self.labels.known if (label == known).any()]
        states = [
            self.circuit.state(self._angles(weights, known), psi=wide[torch.from_numpy(label == known)]) for known in present
        ]
        place = np.argsort(np.argsort(label, kind="stable"))  # classes come in the order of their labels
        return torch.cat(states)[torch.from_numpy(place)]

    def _angles(self, weights: Tensor, label: int) -> Tensor:
        """The circuit's angles (..., n_weights) for a class, of rows (..., parts * n_weights) of ``theta``."""
        if not self.by_angle:
            return weights
        parts = weights.reshape(*weights.shape[:-1], -1, self.program.n_weights)
        feature = self.labels.features(np.array([label]))[0]
        turned: Tensor = parts[..., 0, :] + (feature[:, None] * parts[..., 1:, :]).sum(-2)
        return turned

    def _widened(self, psi: Tensor, label_states: Tensor) -> Tensor:
        """psi ⊗ label ⊗ |0...0>; label_states (B, 2), or (B, 1) of ones where there is no label qubit."""
        return widened((psi[:, :, None] * label_states[:, None, :]).flatten(1), self.n_ancillas)

    def _label_states(self, label: Array) -> Tensor:
        """The label qubit of labels (n,): (n, 2), or (n, 1) of ones without one."""
        return self.labels.qubit(label) if self.by_qubit else torch.ones(len(label), 1, dtype=torch.complex64)

    def _group_labels(self, size: int) -> Array:
        """(n_groups * size,) labels of a batch, class by class."""
        known = self.labels.known if self.conditional else np.array([self.label], np.int8)
        return np.repeat(known, size)

    @torch.no_grad()
    def _push(self, psi: Tensor, t: int, label: Array, generator: torch.Generator) -> Tensor:
        """Denoise once: the circuit of diffusion step t, ancillas measured."""
        out = self._run(self.theta[t], psi, label)
        kept: Tensor = engine.ancillas(out, self.n_qubits, self.n_measured, "sample", generator)[0]
        return kept

    # ---- use

    def weights(self) -> dict[str, Array]:
        own = {"theta": self.theta.numpy().copy(), "reached": np.array(self.reached), "label": np.array(self.label)}
        return own | ({"mix": self.labels.mix.copy()} if self.conditional else {})

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        self.theta = torch.from_numpy(np.array(weights["theta"], dtype=np.float32))
        self.reached, self.label = int(weights["reached"]), int(weights["label"])
        if self.conditional:
            self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    def sample(self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False) -> Generated:
        """As the contract; without conditioning, raises ``ConfigError`` for a class other than the only one it was trained on."""
        generator = torch.Generator().manual_seed(seed)
        if self.conditional:
            labels = self.labels.drawn(n, label, generator)
        elif label is None or label == self.label:
            labels = np.full(n, self.label, np.int8)
        else:
            raise ConfigError(
                f"This {self.kind} model cannot be asked for a class: tell it the class (model.conditioning), or train it on that "
                "class alone (data.classes)."
            )
        parts = [self._denoise(labels[k : k + SLICE], generator, trajectory) for k in range(0, n, SLICE)]
        frames = encode(torch.cat(parts, 1), self.spec)
        times = tuple(range(self.n_diffusion_steps, self.reached - 1, -1))
        return Generated(frames[-1], labels, frames if trajectory else None, times if trajectory else ())

    def _denoise(self, label: Array, generator: torch.Generator, every: bool) -> Tensor:
        """(frames, n, 2**n_qubits) from noise to samples of labels (n,); the last frame only unless ``every``."""
        frames = [self.process.noise(len(label), self.n_qubits, generator)]
        for t in range(self.n_diffusion_steps - 1, self.reached - 1, -1):
            frames.append(self._push(frames[-1], t, label, generator))
            if not every:
                del frames[0]
        return torch.stack(frames)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        generator = torch.Generator().manual_seed(seed)
        path = self.process.path(amplitudes(x, self.spec), generator)
        return encode(path, self.spec), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        """The circuit of a diffusion step, with the angles of the step trained last; ``series`` has those of all. One a class where
        classes differ in their angles."""
        now = min(self.reached, self.n_diffusion_steps - 1)
        shown = [(f"denoising circuit, {name}", label) for label, name in self.labels.classes.items()]
        found = []
        for name, label in shown if self.by_angle else [("denoising circuit", self.label)]:
            series = self._angles(self.theta, label).numpy().copy()
            info = circuit_info(
                name, self.ansatz, self.program, series[now], self.config.n_layers, self.n_measured, self._about()
            )
            found.append(replace(info, repeated=self.n_diffusion_steps, series=series[::-1].copy()))
        return found

    def _about(self) -> tuple[str, ...]:
        said = [f"Wires 0 to {self.n_qubits - 1} start in the noise: {self.process.start}."]
        if self.n_measured > self.n_ancillas:
            said.append(
                f"Wire {self.n_qubits} starts each step in RX(2 pi k / K)|0> for class k of K, after the reset; the others in |0>."
            )
        said.append("Steps come in the order of sampling; the state of the data wires after the last is the sample.")
        return (*said, "A map is read as the probabilities of that state.") if self.spec.kind == "map" else tuple(said)

    def facts(self) -> dict[str, Any]:
        facts = {
            "n_parameters": self.n_parameters, "n_qubits": self.n_qubits, "n_ancillas": self.n_ancillas,
            "n_steps": self.n_diffusion_steps, "n_layers": self.config.n_layers, "ansatz": self.ansatz.label,
            "loss": self.config.loss, "measurement": self.measurement, "start": self.process.start,
            "conditional": self.conditional,
            **cost(self.program).facts(),
        }  # fmt: skip
        return {**facts, "reading": READING} if self.spec.kind == "map" else facts
