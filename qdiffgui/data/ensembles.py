"""Ensembles of pure quantum states (Zhang et al., QuDDPM, arXiv:2310.05866)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config.data import Circle, Cluster, CorrelatedNoise, HaarStates, LabelledClusters
from qdiffgui.data.digest import digest
from qdiffgui.data.types import UNLABELLED, Array, Dataset, States


def load_cluster(config: Cluster, seed: int = 0) -> Dataset:
    """A cluster about |0...0>: (|0...0> + ε Σ_k c_k |k>) / norm with k ≥ 1; the real and imaginary
    parts of c_k are normal with unit variance.

    ``2 * n_states`` states (n, 2**n_qubits) complex64: first the training states, then as many
    held-out ones (see ``data.split``).
    """
    psi = _about_zero(
        2 * config.n_states, config.n_qubits, config.epsilon, np.random.default_rng([seed, 1])
    )
    return _dataset(psi, f"Cluster of states, {_qubits(config.n_qubits)}")


def load_circle(config: Circle, seed: int = 0) -> Dataset:
    """One-qubit states cos φ |0> + sin φ |1> with φ uniform in [0, 2π): (2 * n_states, 2), first
    the training states, then as many held-out ones.
    """
    phi = np.random.default_rng([seed, 2]).uniform(0, 2 * np.pi, 2 * config.n_states)
    return _dataset(np.stack([np.cos(phi), np.sin(phi)], axis=1), "Circle of states")


def load_labelled_clusters(config: LabelledClusters, seed: int = 0) -> Dataset:
    """As ``load_cluster``, but every second state is rotated to |+...+> by a Hadamard gate on each
    qubit. Labels 0 and 1 alternate, so that training and held-out states have as many of each.
    """
    psi = _about_zero(
        2 * config.n_states, config.n_qubits, config.epsilon, np.random.default_rng([seed, 3])
    )
    label = (np.arange(len(psi)) % 2).astype(np.int8)
    psi[label == 1] = psi[label == 1] @ _hadamards(config.n_qubits)
    return _dataset(
        psi, f"Two clusters of states, {_qubits(config.n_qubits)}", label, {0: "zero", 1: "plus"}
    )


def load_correlated_noise(config: CorrelatedNoise, seed: int = 0) -> Dataset:
    """exp(-i δ XX)|ψ> with probability ``p_xx``, otherwise exp(-i δ ZZ)|ψ>, with δ uniform within
    ±``max_angle``: (2 * n_states, 4).
    """
    rng = np.random.default_rng([seed, 4])
    delta = rng.uniform(-config.max_angle, config.max_angle, 2 * config.n_states)
    is_xx = rng.random(2 * config.n_states) < config.p_xx
    psi = np.where(is_xx[:, None], after_error(delta, "XX"), after_error(delta, "ZZ"))
    return _dataset(psi, "Two-qubit states with correlated noise")


def after_error(delta: Array, error: str) -> Array:
    """States exp(-i δ P)|ψ>, (n, 4), for angles ``delta`` (n,) and P = ``error``, "XX" or "ZZ",
    with |ψ> = √0.1 e^{0.8i}|00> + √0.55 e^{1.7i}|01> + √0.35 e^{2.4i}|11> (arXiv:2310.05866).
    """
    psi = np.sqrt([0.1, 0.55, 0, 0.35]) * np.exp([0.8j, 1.7j, 0, 2.4j])
    flipped = psi[::-1] if error == "XX" else psi * [1, -1, -1, 1]
    return np.asarray(np.cos(delta)[:, None] * psi - 1j * np.sin(delta)[:, None] * flipped)


def load_haar(config: HaarStates, seed: int = 0) -> Dataset:
    """Normalized complex normal vectors: (2 * n_states, 2**n_qubits)."""
    rng = np.random.default_rng([seed, 5])
    shape = (2 * config.n_states, 2**config.n_qubits)
    psi = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    return _dataset(
        psi / np.linalg.norm(psi, axis=1, keepdims=True),
        f"Haar-random states, {_qubits(config.n_qubits)}",
    )


def _about_zero(n: int, n_qubits: int, epsilon: float, rng: np.random.Generator) -> Array:
    shape = (n, 2**n_qubits)
    psi = epsilon * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))
    psi[:, 0] = 1.0
    return np.asarray(psi / np.linalg.norm(psi, axis=1, keepdims=True))


def _hadamards(n_qubits: int) -> Array:
    matrix = np.ones((1, 1))
    for _ in range(n_qubits):
        matrix = np.kron(matrix, np.array([[1, 1], [1, -1]]) / np.sqrt(2))
    return matrix


def _qubits(n: int) -> str:
    return f"{n} qubit{'s' if n > 1 else ''}"


def _dataset(
    psi: Array, name: str, label: Array | None = None, classes: Mapping[int, str] | None = None
) -> Dataset:
    label = np.full(len(psi), UNLABELLED, dtype=np.int8) if label is None else label
    states = States(psi.astype(np.complex64), label)
    return Dataset(states, name, digest(states), classes or {})
