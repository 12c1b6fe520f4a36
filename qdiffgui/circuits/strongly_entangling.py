"""Strongly entangling layers (Schuld et al., arXiv:1804.00633), PennyLane's template.

One layer on three qubits; layer l has the CNOTs at range l mod (n - 1) + 1::

    0: ──Rot─╭●────╭X─
    1: ──Rot─╰X─╭●─│──
    2: ──Rot────╰X─╰●─
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, n_qubits, 3)."""
    return (n_layers, n_qubits, 3)


def strongly_entangling(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, n_qubits, 3), angles of Rot = RZ RY RZ, radians."""
    qml.StronglyEntanglingLayers(weights, wires=wires)


ANSATZ = Ansatz(
    "strongly-entangling",
    "Strongly entangling",
    "arXiv:1804.00633",
    strongly_entangling,
    shape,
    cost=ansatz_cost(
        "3*n*L",
        "n*L",
        "(n*L if n > 1 else 0)",
        "((n + 1)*L if n > 1 else L)",
        # the range of the CNOTs differs from layer to layer, so how far layers overlap follows no
        # short rule
        exact_depth=False,
    ),
)
