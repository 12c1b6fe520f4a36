"""Quantum convolution: the circuit that QU-Net slides over the patches of an image (after
arXiv:2401.07049).

The entries of one patch, all channels, are the amplitudes of the register; the same circuit with
the same angles acts on every patch, as the kernel of a convolution does. RZ and RY on every qubit,
then controlled RX around a ring, whose angles say how much is entangled. One layer on three
qubits::

    0: ──RZ──RY──╭●───────╭RX──
    1: ──RZ──RY──╰RX─╭●───│────
    2: ──RZ──RY──────╰RX──╰●───
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz, ring
from qdiffgui.circuits.ansatz_cost import RING, ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, 2 n_qubits + pairs): RZ of every qubit, RY of every qubit, RX of every pair of the
    ring (one for two qubits).
    """
    return (n_layers, 2 * n_qubits + len(ring(range(n_qubits))))


def quantum_convolution(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : see ``shape``, radians."""
    n = len(wires)
    for row in weights:
        for q, wire in enumerate(wires):
            qml.RZ(row[q], wires=wire)
            qml.RY(row[n + q], wires=wire)
        for k, pair in enumerate(ring(wires)):
            qml.CRX(row[2 * n + k], wires=pair)


ANSATZ = Ansatz(
    "quantum-convolution",
    "Quantum convolution",
    "arXiv:2401.07049",
    quantum_convolution,
    shape,
    cost=ansatz_cost(
        f"(2*n + {RING})*L",
        "2*n*L",
        f"{RING}*L",
        f"(2 + {RING})*L",
        shifts=f"(4*n + 4*{RING})*L",
    ),
)
