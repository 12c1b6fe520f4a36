"""IQP encoding: the numbers and their products as phases of a uniform superposition
(arXiv:1804.11326), PennyLane's IQPEmbedding.

Hadamards, RZ(x_i) on every qubit, exp(-i/2 x_i x_j ZZ) on every pair; once::

    0: ──H──RZ(x_0)─╭ZZ(x_0 x_1)─╭ZZ(x_0 x_2)───────────────
    1: ──H──RZ(x_1)─╰ZZ(x_0 x_1)─│────────────╭ZZ(x_1 x_2)──
    2: ──H──RZ(x_2)──────────────╰ZZ(x_0 x_2)─╰ZZ(x_1 x_2)──

The amplitude of the basis state with Z eigenvalues s is exp(-i/2 [Σ x_i s_i + Σ x_i x_j s_i s_j]) /
√2**n. Every probability is 2**-n, independent of x, so the inverse needs phases. Flipping all s
keeps the products and changes the sign of the sum, so <s|ψ><ψ|-s> has the phase -Σ x_i s_i. Between
s = (1, ..., 1) and the same with s_k = -1 this phase differs by 2 x_k. Hence x_k is determined
within (-π/2, π/2); features are limited to ±1.5, slightly inside. On hardware each relative phase
needs an interference experiment of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qdiffgui.circuits.encoding import Encoding, signs

LIMIT = 1.5


def _circuit(x: Any, wires: Sequence[int]) -> None:
    qml.IQPEmbedding(x, wires=wires, n_repeats=1)


def _state(x: Tensor) -> Tensor:
    n = x.shape[1]
    u = x @ signs(n, x).T
    phase = -0.5 * (u + 0.5 * (u.square() - x.square().sum(dim=1, keepdim=True)))
    return torch.polar(torch.full_like(phase, 2 ** (-n / 2)), phase)


def _decode(psi: Tensor, n_features: int) -> Tensor:
    flipped = 1 << torch.arange(n_features - 1, -1, -1, device=psi.device)
    last = 2**n_features - 1
    reference = psi[:, :1] * psi[:, last:].conj()
    return (psi[:, flipped] * psi[:, last - flipped].conj() * reference.conj()).angle() / 2


ENCODING = Encoding(
    "iqp", "IQP", "arXiv:1804.11326", "state", -LIMIT, LIMIT, _circuit, _state, _decode
)
