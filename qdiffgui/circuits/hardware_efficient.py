"""Hardware-efficient layers of QuDDPM (arXiv:2310.05866): RX and RY on every qubit, CZ between all
neighbors of a chain.

One layer on four qubits (the CZ of both parities stand in every layer; with one parity only,
training fails at F = 0.5)::

    0: ──RX──RY─╭●────
    1: ──RX──RY─╰●─╭●─
    2: ──RX──RY─╭●─╰●─
    3: ──RX──RY─╰●────
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, n_qubits, 2)."""
    return (n_layers, n_qubits, 2)


def hardware_efficient(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, n_qubits, 2), angles of RX and RY, radians."""
    n = len(wires)
    for row in weights:
        for q, wire in enumerate(wires):
            qml.RX(row[q, 0], wires=wire)
            qml.RY(row[q, 1], wires=wire)
        for first in (0, 1):
            for q in range(first, n - 1, 2):
                qml.CZ(wires=(wires[q], wires[q + 1]))


ANSATZ = Ansatz(
    "hardware-efficient",
    "Hardware-efficient",
    "arXiv:2310.05866",
    hardware_efficient,
    shape,
    cost=ansatz_cost("2*n*L", "2*n*L", "(n - 1)*L", "(2 + min(n - 1, 2))*L"),
)
