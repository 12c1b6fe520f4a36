"""A ladder of CNOTs.

One layer on three qubits::

    0: ──RY─╭●────
    1: ──RY─╰X─╭●─
    2: ──RY────╰X─
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    return (n_layers, n_qubits)


def ladder(weights: Any, wires: Sequence[int]) -> None:
    for layer in weights:
        for angle, wire in zip(layer, wires, strict=True):
            qml.RY(angle, wires=wire)
        for first, second in pairwise(wires):
            qml.CNOT(wires=(first, second))


ANSATZ = Ansatz("toy-ladder", "Toy ladder", "PennyLane", ladder, shape)
