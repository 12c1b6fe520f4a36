"""The reverse bottleneck of Cacioppo et al. (arXiv:2311.15444): one circuit, wider in its middle,
that denoises amplitude-encoded data.

The circuit has three blocks: on the data qubits, on data and ancillas, and on the data again. The
ancillas are measured. Class qubits lie between data and ancillas, take part in every block and are
measured with the ancillas. One circuit serves all steps and does not know the step. Training raises
the fidelity of its output for x_t with x_{t-1}, exactly summed over all outcomes; sampling keeps
the outcome drawn.

Fidelity rewards the mean, so the samples of such a circuit vary little; the Wasserstein distance
shows it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import blocks_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import discarded, kept
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.models import Latent as Settings
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion import amplitude
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import CircuitInfo, Generated, Step, gate_angles
from qdiffgui.models.circuit_use import COPIES, CircuitUse, symbols, without_formulas
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser

_ANSATZ = "strongly-entangling"
_SLICE = 8192
# standard deviation of the initial angles, radians: near the identity, the best start for small
# noise steps
_SPREAD = 0.1


class ReverseBottleneck(OneOptimiser):
    """Learns the fractions of a latent "map" (2**n, 1) as states of amplitude sqrt(fraction);
    phases are not read.

    Raises ``ConfigError`` if the number of fractions is not a power of two.
    """

    kind: ClassVar[str] = "latent"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        self.alpha_bar = torch.from_numpy(
            catalog.schedules[config.schedule.kind].load()(config.schedule)
        )
        self.labels = Labels(spec.classes)
        self.n_data = qubits_for(spec.size)
        self.n_class = (
            math.ceil(math.log2(len(self.labels.known))) if self.labels.conditional else 0
        )
        self.n_qubits = self.n_data + self.n_class + config.n_ancillas
        self.function, n_weights = reverse_bottleneck(
            self.n_data + self.n_class, config.n_ancillas, config.n_layers, config.circuit
        )
        self.program = engine.trace(self.function, n_qubits=self.n_qubits, n_weights=n_weights)
        self.circuit = engine.compile(
            self.program, backend=config.backend, threads=training.threads
        )
        start = torch.randn(n_weights, generator=torch.Generator().manual_seed(seed)) * _SPREAD
        self.theta = start.requires_grad_()
        self.optimiser = Optimiser(
            {"theta": self.theta}, training.learning_rate, training.iterations, training.decay
        )
        self._psi = torch.empty(0, dtype=torch.complex64)
        self._label = np.empty(0, dtype=np.int8)

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.alpha_bar) - 1

    @property
    def signal_left(self) -> float:
        """Share of the data in the mean squared norm of x_T: noise has unit variance in each of d
        amplitudes, a state in all of them together.
        """
        kept = float(self.alpha_bar[-1])
        return kept / (kept + (1 - kept) * self.spec.size)

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.labels.fit(train.label)
        self._psi, self._label = self._states(train.x), train.label

    def step(self, i: int) -> Step:
        if not len(self._psi):
            raise UserError("A model must be fitted on training samples before it is trained.")
        n = self.training.batch_size
        index = torch.randint(len(self._psi), (n,), generator=self.generator)
        t = torch.randint(1, self.n_diffusion_steps + 1, (n,), generator=self.generator)
        before = amplitude.noised(self._psi[index], self.alpha_bar[t - 1], self.generator)
        after = amplitude.noised(before, self.alpha_bar[t] / self.alpha_bar[t - 1], self.generator)
        branches = self._branches(amplitude.state_of(after), self._label[index.numpy()])
        overlap = torch.einsum("bdk,bd->bk", branches, amplitude.state_of(before).conj())
        return Step(
            *self.optimiser.step(
                i, 1 - (overlap.real.square() + overlap.imag.square()).sum(1).mean()
            )
        )

    def _branches(self, psi: Tensor, label: Array) -> Tensor:
        """Run the circuit on psi (batch, 2**n_data): (batch, 2**n_data, outcomes), not normalized,
        by outcome.
        """
        place = self.labels.places(label) if self.n_class else 0
        wide = torch.zeros(
            len(psi), 2**self.n_data, 2 ** (self.n_qubits - self.n_data), dtype=psi.dtype
        )
        column = torch.as_tensor(place).expand(len(psi)) * 2**self.config.n_ancillas
        wide[torch.arange(len(psi)), :, column] = psi
        return self.circuit.state(self.theta, psi=wide.flatten(1)).reshape(wide.shape)

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.theta.numel()

    def weights(self) -> dict[str, Array]:
        return {"theta": self.theta.detach().numpy().copy(), "mix": self.labels.mix.copy()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            self.theta.copy_(torch.from_numpy(np.array(weights["theta"], dtype=np.float32)))
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    @torch.no_grad()
    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = []
        for begin in range(0, n, _SLICE):
            labels = drawn[begin : begin + _SLICE]
            frames = [engine.haar_states(len(labels), self.n_data, generator)]
            for _ in range(self.n_diffusion_steps):
                wide = self._branches(frames[-1], labels).flatten(1)
                psi = engine.ancillas(
                    wide, self.n_data, self.n_qubits - self.n_data, "sample", generator
                )[0]
                frames = [*frames, psi] if trajectory else [psi]
            parts.append(self._fractions(torch.stack(frames)))
        x = (
            np.concatenate(parts, axis=1)
            if parts
            else np.zeros((1, 0, *self.spec.shape), np.float32)
        )
        if not trajectory:
            return Generated(x[-1], drawn)
        return Generated(x[-1], drawn, x, tuple(range(self.n_diffusion_steps, -1, -1)))

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        generator = torch.Generator().manual_seed(seed)
        frames = [self._states(x)]
        for t in range(1, self.n_diffusion_steps + 1):
            frames.append(
                amplitude.noised(frames[-1], self.alpha_bar[t] / self.alpha_bar[t - 1], generator)
            )
        return self._fractions(torch.stack([amplitude.state_of(phi) for phi in frames])), tuple(
            range(len(frames))
        )

    def _states(self, x: Array) -> Tensor:
        """States (n, 2**n_data) complex64 of fractions (n, *shape)."""
        roots = (
            torch.from_numpy(np.ascontiguousarray(x.reshape(len(x), -1), dtype=np.float32))
            .clamp(min=0)
            .sqrt()
        )
        return amplitude.state_of(roots.to(torch.complex64))

    def _fractions(self, psi: Tensor) -> Array:
        """Fractions (..., n, *shape) of states (..., n, 2**n_data), exact or from shots."""
        p = psi.real.square() + psi.imag.square()
        read = engine.measured_probabilities(p / p.sum(-1, keepdim=True))
        return np.asarray(read.reshape(*psi.shape[:-1], *self.spec.shape).numpy())

    def circuits(self) -> list[CircuitInfo]:
        gates, weights = self.program.gates(), self.theta.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "reverse bottleneck",
                self.n_qubits,
                gates,
                angles,
                self.function,
                weights,
                repeated=self.n_diffusion_steps,
                n_ancillas=self.n_qubits - self.n_data,
                facts=cost(self.program).facts(),
                about=self._about(),
                ends=(
                    *kept(
                        self.n_data,
                        "next step",
                        "The state goes on to the next step; after the last its probabilities are "
                        "the latent map.",
                    ),
                    *discarded(
                        range(self.n_data, self.n_qubits),
                        reset=True,
                        about="Measured: the outcome decides which state is left on the others.",
                    ),
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, read out as probabilities."""
        width = "n + K" if self.n_class else "n"
        use = CircuitUse(
            states_per_step=Formula("B"),
            settings_per_step=Formula("B"),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.OVERLAP,
            readout_per_sample=readout.PROBABILITIES,
            preparation=readout.COMPLEX,
            symbols=symbols(self, n=self.n_data, K=self.n_class),
            cost=blocks_cost("strongly-entangling", (width, f"{width} + a", width)),
            notes=(COPIES,),
        )
        return without_formulas(self.config, [use])

    def _about(self) -> tuple[str, ...]:
        said = [
            (
                f"Wires 0 to {self.n_data - 1} start in a Haar-random state, and in a later step "
                "in the output of the previous step."
            )
        ]
        if self.n_class:
            said.append(
                f"Wires {self.n_data} to {self.n_data + self.n_class - 1} hold the class at "
                "the start of each step."
            )
        said.append(
            "The remaining wires are ancillas in |0>. All but the first are measured after "
            "each step, and the outcome is kept."
        )
        return (
            *said,
            (
                "Read out: the probabilities of the data wires, fractions of the latent map; the "
                "decoder is classical."
            ),
        )

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "class_qubits": self.n_class,
            "n_ancillas": self.config.n_ancillas,
            "n_layers": 3 * self.config.n_layers,
            "ansatz": catalog.ansatze[_ANSATZ].label,
            "n_diffusion_steps": self.n_diffusion_steps,
            "start": "Haar-random states",
            "conditional": self.labels.conditional,
            "signal_left": self.signal_left,
            **cost(self.program).facts(),
        }


def qubits_for(n_fractions: int) -> int:
    """Number of qubits for ``n_fractions``; raises ``ConfigError`` unless it is a power of two."""
    n = n_fractions.bit_length() - 1
    if n < 1 or n_fractions != 2**n:
        raise ConfigError(
            f"The number of latent numbers must be 2, 4, 8, ...; found {n_fractions}: "
            "choose a power of two."
        )
    return n


def reverse_bottleneck(
    n_data: int, n_ancillas: int, n_layers: int, circuit: str = "trained"
) -> tuple[Any, int]:
    """The quantum function ``f(weights, inputs)`` of three blocks of ``n_layers`` layers each, and
    its number of weights. There are no entangling gates if ``circuit`` is "separable".
    """
    ansatz = chosen_ansatz(_ANSATZ, circuit)
    widths = (n_data, n_data + n_ancillas, n_data)
    blocks = [ansatz.bind(width, n_layers) for width in widths]
    ends = np.cumsum([0, *(ansatz.n_weights(width, n_layers) for width in widths)])

    def function(weights: Any, inputs: Any) -> None:
        for block, begin, end in zip(blocks, ends[:-1], ends[1:]):
            block(weights[begin:end], None)

    return function, int(ends[-1])
