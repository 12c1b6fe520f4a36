"""Figures of merit of ensembles of pure states and of density matrices: numpy in, floats out.

States are rows, psi : (n, 2**n_qubits) complex, normalised, wire 0 the most significant bit; rho : (d, d) or (n, d, d).
"""

from __future__ import annotations

import numpy as np
import ot
from numpy.typing import NDArray

from qdiffgui.errors import DataError

Array = NDArray[np.complexfloating]
Real = NDArray[np.float64]


def fidelity(psi: Array, phi: Array) -> Real:
    """(n, m) fidelities |<psi_i|phi_j>|² of pure states."""
    return np.asarray(np.abs(_states(psi) @ _states(phi).conj().T) ** 2, np.float64)


def fidelity_with(psi: Array, target: Array) -> tuple[float, float]:
    """Mean and standard deviation over the ensemble of the fidelity with one pure state; F0 for target |0...0>."""
    values = fidelity(psi, np.asarray(target).reshape(1, -1))[:, 0]
    return float(values.mean()), float(values.std())


def mixed_fidelity(rho: Array, sigma: Array) -> float:
    """Uhlmann fidelity (Tr √(√ρ σ √ρ))² of two density matrices."""
    root = _sqrtm(rho)
    values = np.linalg.eigvalsh(root @ np.asarray(sigma) @ root)
    return float(np.sqrt(np.clip(values, 0, None)).sum() ** 2)


def superfidelity(rho: Array, sigma: Array) -> Real:
    """(n, m) superfidelities G = Tr ρσ + √((1 - Tr ρ²)(1 - Tr σ²)) of density matrices (n, d, d) and (m, d, d).

    G bounds the Uhlmann fidelity from above and equals it where one of the two is pure, and for one qubit (arXiv:0805.2037). It is the
    scalar product of the unit vectors ``lift`` gives, which is why no matrix root is needed.
    """
    return np.clip(np.asarray(lift(rho) @ lift(sigma).T, np.float64), 0, 1)


def lift(rho: Array) -> NDArray[np.floating]:
    """(n, 2 d² + 1) unit vectors of density matrices: real and imaginary parts, then √(1 - Tr ρ²); in the precision of rho."""
    flat = np.ascontiguousarray(rho).reshape(len(rho), -1)
    real = flat.view(flat.real.dtype)
    impurity = np.sqrt(np.clip(1 - np.einsum("ij,ij->i", real, real), 0, None))
    return np.concatenate([real, impurity[:, None]], axis=1)


def project(rho: Array) -> Array:
    """The density matrices (n, d, d) that Hermitian matrices become with negative eigenvalues cut and the trace made 1 again."""
    values, vectors = np.linalg.eigh(rho)
    values = np.clip(values, 0, None)
    total = values.sum(axis=1, keepdims=True)
    values = np.where(total > 0, values / np.where(total > 0, total, 1), 1 / rho.shape[1])
    return np.asarray((vectors * values[:, None, :]) @ vectors.conj().swapaxes(1, 2))


def purity(rho: Array) -> Real:
    """Tr ρ², of one matrix (0-d) or of each of many."""
    rho = np.asarray(rho)
    return np.asarray(np.einsum("...ij,...ji->...", rho, rho).real, np.float64)


def mean_density(psi: Array) -> Array:
    """(d, d) average density matrix of the ensemble."""
    psi = _states(psi)
    return np.asarray(psi.T @ psi.conj() / len(psi))


def mmd(psi: Array, phi: Array, power: int = 1) -> float:
    """MMD² = 2 r_ab - r_aa - r_bb with r = 1 - E F**power (arXiv:2310.05866, eq. 6, for ``power`` 1).

    With power 1 it is the squared Hilbert-Schmidt distance of the average density matrices and blind to everything else: it cannot
    tell the circle from Haar; the powered kernel |<psi|phi>|^(2k) sees the first k moments. Pairs of a state with itself count,
    so that it is never negative; its value for two equal ensembles of n is about (1 - E F**power) · 2/n.
    """
    if power == 1:  # the same number without the n² fidelities
        return float(np.linalg.norm(mean_density(psi) - mean_density(phi)) ** 2)
    return float(
        (fidelity(psi, psi) ** power).mean() + (fidelity(phi, phi) ** power).mean() - 2 * (fidelity(psi, phi) ** power).mean()
    )


def wasserstein(psi: Array, phi: Array) -> float:
    """Exact optimal transport with ground cost 1 - F, equal weights (arXiv:2310.05866, eq. 7), by POT's network simplex."""
    return transport(1 - fidelity(psi, phi))


def transport(cost: Real) -> float:
    """The least mean cost of moving n equal weights onto m equal weights; cost : (n, m)."""
    n, m = cost.shape
    if n == m and np.array_equal(cost, cost.T) and not np.diag(cost).any():
        return 0.0
    value = ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), np.ascontiguousarray(np.clip(cost, 0, None)), numItermax=2_000_000)
    return float(value)


def sinkhorn(psi: Array, phi: Array, regularisation: float = 0.05) -> float:
    """Sinkhorn divergence S(a,b) - ½S(a,a) - ½S(b,b) with cost 1 - F: transport smoothed by an entropy of weight
    ``regularisation``, debiased so that equal ensembles are at distance 0 (arXiv:1706.00292)."""

    def smooth(a: Array, b: Array) -> float:
        cost = 1 - fidelity(a, b)
        left, right = np.full(len(a), 1 / len(a)), np.full(len(b), 1 / len(b))
        _, log = ot.bregman.sinkhorn_log(left, right, cost, regularisation, numItermax=2000, stopThr=1e-7, log=True, warn=False)
        # dual value: exact even where the plan has not quite converged
        return float(regularisation * (left @ log["log_u"] + right @ log["log_v"]))

    return smooth(psi, phi) - 0.5 * smooth(psi, psi) - 0.5 * smooth(phi, phi)


def spread(psi: Array) -> float:
    """1 - E F over pairs of different states: 0 for an ensemble collapsed onto one state, 1 - 1/d for Haar."""
    n = len(psi)
    return float((1 - purity(mean_density(psi))) * n / (n - 1))


def meyer_wallach(psi: Array) -> Real:
    """(n,) entanglement Q = 2 (1 - mean over qubits of Tr ρ_q²) of each state, 0 product to 1 maximal (quant-ph/0108104)."""
    psi = _states(psi)
    n_qubits = psi.shape[1].bit_length() - 1
    total = np.zeros(len(psi))
    for q in range(n_qubits):
        blocks = np.moveaxis(psi.reshape(len(psi), 2**q, 2, -1), 2, 1).reshape(len(psi), 2, -1)
        total += purity(blocks @ blocks.conj().transpose(0, 2, 1))
    return np.asarray(2 * (1 - total / n_qubits), np.float64)


def circle_y(psi: Array) -> float:
    """Mean <Y>² of one-qubit states: 0 on the circle of real states, 1/3 for Haar."""
    psi = _states(psi)
    return float(np.mean((2 * (psi[:, 0].conj() * psi[:, 1]).imag) ** 2))


def magnetisation(psi: Array) -> Real:
    """(n,) |Σ Z_i| / n_qubits of each state, as an expectation value: 1 for (|0...0> ± |1...1>)/√2, 3/8 for Haar on 4 qubits.

    The absolute value is of the operator, taken outcome by outcome: <Σ Z_i> of a ground state with the chain's symmetry is 0.
    """
    psi = _states(psi)
    n_qubits = psi.shape[1].bit_length() - 1
    ones = np.array([k.bit_count() for k in range(psi.shape[1])])
    return np.asarray(np.abs(psi) ** 2 @ np.abs(1 - 2 * ones / n_qubits), np.float64)


def compare(model: Array, truth: Array) -> dict[str, float]:
    """All distances between two ensembles of pure states, and the spread and F0 of the first."""
    zero = np.zeros(truth.shape[1], np.complex128)
    zero[0] = 1
    f0, f0_std = fidelity_with(model, zero)
    return {
        "wasserstein": wasserstein(model, truth), "mmd": mmd(model, truth), "powered_mmd": mmd(model, truth, 4),
        "spread": spread(model), "f0": f0, "f0_std": f0_std, "entanglement": float(meyer_wallach(model).mean()),
    }  # fmt: skip


def _states(psi: Array) -> Array:
    psi = np.asarray(psi)
    if psi.ndim != 2 or psi.shape[1] & (psi.shape[1] - 1) or psi.shape[1] < 2:
        raise DataError(f"Expected states of shape (n, 2**n_qubits), found {psi.shape}: give one state a row.")
    return psi.astype(np.complex128, copy=False)


def _sqrtm(rho: Array) -> Array:
    values, vectors = np.linalg.eigh(np.asarray(rho))
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.conj().T)
