"""The circuit of all timings: layers of RY and RZ on every qubit and a ring of CZ."""

from __future__ import annotations

from collections.abc import Callable

import pennylane as qml
from torch import Tensor


def layered_circuit(n_qubits: int, n_layers: int) -> Callable[[Tensor, Tensor], None]:
    """The quantum function ``f(weights, inputs)``, with n_layers · n_qubits · 2 weights in
    radians.
    """

    def circuit(weights: Tensor, inputs: Tensor) -> None:
        theta = weights.reshape(n_layers, n_qubits, 2).unbind()
        for layer in theta:
            for q, (ry, rz) in enumerate(layer.unbind()):
                qml.RY(ry, wires=q)
                qml.RZ(rz, wires=q)
            for q in range(n_qubits):
                qml.CZ(wires=[q, (q + 1) % n_qubits])

    return circuit
