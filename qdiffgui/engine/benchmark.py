"""The training step that simulators are compared on (layers of RY, RZ and a CZ ring, <Z> of every qubit)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.engine.circuit import compile

Step = Callable[[], tuple[float, NDArray[np.float32]]]


def layered_circuit(n_qubits: int, n_layers: int) -> Callable[[Tensor, Tensor], None]:
    """Quantum function of n_layers · n_qubits · 2 weights: RY, RZ on every qubit, CZ on a ring, in every layer."""

    def circuit(weights: Tensor, inputs: Tensor) -> None:
        theta = weights.reshape(n_layers, n_qubits, 2).unbind()
        for layer in theta:
            for q, (ry, rz) in enumerate(layer.unbind()):
                qml.RY(ry, wires=q)
                qml.RZ(rz, wires=q)
            for q in range(n_qubits):
                qml.CZ(wires=[q, (q + 1) % n_qubits])

    return circuit


def build(psi: NDArray[Any], theta: NDArray[Any], target: NDArray[Any], backend: str = "auto", threads: int = 1) -> Step:
    """One training step of the engine, ready to call: ``step()`` gives (loss, gradient (L, n, 2)).

    psi (B, 2**n) complex64 input states, theta (L, n, 2) angles in radians, target (B, n); the loss is
    mean((<Z> - target)**2).
    """
    n_layers, n, _ = theta.shape
    circuit = compile(
        layered_circuit(n, n_layers), n_qubits=n, n_weights=theta.size, backend=backend, threads=threads, dtype=torch.complex64
    )
    words = ["I" * q + "Z" + "I" * (n - 1 - q) for q in range(n)]
    states, goal = torch.as_tensor(psi), torch.as_tensor(target)
    weights = torch.as_tensor(theta).reshape(-1).clone().requires_grad_()

    def step() -> tuple[float, NDArray[np.float32]]:
        loss = torch.nn.functional.mse_loss(circuit.expval(words, weights, psi=states), goal)
        (gradient,) = torch.autograd.grad(loss, weights)
        return float(loss.detach()), gradient.reshape(theta.shape).numpy()

    return step
