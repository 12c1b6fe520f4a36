"""Re-uploading: the numbers are angles of RX, followed by a ring of CZ, in every layer
(arXiv:1907.02085).

One layer uploads θ = πx; trainable rotations follow (see the ansatz of the same name)::

    0: ──RX(θ_0)─╭●────╭●──
    1: ──RX(θ_1)─╰●─╭●─│───
    2: ──RX(θ_2)────╰●─╰●──

Only the *first* upload can be inverted. It acts on |0...0>, and CZ does not change <Z>, so
afterwards <Z_i> = cos θ_i and x_i = arccos<Z_i> / π exactly for x in [0, 1]. The state after later
layers cannot be decoded by a fixed formula, because x has entered again after trained rotations.
Models with re-uploading therefore scale their outputs by trained gains. If the input scales s are
trained as well, θ = s x + b, the first layer determines x only if |θ| is at most half a turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pennylane as qml
from torch import Tensor

from qdiffgui.circuits.ansatz import ring
from qdiffgui.circuits.encoding import Encoding, angle_of, product_of_rx, signs


def upload(angles: Any, wires: Sequence[int]) -> None:
    """Queue one upload: RX of angles (n_qubits,), radians, and the ring of CZ."""
    for q, wire in enumerate(wires):
        qml.RX(angles[q], wires=wire)
    for pair in ring(wires):
        qml.CZ(wires=pair)


def _circuit(x: Any, wires: Sequence[int]) -> None:
    upload(math.pi * x, wires)


def _state(x: Tensor) -> Tensor:
    z = signs(x.shape[1], x)
    psi = product_of_rx(math.pi * x)
    for a, b in ring(range(x.shape[1])):
        psi = psi * (1 + z[:, a] + z[:, b] - z[:, a] * z[:, b]) / 2
    return psi


def _decode(expectations: Tensor, n_features: int) -> Tensor:
    return angle_of(expectations[:, :n_features]) / math.pi


ENCODING = Encoding(
    "re-uploading",
    "Re-uploading, first layer",
    "arXiv:1907.02085",
    "expectations",
    0.0,
    1.0,
    _circuit,
    _state,
    _decode,
)
