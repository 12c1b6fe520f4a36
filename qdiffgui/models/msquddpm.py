"""MSQuDDPM: generate ensembles of mixed states with measured circuits alone (arXiv:2411.17608).

Forward, a noise channel turns ρ_0 into ρ_t (``diffusion.channels``); depolarizing noise ends at I/d
for any ρ_0, without a scrambling circuit. Backward, there is one circuit per diffusion step on the
n data qubits and n_a ancillas; the ancillas are measured and the branch is kept. The only
randomness of a sample is in the outcomes (and in the ancillas, if they start Haar-random). Training
is greedy as in QuDDPM, with the superfidelity in the distance.

With ``prediction="rho0"`` the circuit of each step is trained toward the clean data, and the
channel adds noise to its output before the next step: ρ_t -> ρ̂_0 -> ρ_{t-1}.

A circuit is simulated by its Kraus operators: it runs once on a basis, not on every sample, and ρ
-> K_k ρ K_k† is a product of small matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import discarded, kept
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.base import Config
from qdiffgui.config.models import MSQuDDPM as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.channels import CHANNELS
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import Array, CircuitInfo, Generated, Step, gate_angles
from qdiffgui.models.circuit_use import (
    COPIES,
    PAIRED_LOSSES,
    CircuitUse,
    symbols,
    without_formulas,
)
from qdiffgui.models.density_losses import density_loss
from qdiffgui.models.pure_states import draw
from qdiffgui.models.stepwise import Stepwise

POOL_ENTRIES = 1 << 22  # size of the pools of inputs and targets
MAX_POOL = 4096
EXACT_ANCILLAS = 3
MAX_QUBITS, MAX_WIDTH = 6, 9


class MSQuDDPM(Stepwise):
    """Quantum denoising diffusion of ensembles of mixed states, one circuit per diffusion step.

    During training, ``sample`` runs only the trained circuits: it returns ρ_t of the step reached.

    Parameters
    ----------
    config : config.models.MSQuDDPM
        Settings of the model.
    spec : Spec
        Encoded data: "density" (2**n, 2**n).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If there are more than 6 data qubits or 9 qubits in all, or fewer iterations than diffusion
        steps, or the ansatz takes inputs.

    References
    ----------
    arXiv:2411.17608

    Examples
    --------
    >>> from qdiffgui.config.models import MSQuDDPM as Settings
    >>> MSQuDDPM.kind == Settings().kind
    True
    """

    kind = "msquddpm"

    def __init__(self, config: Config, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        assert isinstance(config, Settings)
        self.settings = config
        self.dimension = spec.shape[0]
        self.n_qubits, self.n_ancillas = self.dimension.bit_length() - 1, config.n_ancillas
        entry = catalog.schedules[config.schedule.kind]
        self.kept = [float(value) for value in entry.load()(config.schedule)]
        self.process = config.schedule.process.key
        self.channel = CHANNELS[self.process]
        self.n_diffusion_steps = len(self.kept) - 1
        self.ansatz = chosen_ansatz(config.ansatz, config.circuit)
        self._check(training.iterations)
        self.program = self.ansatz.trace(self.n_qubits + self.n_ancillas, config.n_layers)
        self.circuit = engine.compile(
            self.program, backend=config.backend, threads=training.threads
        )
        exact = (
            self.n_ancillas <= EXACT_ANCILLAS
            if config.measurement == "auto"
            else config.measurement == "enumerate"
        )
        self.measurement = "enumerate" if exact else "sample"
        self._untrained(
            torch.randn(self.n_diffusion_steps, self.program.n_weights, generator=self.generator)
        )
        self.label = -1
        self.start = self.channel(
            torch.eye(self.dimension, dtype=torch.complex64) / self.dimension, 0.0
        )
        self._basis = self._inputs_of_circuit()
        self._data = torch.empty(0, dtype=torch.complex64)

    def _check(self, iterations: int) -> None:
        if self.n_qubits > MAX_QUBITS or self.n_qubits + self.n_ancillas > MAX_WIDTH:
            raise ConfigError(
                f"MSQuDDPM supports at most {MAX_QUBITS} data qubits, "
                f"{MAX_WIDTH} with ancillas; found {self.n_qubits} and "
                f"{self.n_qubits + self.n_ancillas}: choose smaller data or fewer ancillas."
            )
        if iterations < self.n_diffusion_steps:
            raise ConfigError(
                f"MSQuDDPM trains {self.n_diffusion_steps} circuits one after the other, but "
                f"{iterations} iterations are fewer than "
                f"one for each: raise training.iterations to {100 * self.n_diffusion_steps} or so."
            )
        if self.ansatz.takes_inputs:
            raise ConfigError(
                f"The ansatz '{self.settings.ansatz}' takes data as angles, but MSQuDDPM needs "
                "an ansatz without inputs: choose another ansatz."
            )

    def _inputs_of_circuit(self) -> Tensor:
        """Basis states |i>|m> that the circuit runs on: all, or only those with the ancillas in m =
        0 if they always start there.
        """
        every = torch.eye(self.dimension * 2**self.n_ancillas, dtype=torch.complex64)
        return every if self.settings.ancillas == "haar" else every[:: 2**self.n_ancillas]

    # ---- training

    def fit(self, train: Encoded) -> None:
        self._data = torch.from_numpy(np.ascontiguousarray(train.x))
        if self.process == "dephasing":  # the only channel with a limit that depends on the data
            mean = train.x.mean(axis=0, dtype=np.complex128)
            self.start = self.channel(torch.from_numpy(mean / np.trace(mean)), 0.0).to(
                torch.complex64
            )
        labels = set(np.asarray(train.label).tolist())
        self.label = labels.pop() if len(labels) == 1 else -1

    def step(self, i: int) -> Step:
        t, j = self._at(i)
        size = self.training.batch_size
        branches = self._branches(
            draw(self._inputs, size, self.generator), self._weights, self.generator
        )
        if self.measurement == "sample":
            branches = _kept_branch(branches, self.generator)
        target = draw(self._targets, size, self.generator)
        exact = self.measurement == "enumerate"
        loss = density_loss(
            branches, target, self.settings.loss, exact=exact, power=self.settings.kernel_power
        )
        return Step(*self._learn(t, j, loss))

    def _begin(self, t: int) -> None:
        """Start diffusion step t: push the inputs through the circuit just frozen, draw new
        targets, and create a new optimizer.
        """
        n = max(self.training.batch_size, min(MAX_POOL, POOL_ENTRIES // self.spec.size))
        if t == self.n_diffusion_steps - 1:
            self._inputs = self.start.expand(n, -1, -1)
        else:
            self._inputs = self._push(self._inputs, t + 1, self.generator)
        clean = draw(self._data, n, self.generator)
        self._targets = (
            clean if self.settings.prediction == "rho0" else self.channel(clean, self.kept[t])
        )
        self.reached = t
        self._start(t)

    def _branches(self, rho: Tensor, weights: Tensor, generator: torch.Generator) -> Tensor:
        """(B, 2**n_a, d, d) unnormalized K_k ρ K_k† of every outcome k."""
        kraus = self._kraus(weights, len(rho), generator)
        branches: Tensor = kraus @ rho[:, None] @ kraus.mH
        return branches

    def _kraus(self, weights: Tensor, n: int, generator: torch.Generator) -> Tensor:
        """Kraus operators (1, 2**n_a, d, d), or (n, 2**n_a, d, d) if every sample has its own
        ancillas.
        """
        d, a = self.dimension, 2**self.n_ancillas
        # row: input state, column: (data, outcome)
        out = self.circuit.state(weights, psi=self._basis)
        if self.settings.ancillas == "zero":
            return out.reshape(d, d, a).permute(2, 1, 0)[None]
        drawn = engine.haar_states(n * self.n_ancillas, 1, generator).reshape(n, self.n_ancillas, 2)
        ancillas = drawn[:, 0]
        for j in range(1, self.n_ancillas):
            ancillas = (ancillas[:, :, None] * drawn[:, j, None, :]).flatten(1)
        return torch.einsum("bm,imok->bkoi", ancillas, out.reshape(d, a, d, a))

    @torch.no_grad()
    def _push(self, rho: Tensor, t: int, generator: torch.Generator) -> Tensor:
        """Denoise once: run the circuit of diffusion step t and measure the ancillas. Noise is
        added to a predicted ρ_0.
        """
        size = max(1, POOL_ENTRIES // (self.spec.size << self.n_ancillas))
        parts = []
        for part in torch.split(rho, size):
            kept = _kept_branch(self._branches(part, self.theta[t], generator), generator)[:, 0]
            parts.append(kept / torch.diagonal(kept, dim1=1, dim2=2).real.sum(1)[:, None, None])
        denoised = torch.cat(parts)
        return (
            self.channel(denoised, self.kept[t]) if self.settings.prediction == "rho0" else denoised
        )

    # ---- use

    def weights(self) -> dict[str, Array]:
        return {
            "theta": self.theta.numpy().copy(),
            "reached": np.array(self.reached),
            "label": np.array(self.label),
            "start": self.start.numpy().copy(),
        }

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        self.theta = torch.from_numpy(np.array(weights["theta"], dtype=np.float32))
        self.start = torch.from_numpy(np.array(weights["start"], dtype=np.complex64))
        self.reached, self.label = int(weights["reached"]), int(weights["label"])

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        """See ``DiffusionModel.sample``. Raises ``ConfigError`` for a class unless it is the only
        one of the training data.
        """
        if label is not None and label != self.label:
            raise ConfigError(
                "MSQuDDPM cannot generate a single class: train it on that class alone "
                "(data.classes)."
            )
        generator = torch.Generator().manual_seed(seed)
        frames = [self.start.expand(n, -1, -1)]
        for t in range(self.n_diffusion_steps - 1, self.reached - 1, -1):
            frames.append(self._push(frames[-1], t, generator))
            if not trajectory:
                del frames[0]
        times = tuple(range(self.n_diffusion_steps, self.reached - 1, -1))
        labels, x = np.full(n, self.label, np.int8), torch.stack(frames).numpy()
        return Generated(x[-1], labels, x if trajectory else None, times if trajectory else ())

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        rho = torch.from_numpy(np.ascontiguousarray(x))
        frames = torch.stack([self.channel(rho, kept) for kept in self.kept])
        return np.asarray(frames.numpy()), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        """The circuit of a diffusion step, with the angles of the step trained last; ``series`` has
        the angles of all steps.
        """
        weights = self.theta[min(self.reached, self.n_diffusion_steps - 1)].numpy().copy()
        gates = self.program.gates()
        angles = gate_angles(gates, weights)
        info = CircuitInfo(
            "denoising circuit",
            self.program.n_qubits,
            gates,
            angles,
            self.ansatz.bind(self.program.n_qubits, self.settings.n_layers),
            weights,
            n_ancillas=self.n_ancillas,
            repeated=self.n_diffusion_steps,
            facts=cost(self.program).facts(),
            series=self.theta.flip(0).numpy().copy(),
            about=self._about(),
            ends=(
                *kept(
                    self.n_qubits,
                    "next step",
                    "The state goes on to the next step; after the last it is the sample.",
                ),
                *discarded(range(self.n_qubits, self.program.n_qubits), reset=True),
            ),
        )
        return [info]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit per diffusion step, read out as overlaps."""
        paired = self.settings.loss in PAIRED_LOSSES
        use = CircuitUse(
            states_per_step=Formula("2**(n + a)" if self.settings.ancillas == "haar" else "2**n"),
            settings_per_step=Formula("B**2 + B*(B + 1)/2" if paired else "B**2 + B"),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.OVERLAP,
            readout_per_sample=readout.OUTCOME,
            preparation=readout.BASIS,
            symbols=symbols(self),
            cost=ansatz_cost(self.settings.ansatz, "n + a"),
            weight_sets=Formula("T"),
            notes=(
                "The simulator runs the circuit on a basis once (its Kraus operators), not on "
                "every sample.",
                COPIES,
            ),
        )
        return without_formulas(self.settings, [use])

    def _about(self) -> tuple[str, ...]:
        begin = {"depolarizing": "the maximally mixed state", "amplitude-damping": "|0>"}
        said = [
            (
                f"Wires 0 to {self.n_qubits - 1} start in "
                f"{begin.get(self.process, 'the mean populations of the data')}."
            )
        ]
        if self.settings.ancillas == "haar":
            said.append(
                "The ancillas start each step in new Haar-random states of one qubit: "
                "prepare them after the reset."
            )
        if self.settings.prediction == "rho0":
            said.append(
                f"After each step but the last, the noise channel ({self.process}) acts on the "
                "data wires again."
            )
        return (
            *said,
            (
                "Steps are in the order of sampling; the state of the data wires after the last "
                "is the sample."
            ),
        )

    def facts(self) -> dict[str, Any]:
        start = {"depolarizing": "the maximally mixed state I/d", "amplitude-damping": "|0…0>"}
        ancillas = {"zero": "|0…0>", "haar": "Haar-random qubits"}
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_ancillas": self.n_ancillas,
            "n_steps": self.n_diffusion_steps,
            "n_layers": self.settings.n_layers,
            "ansatz": self.ansatz.label,
            "loss": self.settings.loss,
            "prediction": self.settings.prediction,
            "measurement": self.measurement,
            "channel": self.process,
            "ancillas": ancillas[self.settings.ancillas],
            "start": start.get(
                self.process, "the mean populations of the data, which dephasing leaves"
            ),
            **cost(self.program).facts(),
        }


def _kept_branch(branches: Tensor, generator: torch.Generator) -> Tensor:
    """(B, 1, d, d): for each sample, the branch of one outcome, drawn with its probability."""
    probability = torch.diagonal(branches.detach(), dim1=2, dim2=3).real.sum(2).clamp_min(0)
    drawn = torch.multinomial(probability, 1, generator=generator)[:, 0]
    return branches[torch.arange(len(branches)), drawn][:, None]
