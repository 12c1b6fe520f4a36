"""Encoded samples as real vectors and back, for generators based on marginals or covariances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.types import Encoded
from qdiffgui.evaluation import quantum

Array = NDArray[Any]


def mean_state(psi: Array) -> Array:
    """Eigenvector (d,) of the mean density matrix of psi (n, d) with the largest eigenvalue; its
    largest amplitude is real and positive.
    """
    rho = psi.T @ psi.conj() / len(psi)
    vector = np.linalg.eigh(rho)[1][:, -1]
    lead = vector[np.argmax(np.abs(vector))]
    return np.asarray(vector * (abs(lead) / lead))


def to_real_vectors(train: Encoded, root: bool = False) -> Array:
    """Training samples as real numbers (n, d) without redundancy, for marginals and covariances."""
    flat = train.x.reshape(len(train), -1)
    if train.spec.of_fractions:
        return np.sqrt(np.maximum(flat, 0)).astype(np.float64) if root else flat.astype(np.float64)
    if train.spec.kind == "state":
        overlap = flat @ mean_state(flat).conj()
        phase = np.where(
            np.abs(overlap) > 1e-12, overlap.conj() / np.maximum(np.abs(overlap), 1e-12), 1
        )
        fixed = flat * phase[:, None]
        return np.concatenate([fixed.real, fixed.imag], axis=1).astype(np.float64)
    if train.spec.kind == "density":
        return np.concatenate([flat.real, flat.imag], axis=1).astype(np.float64)
    return flat.astype(np.float64)


def from_real_vectors(flat: Array, train: Encoded, root: bool = False) -> Array:
    """Encoded samples (n, *spec.shape) from real vectors, with the constraints of their kind."""
    if train.spec.of_fractions:
        flat = np.maximum(flat, 0)
        flat = flat**2 if root else flat
        total = flat.sum(axis=1, keepdims=True)
        flat = np.where(total > 0, flat / np.where(total > 0, total, 1), 1 / flat.shape[1])
    if train.spec.kind == "state":
        half = flat.shape[1] // 2
        flat = normalize(flat[:, :half] + 1j * flat[:, half:])
    if train.spec.kind == "density":
        flat = _hermitian(flat, train.spec.shape[0])
    return flat.reshape(len(flat), *train.spec.shape).astype(train.x.dtype)


def _hermitian(flat: Array, d: int) -> Array:
    """Density matrices from real and imaginary parts (n, 2 d²); only the upper triangle is used."""
    half = d * d
    upper = np.triu((flat[:, :half] + 1j * flat[:, half:]).reshape(-1, d, d), 1)
    diagonal = flat[:, :half].reshape(-1, d, d) * np.eye(d)
    return quantum.project(diagonal + upper + upper.conj().swapaxes(1, 2))


def normalize(psi: Array) -> Array:
    """States (n, d) with norm 1; a zero vector stays zero."""
    norm = np.linalg.norm(psi, axis=1, keepdims=True)
    return np.asarray(psi / np.where(norm > 0, norm, 1))
