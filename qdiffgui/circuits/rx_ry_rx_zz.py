"""RX, RY, RX on every qubit, then a trainable exp(iθ ZZ) on each pair of a topology (QD3PM,
arXiv:2505.05151).

One layer on three qubits, all to all (chain: without the last pair; star: every qubit with the
first)::

    0: ──RX──RY──RX─╭ZZ────╭ZZ─
    1: ──RX──RY──RX─╰ZZ─╭ZZ│───
    2: ──RX──RY──RX─────╰ZZ╰ZZ─
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, pairwise
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import AnsatzCost, ansatz_cost

PAPER = "arXiv:2505.05151"


def all_pairs(n: int) -> list[tuple[int, int]]:
    """The n (n - 1) / 2 pairs of places 0..n-1, the lower place first, in lexical order."""
    return list(combinations(range(n), 2))


def chain(n: int) -> list[tuple[int, int]]:
    """The n - 1 pairs of neighbors (q, q + 1) of places 0..n-1; no ring is closed."""
    return list(pairwise(range(n)))


def star(n: int) -> list[tuple[int, int]]:
    """The n - 1 pairs (0, q) of the first of places 0..n-1 with every other."""
    return [(0, q) for q in range(1, n)]


Topology = Callable[[int], list[tuple[int, int]]]


def shape(topology: Topology, n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, 3 n_qubits + n_pairs)."""
    return (n_layers, 3 * n_qubits + len(topology(n_qubits)))


def rx_ry_rx_zz(topology: Topology, weights: Any, wires: Sequence[int]) -> None:
    """Queue the circuit. weights : (n_layers, 3 n_qubits + n_pairs), radians: RX, RY, RX of each
    qubit, then θ of each pair.
    """
    n = len(wires)
    for row in weights:
        for q, wire in enumerate(wires):
            for j, gate in enumerate((qml.RX, qml.RY, qml.RX)):
                gate(row[3 * q + j], wires=wire)
        for k, (a, b) in enumerate(topology(n)):
            qml.IsingZZ(-2 * row[3 * n + k], wires=(wires[a], wires[b]))


def _ansatz(key: str, label: str, topology: Topology, cost: AnsatzCost) -> Ansatz:
    circuit, weights = partial(rx_ry_rx_zz, topology), partial(shape, topology)
    return Ansatz(key, label, PAPER, circuit, weights, cost=cost)


ANSATZ = _ansatz(
    "rx-ry-rx-zz",
    "RX-RY-RX and ZZ, all to all",
    all_pairs,
    ansatz_cost(
        "(3*n + n*(n - 1)/2)*L",
        "3*n*L",
        "L*n*(n - 1)/2",
        "(2*n + (n + 3)*(L - 1) if n >= 3 else (n + 2)*L)",
    ),
)
CHAIN = _ansatz(
    "rx-ry-rx-zz-chain",
    "RX-RY-RX and ZZ, chain",
    chain,
    ansatz_cost("(4*n - 1)*L", "3*n*L", "(n - 1)*L", "n + 2 + (min(n, 3) + 2)*(L - 1)"),
)
STAR = _ansatz(
    "rx-ry-rx-zz-star",
    "RX-RY-RX and ZZ, star",
    star,
    ansatz_cost("(4*n - 1)*L", "3*n*L", "(n - 1)*L", "(n + 2)*L"),
)
