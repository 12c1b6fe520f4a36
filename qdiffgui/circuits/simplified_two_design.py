"""Simplified two-design of the work on barren plateaus (Cerezo et al., arXiv:2001.00550),
PennyLane's template.

RY on every qubit once; then layers of CZ and two RY on the even pairs of neighbors and on the odd
ones. One layer on four qubits::

    0: ──RY──╭●──RY────────────
    1: ──RY──╰●──RY──╭●──RY────
    2: ──RY──╭●──RY──╰●──RY────
    3: ──RY──╰●──RY────────────

All gates are real: from real amplitudes (jet maps as √fractions, |0...0>) it reaches real
amplitudes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_qubits + 2 (n_qubits - 1) n_layers,): the first RY, then two angles a pair and layer."""
    return (n_qubits + 2 * (n_qubits - 1) * n_layers,)


def simplified_two_design(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : see ``shape``, angles of RY, radians."""
    n = len(wires)
    first, rest = weights[:n], weights[n:]
    if n == 1:
        qml.RY(first[0], wires=wires[0])
    else:
        qml.SimplifiedTwoDesign(first, rest.reshape(-1, n - 1, 2), wires=wires)


ANSATZ = Ansatz(
    "simplified-two-design",
    "Simplified two-design",
    "arXiv:2001.00550",
    simplified_two_design,
    shape,
    cost=ansatz_cost("n + 2*(n - 1)*L", "n + 2*(n - 1)*L", "(n - 1)*L", "1 + 2*min(n - 1, 2)*L"),
)
