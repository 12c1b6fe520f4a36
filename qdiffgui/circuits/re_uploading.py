"""Data re-uploading: the sample enters every layer again, so that depth adds frequencies
(arXiv:1907.02085).

One layer on three qubits; x_i are the data angles of this layer, a, b, c trainable::

    0: ──RX(x_0)─╭●────╭●──RZ(a_0)──RY(b_0)──RX(c_0)──
    1: ──RX(x_1)─╰●─╭●─│───RZ(a_1)──RY(b_1)──RX(c_1)──
    2: ──RX(x_2)────╰●─╰●──RZ(a_2)──RY(b_2)──RX(c_2)──

The ring of CZ stands between data and rotations, and the rotations end on RX, so that no gate
commutes with a measurement of Z: every parameter of every layer counts, the last included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import RING, ansatz_cost
from qdiffgui.circuits.encodings.re_uploading import upload


def shape(n_qubits: int, n_layers: int) -> tuple[int, ...]:
    """(n_layers, n_qubits, 3)."""
    return (n_layers, n_qubits, 3)


def re_uploading(weights: Any, wires: Sequence[int], inputs: Any) -> None:
    """Queue the circuit. weights : (n_layers, n_qubits, 3), radians.

    inputs : (n_layers * n_qubits,) data angles, radians; layer l rotates qubit q by
    ``inputs[l * n_qubits + q]``.
    """
    n = len(wires)
    for layer, row in enumerate(weights):
        upload(inputs[layer * n : (layer + 1) * n], wires)
        for q, wire in enumerate(wires):
            qml.RZ(row[q, 0], wires=wire)
            qml.RY(row[q, 1], wires=wire)
            qml.RX(row[q, 2], wires=wire)


ANSATZ = Ansatz(
    "re-uploading",
    "Data re-uploading",
    "arXiv:1907.02085",
    re_uploading,
    shape,
    takes_inputs=True,
    cost=ansatz_cost("3*n*L", "4*n*L", f"{RING}*L", f"(4 + {RING})*L", inputs="n*L"),
)
