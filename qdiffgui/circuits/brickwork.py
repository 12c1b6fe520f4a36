"""Brickwork of general two-qubit gates: each brick is any SU(4), 15 angles (bricks:
arXiv:1208.0692; angles: quant-ph/0308006).

A brick is Rot on both wires, the Cartan part exp(-i/2 (a XX + b YY + c ZZ)), Rot on both wires. One
layer on four qubits has the bricks of both parities::

    0: ──╭SU(4)───────────
    1: ──╰SU(4)──╭SU(4)───
    2: ──╭SU(4)──╰SU(4)───
    3: ──╰SU(4)───────────

    SU(4):   ──Rot──╭XX──╭YY──╭ZZ──Rot──
             ──Rot──╰XX──╰YY──╰ZZ──Rot──

This is the most expressive layer in the list, and the most expensive one. Adjacent bricks share
one-qubit rotations, so some angles are redundant. They are kept, so that every brick is a complete
SU(4) and can start at any gate. A single qubit gets one Rot per layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, n_qubits - 1, 15), bricks of even pairs first; (n_layers, 1, 3) for a single
    qubit.
    """
    return (n_layers, n_qubits - 1, 15) if n_qubits > 1 else (n_layers, 1, 3)


def pairs(wires: Sequence[int]) -> list[tuple[int, int]]:
    """The wires of the bricks of one layer, in order: (0, 1), (2, 3), ... and (1, 2), (3,
    4), ...
    """
    n = len(wires)
    return [(wires[q], wires[q + 1]) for first in (0, 1) for q in range(first, n - 1, 2)]


def brick(angles: Any, wires: tuple[int, int]) -> None:
    """Queue one SU(4). angles : (15,) radians: two Rot (3 each), XX, YY, ZZ, two Rot."""
    for k, wire in enumerate(wires):
        qml.Rot(*angles[3 * k : 3 * k + 3], wires=wire)
    for angle, gate in zip(angles[6:9], (qml.IsingXX, qml.IsingYY, qml.IsingZZ)):
        gate(angle, wires=wires)
    for k, wire in enumerate(wires):
        qml.Rot(*angles[9 + 3 * k : 12 + 3 * k], wires=wire)


def brickwork(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, n_qubits - 1, 15), radians; see ``brick``."""
    for layer in weights:
        if len(wires) == 1:
            qml.Rot(*layer[0], wires=wires[0])
        for angles, pair in zip(layer, pairs(wires)):
            brick(angles, pair)


ANSATZ = Ansatz(
    "brickwork",
    "Brickwork SU(4)",
    "arXiv:1208.0692",
    brickwork,
    shape,
    cost=ansatz_cost(
        "(15*(n - 1)*L if n > 1 else 3*L)",
        "(4*(n - 1)*L if n > 1 else L)",
        "3*(n - 1)*L",
        "(5*min(n - 1, 2)*L if n > 1 else L)",
    ),
)
