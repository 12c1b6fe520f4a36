"""Amplitude encoding: 2**n numbers are the amplitudes of n qubits (arXiv:2401.07049, for images).

Two forms. "√ of fractions" writes a jet's pT fractions p as Σ √p_k |k>: the probabilities of the
basis states then *are* the fractions, one shot is one energy quantum, and ``decode`` reads the
probabilities::

    |0> ──╭|Ψ>──   |Ψ> = Σ_k √p_k |k>      measured: k with probability p_k
    |0> ──├|Ψ>──
    |0> ──╰|Ψ>──

"As in the paper" writes Σ x_k |k> / |x|: exact for non-negative x of unit norm, whose squares are
the probabilities. Both lose the scale (the total pT), which must be stored separately, and neither
uses phases. Preparing such a state takes of order 2**n gates on hardware. If the number of features
is not a power of two, the last amplitudes are zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from qdiffgui.circuits.encoding import Encoding, qubits_of_amplitudes

_TINY = 1e-30


def roots(fractions: Tensor) -> Tensor:
    """√p for the fractions p of non-negative numbers (batch, d) of their sum."""
    return (fractions / fractions.sum(dim=1, keepdim=True).clamp(min=_TINY)).sqrt()


def padded_states(amplitudes: Tensor) -> Tensor:
    """Complex states (batch, 2**n) from real amplitudes (batch, d) of unit norm, padded with 0."""
    n_features = amplitudes.shape[1]
    padded = torch.nn.functional.pad(
        amplitudes, (0, 2 ** qubits_of_amplitudes(n_features) - n_features)
    )
    return torch.complex(padded, torch.zeros_like(padded))


def sqrt_state(fractions: Tensor) -> Tensor:
    """States Σ √p_k |k> for the fractions p of non-negative numbers (batch, d) of their sum."""
    return padded_states(roots(fractions))


def sqrt_decode(probabilities: Tensor, n_features: int) -> Tensor:
    """Fractions (batch, d) that sum to 1, from probabilities (batch, 2**n)."""
    kept = probabilities[:, :n_features]
    return kept / kept.sum(dim=1, keepdim=True).clamp(min=_TINY)


def plain_state(x: Tensor) -> Tensor:
    """States Σ x_k |k> / |x| of non-negative numbers (batch, d)."""
    return padded_states(torch.nn.functional.normalize(x, dim=1))


def plain_decode(probabilities: Tensor, n_features: int) -> Tensor:
    """Non-negative x (batch, d) of unit norm, from probabilities (batch, 2**n)."""
    return sqrt_decode(probabilities, n_features).sqrt()


def _sqrt_circuit(x: Any, wires: Sequence[int]) -> None:
    import pennylane as qml

    qml.AmplitudeEmbedding(sqrt_state(x[None])[0], wires=wires)


def _plain_circuit(x: Any, wires: Sequence[int]) -> None:
    import pennylane as qml

    qml.AmplitudeEmbedding(plain_state(x[None])[0], wires=wires)


_LIMITS = (0.0, float("inf"))
SQRT = Encoding(
    "amplitude-sqrt",
    "Amplitude, √ of fractions",
    "arXiv:2401.07049",
    "probabilities",
    *_LIMITS,
    _sqrt_circuit,
    sqrt_state,
    sqrt_decode,
    qubits_of_amplitudes,
)
PLAIN = Encoding(
    "amplitude",
    "Amplitude",
    "arXiv:2401.07049",
    "probabilities",
    *_LIMITS,
    _plain_circuit,
    plain_state,
    plain_decode,
    qubits_of_amplitudes,
)
