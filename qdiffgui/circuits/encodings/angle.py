"""Angle encoding: each number is the angle of RX on a qubit of its own (arXiv:2412.21082, for
pixels).

A feature between ``low`` and ``high`` becomes θ = π (x - low) / (high - low). Pixels are in [0, 1],
so θ = πx; standardized observables, clipped at 3.5σ, are in [-3.5, 3.5], so θ = π (x + 3.5) / 7::

    0: ──RX(θ_0)──    <Z_0> = cos θ_0
    1: ──RX(θ_1)──    <Z_1> = cos θ_1

Then x = low + (high - low) arccos<Z> / π exactly. (Neither 1 - <Z> nor (1 - <Z>)/2 = sin²(θ/2) is
the inverse.) Near the ends cos is flat, so shot noise on <Z> has the largest effect there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pennylane as qml
from torch import Tensor

from qdiffgui.circuits.encoding import Encoding, angle_of, product_of_rx


def angle_encoding(key: str, label: str, low: float, high: float) -> Encoding:
    """The encoding of features between ``low`` and ``high``."""
    width = high - low

    def angles(x: Any) -> Any:
        return (x - low) * (math.pi / width)

    def circuit(x: Any, wires: Sequence[int]) -> None:
        qml.AngleEmbedding(angles(x), wires=wires, rotation="X")

    def state(x: Tensor) -> Tensor:
        return product_of_rx(angles(x))

    def decode(expectations: Tensor, n_features: int) -> Tensor:
        return low + angle_of(expectations[..., :n_features]) * (width / math.pi)

    return Encoding(
        key, label, "arXiv:2412.21082", "expectations", low, high, circuit, state, decode
    )


PIXELS = angle_encoding("angle", "Angle, θ = πx", 0.0, 1.0)
OBSERVABLES = angle_encoding("angle-observables", "Angle, θ = π(x + 3.5)/7", -3.5, 3.5)
