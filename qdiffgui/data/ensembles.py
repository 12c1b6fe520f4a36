"""Ensembles of pure quantum states (Zhang et al., QuDDPM, arXiv:2310.05866)."""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import Circle, Cluster
from qdiffgui.data.digest import digest
from qdiffgui.data.types import UNLABELLED, Array, Dataset, States


def load_cluster(config: Cluster, seed: int = 0) -> Dataset:
    """A cluster about |0...0>: (|0...0> + ε Σ_k c_k |k>) / norm, k ≥ 1, real and imaginary part of c_k normal of unit variance each.

    Gives ``2 * n_states`` states (n, 2**n_qubits) complex64: the pool to train on, then as many held out (``data.split`` knows).
    """
    rng = np.random.default_rng([seed, 1])
    shape = (2 * config.n_states, 2**config.n_qubits)
    psi = config.epsilon * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))
    psi[:, 0] = 1.0
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    return _dataset(psi, f"Cluster of states, {config.n_qubits} qubit{'s' if config.n_qubits > 1 else ''}")


def load_circle(config: Circle, seed: int = 0) -> Dataset:
    """Real one-qubit states cos φ |0> + sin φ |1>, φ uniform in [0, 2π): (2 * n_states, 2), pool first, then as many held out."""
    phi = np.random.default_rng([seed, 2]).uniform(0, 2 * np.pi, 2 * config.n_states)
    return _dataset(np.stack([np.cos(phi), np.sin(phi)], axis=1), "Circle of states")


def _dataset(psi: Array, name: str) -> Dataset:
    states = States(psi.astype(np.complex64), np.full(len(psi), UNLABELLED, dtype=np.int8))
    return Dataset(states, name, digest(states))
