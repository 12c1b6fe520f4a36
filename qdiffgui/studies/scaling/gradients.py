"""Variances of gradients at random angles: whether training can start at all (McClean et al.,
arXiv:1803.11173).

There are two kinds of loss. For one circuit on |0...0>: "global", 1 - p(0...0), and "local", the
mean over qubits of 1 - p(0) (Cerezo et al., arXiv:2001.00550). For ensembles, as measured circuits
are trained: the distance between the output of a circuit on a batch of states and a batch of target
states, either "stepwise", from x_{t+1} to x_t of a diffusion, or from noise to data at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.config.schedules import LinearAngles
from qdiffgui.diffusion.states import state_process
from qdiffgui.models.ensemble_losses import ensemble_loss
from qdiffgui.models.pure_states import widened

CircuitLoss = Literal["global", "local"]
EPSILON = 0.08
"""Spread of the cluster of states from which ensembles are drawn."""
_ENTRIES = 1 << 20  # amplitudes in one batch


@dataclass(frozen=True)
class Variance:
    """Variance of the loss's derivative, averaged over parameters, with its error (one standard
    deviation) from ``draws`` draws.
    """

    value: float
    error: float
    draws: int

    @property
    def relative(self) -> float:
        return self.error / self.value if self.value > 0 else math.inf


def variance_of(gradients: NDArray[np.floating[Any]]) -> Variance:
    """The variance of gradients (draws, n_parameters)."""
    draws = len(gradients)
    centred = gradients - gradients.mean(axis=0)
    by_draw = (centred**2).mean(axis=1) * draws / (draws - 1)
    return Variance(float(by_draw.mean()), float(by_draw.std(ddof=1) / draws**0.5), draws)


def every_angle(ansatz: Ansatz, n_qubits: int, n_layers: int) -> engine.Circuit:
    """The ansatz with all its angles, trained and data, as inputs, so that a batch holds random
    circuits.
    """
    n_weights, n_inputs = ansatz.n_weights(n_qubits, n_layers), ansatz.n_inputs(n_qubits, n_layers)
    bound = ansatz.bind(n_qubits, n_layers)

    def function(weights: Any, inputs: Any) -> None:
        bound(inputs[:n_weights], inputs[n_weights:])

    return engine.compile(function, n_qubits=n_qubits, n_inputs=n_weights + n_inputs)


def uniform_angles(n: int, circuit: engine.Circuit, generator: torch.Generator) -> Tensor:
    """(n, n_inputs) radians, uniform over the circle."""
    return 2 * math.pi * torch.rand(n, circuit.program.n_inputs, generator=generator)


def circuit_gradients(
    ansatz: str, n_qubits: int, n_layers: int, loss: CircuitLoss, *, draws: int, seed: int
) -> NDArray[np.float64]:
    """Derivatives (draws, n_angles) of the loss of the circuit on |0...0> with respect to all
    angles, at uniformly random angles.
    """
    circuit = every_angle(catalog.ansatze[ansatz].load(), n_qubits, n_layers)
    generator = torch.Generator().manual_seed(seed)
    size = max(1, min(draws, _ENTRIES >> n_qubits))
    found = []
    for begin in range(0, draws, size):
        angles = uniform_angles(min(size, draws - begin), circuit, generator).requires_grad_()
        zero = torch.zeros(0)
        if loss == "global":
            value = 1 - circuit.state(zero, angles)[:, 0].abs().square()
        else:
            words = [
                "".join("Z" if q == k else "I" for q in range(n_qubits)) for k in range(n_qubits)
            ]
            value = (1 - circuit.expval(words, zero, angles).mean(dim=1)) / 2
        (gradient,) = torch.autograd.grad(value.sum(), angles)
        found.append(gradient.double().numpy())
    return np.concatenate(found)


@dataclass(frozen=True)
class Ensembles:
    """A diffusion of clusters of states around |0...0>, and the measured circuit that undoes one
    step.

    ``t`` is the step from x_{t+1} to x_t, in 0 ... n_steps - 1; None stands for one step from
    Haar-random states to the data.
    """

    n_qubits: int
    n_layers: int
    loss: str
    t: int | None
    n_steps: int = 20
    n_ancillas: int = 1
    batch: int = 32
    ansatz: str = "hardware-efficient"

    def gradients(self, *, draws: int, seed: int) -> NDArray[np.float64]:
        """Derivatives (draws, n_parameters) of the loss at angles from N(0, 1), where QuDDPM
        starts; states are drawn again each time.
        """
        generator = torch.Generator().manual_seed(seed)
        process = state_process(LinearAngles(n_steps=self.n_steps))
        program = (
            catalog.ansatze[self.ansatz]
            .load()
            .trace(self.n_qubits + self.n_ancillas, self.n_layers)
        )
        circuit = engine.compile(program)
        found = []
        for _ in range(draws):
            angles = torch.randn(program.n_weights, generator=generator).requires_grad_()
            data = self._data(2 * self.batch, generator)
            if self.t is None:
                source, target = (
                    process.noise(self.batch, self.n_qubits, generator),
                    data[self.batch :],
                )
            else:
                source = process.at(data[: self.batch], self.t + 1, generator)
                target = process.at(data[self.batch :], self.t, generator)
            out = circuit.state(angles, psi=widened(source, self.n_ancillas))
            branches = out.reshape(self.batch, 2**self.n_qubits, -1).transpose(1, 2)
            (gradient,) = torch.autograd.grad(ensemble_loss(branches, target, self.loss), angles)
            found.append(gradient.double().numpy())
        return np.stack(found)

    def _data(self, n: int, generator: torch.Generator) -> Tensor:
        psi = EPSILON * torch.randn(n, 2**self.n_qubits, dtype=torch.complex64, generator=generator)
        psi[:, 0] = 1
        unit: Tensor = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)
        return unit
