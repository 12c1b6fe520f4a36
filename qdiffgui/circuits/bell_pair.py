"""Bell-pair blocks, after the "qopula" of generative learning (Zhu et al., arXiv:2109.06315): Bell
pairs between two registers, then local unitaries on each register.

The first half of the wires is register A, the rest is register B. H and CNOT pair wire i of A with
wire i of B, which turns |0...0> into Bell pairs. The unitary of a register is RZ, RX, RZ on each
wire and XX on neighbors. One layer on four qubits::

    A 0: ──H─╭●────RZ──RX──RZ─╭XX──
    A 1: ──H─│──╭●─RZ──RX──RZ─╰XX──
    B 2: ────╰X─│──RZ──RX──RZ─╭XX──
    B 3: ───────╰X─RZ──RX──RZ─╰XX──

In the paper the Bell pairs are made once and all layers are local, which keeps the marginal of each
register uniform (a copula); that is this circuit with one layer. Here every layer is such a block,
because a circuit with input states must entangle the registers more than once. With an odd number
of qubits the last one has no partner.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import ansatz_cost


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, 3 n_qubits + angles of XX): one XX for each pair of neighbors inside a
    register.
    """
    return (n_layers, 3 * n_qubits + len(neighbors(range(n_qubits))))


def neighbors(wires: Sequence[int]) -> list[tuple[int, int]]:
    """Neighboring wires inside either register."""
    half = len(wires) // 2
    return [pair for part in (wires[:half], wires[half:]) for pair in itertools.pairwise(part)]


def bell_pair(weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, 3 n_qubits + n_XX), radians: RZ, RX, RZ wire by wire,
    then the XX.
    """
    n = len(wires)
    for row in weights:
        for a, b in zip(wires[: n // 2], wires[n // 2 :]):
            qml.Hadamard(wires=a)
            qml.CNOT(wires=(a, b))
        for q, wire in enumerate(wires):
            qml.RZ(row[3 * q], wires=wire)
            qml.RX(row[3 * q + 1], wires=wire)
            qml.RZ(row[3 * q + 2], wires=wire)
        for angle, pair in zip(row[3 * n :], neighbors(wires)):
            qml.IsingXX(angle, wires=pair)


ANSATZ = Ansatz(
    "bell-pair",
    "Bell-pair blocks",
    "arXiv:2109.06315",
    bell_pair,
    shape,
    cost=ansatz_cost(
        "(3*n + max(n - 2, 0))*L",
        "(3*n + n//2)*L",
        "(n//2 + max(n - 2, 0))*L",
        "(4 + ceil(n/2) + (4 + min(n//2, 3))*(L - 1) if n > 1 else 3*L)",
    ),
)
