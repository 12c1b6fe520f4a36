"""Basis encoding: one bit per qubit, with X for a 1 (arXiv:2505.05151, for bit strings).

The sample 101 on three qubits::

    0: ──X──
    1: ─────
    2: ──X──

One shot reads the bits back. ``decode`` takes <Z>, which is -1 for a 1 and +1 for a 0; a value in
between (noise, a superposition) is rounded to the nearest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qdiffgui.circuits.encoding import Encoding


def _circuit(x: Any, wires: Sequence[int]) -> None:
    qml.BasisEmbedding([int(bit) for bit in x], wires=wires)


def _state(x: Tensor) -> Tensor:
    n = x.shape[1]
    index = (x.round().long() << torch.arange(n - 1, -1, -1, device=x.device)).sum(dim=1)
    one_hot = torch.nn.functional.one_hot(index, 2**n).to(x.dtype)
    return torch.complex(one_hot, torch.zeros_like(one_hot))


def _decode(expectations: Tensor, n_features: int) -> Tensor:
    return (expectations[:, :n_features] < 0).to(expectations.dtype)


ENCODING = Encoding(
    "basis", "Basis", "arXiv:2505.05151", "expectations", 0.0, 1.0, _circuit, _state, _decode
)
