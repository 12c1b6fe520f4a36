"""Basic entangler layers, PennyLane's template: the cheapest entangling ansatz, one angle a qubit
and layer.

One layer on three qubits::

    0: ──RX─╭●────╭X─
    1: ──RX─╰X─╭●─│──
    2: ──RX────╰X─╰●─
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import RING, ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, n_qubits)."""
    return (n_layers, n_qubits)


def basic_entangler(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, n_qubits), angles of RX, radians."""
    qml.BasicEntanglerLayers(weights, wires=wires, rotation=qml.RX)


ANSATZ = Ansatz(
    "basic-entangler",
    "Basic entangler",
    "PennyLane",
    basic_entangler,
    shape,
    cost=ansatz_cost("n*L", "n*L", f"{RING}*L", f"(1 + {RING})*L"),
)
