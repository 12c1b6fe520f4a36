"""Distances and properties of ensembles of pure states and of density matrices.

Pure states are rows of ``psi``, shape (n, 2**n_qubits), complex and normalized, with wire 0 as the
most significant bit. Density matrices ``rho`` have the shape (d, d) or (n, d, d).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdiffgui.errors import DataError

Array = NDArray[np.complexfloating]
Real = NDArray[np.float64]


def fidelity(psi: Array, phi: Array) -> Real:
    """Fidelities |<psi_i|phi_j>|² of all pairs of pure states.

    Parameters
    ----------
    psi : ndarray, shape (n, 2**n_qubits), complex
        Normalized states.
    phi : ndarray, shape (m, 2**n_qubits), complex
        Normalized states.

    Returns
    -------
    ndarray, shape (n, m), float64
        The fidelities.

    Raises
    ------
    DataError
        If the states do not have the shape (n, 2**n_qubits).

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import fidelity
    >>> fidelity(np.eye(2), np.array([[1, 1]]) / np.sqrt(2)).round(3)
    array([[0.5],
           [0.5]])
    """
    return np.asarray(np.abs(_states(psi) @ _states(phi).conj().T) ** 2, np.float64)


def fidelity_with(psi: Array, target: Array) -> tuple[float, float]:
    """Mean and standard deviation over the ensemble of the fidelity with one pure state; F0 if the
    target is |0...0>.
    """
    values = fidelity(psi, np.asarray(target).reshape(1, -1))[:, 0]
    return float(values.mean()), float(values.std())


def mixed_fidelity(rho: Array, sigma: Array) -> float:
    """Uhlmann fidelity (Tr √(√ρ σ √ρ))² of two density matrices.

    Parameters
    ----------
    rho, sigma : ndarray, shape (d, d), complex
        Density matrices.

    Returns
    -------
    float
        The fidelity, 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import mixed_fidelity
    >>> round(mixed_fidelity(np.diag([1.0, 0.0]), np.eye(2) / 2), 3)
    0.5
    """
    root = _sqrtm(rho)
    values = np.linalg.eigvalsh(root @ np.asarray(sigma) @ root)
    return float(np.sqrt(np.clip(values, 0, None)).sum() ** 2)


def superfidelity(rho: Array, sigma: Array) -> Real:
    """Superfidelities G = Tr ρσ + √((1 - Tr ρ²)(1 - Tr σ²)) of all pairs of density matrices.

    G is an upper bound of the Uhlmann fidelity. The two are equal if one of the states is pure, and
    for one qubit. G is the scalar product of the unit vectors of ``lift``, so it needs no matrix
    root.

    Parameters
    ----------
    rho : ndarray, shape (n, d, d), complex
        Density matrices.
    sigma : ndarray, shape (m, d, d), complex
        Density matrices.

    Returns
    -------
    ndarray, shape (n, m), float64
        The superfidelities, 0 to 1.

    References
    ----------
    Miszczak et al., arXiv:0805.2037.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import superfidelity
    >>> zero, mixed = np.diag([1.0, 0.0]), np.eye(2) / 2
    >>> superfidelity(zero[None], np.stack([zero, mixed])).round(3)
    array([[1. , 0.5]])
    """
    return np.clip(np.asarray(lift(rho) @ lift(sigma).T, np.float64), 0, 1)


def lift(rho: Array) -> NDArray[np.floating]:
    """Unit vectors (n, 2 d² + 1) of density matrices: real and imaginary parts, then √(1 - Tr ρ²),
    in the precision of ``rho``.
    """
    flat = np.ascontiguousarray(rho).reshape(len(rho), -1)
    real = flat.view(flat.real.dtype)
    impurity = np.sqrt(np.clip(1 - np.einsum("ij,ij->i", real, real), 0, None))
    return np.concatenate([real, impurity[:, None]], axis=1)


def project(rho: Array) -> Array:
    """Density matrices (n, d, d) from Hermitian matrices: negative eigenvalues are set to 0 and the
    trace is set to 1.
    """
    values, vectors = np.linalg.eigh(rho)
    values = np.clip(values, 0, None)
    total = values.sum(axis=1, keepdims=True)
    values = np.where(total > 0, values / np.where(total > 0, total, 1), 1 / rho.shape[1])
    return np.asarray((vectors * values[:, None, :]) @ vectors.conj().swapaxes(1, 2))


def purity(rho: Array) -> Real:
    """Purity Tr ρ².

    Parameters
    ----------
    rho : ndarray, shape (..., d, d), complex
        One or many density matrices.

    Returns
    -------
    ndarray, shape (...), float64
        1 for a pure state, 1/d for the maximally mixed one.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import purity
    >>> float(purity(np.eye(2) / 2))
    0.5
    """
    rho = np.asarray(rho)
    return np.asarray(np.einsum("...ij,...ji->...", rho, rho).real, np.float64)


def mean_density(psi: Array) -> Array:
    """Mean density matrix (d, d) of the ensemble."""
    psi = _states(psi)
    return np.asarray(psi.T @ psi.conj() / len(psi))


def mmd(psi: Array, phi: Array, power: int = 1) -> float:
    """MMD² = 2 r_ab - r_aa - r_bb with r = 1 - E F**power (arXiv:2310.05866, eq. 6, for ``power``
    1).

    With power 1 it is the squared Hilbert-Schmidt distance of the mean density matrices and sees
    nothing else: it cannot tell a circle of states from Haar-random ones. The kernel
    |<psi|phi>|^(2k) sees the first k moments. Pairs of a state with itself count, so MMD² is never
    negative; for two ensembles of n states from one distribution it is about
    (1 - E F**power) · 2/n.
    """
    if power == 1:  # the same number without the n² fidelities
        return float(np.linalg.norm(mean_density(psi) - mean_density(phi)) ** 2)
    return float(
        (fidelity(psi, psi) ** power).mean()
        + (fidelity(phi, phi) ** power).mean()
        - 2 * (fidelity(psi, phi) ** power).mean()
    )


def wasserstein(psi: Array, phi: Array) -> float:
    """Exact optimal transport cost with ground cost 1 - F and equal weights (arXiv:2310.05866, eq.
    7), by the network simplex of POT.
    """
    return transport(1 - fidelity(psi, phi))


def transport(cost: Real) -> float:
    """The least mean cost of moving n equal weights to m equal weights, for ``cost`` (n, m)."""
    n, m = cost.shape
    if n == m and np.array_equal(cost, cost.T) and not np.diag(cost).any():
        return 0.0
    import ot  # a second, most of it for scikit-learn

    value = ot.emd2(
        np.full(n, 1 / n),
        np.full(m, 1 / m),
        np.ascontiguousarray(np.clip(cost, 0, None)),
        numItermax=2_000_000,
    )
    return float(value)


def sinkhorn(psi: Array, phi: Array, regularisation: float = 0.05) -> float:
    """Sinkhorn divergence S(a,b) - ½S(a,a) - ½S(b,b) with cost 1 - F (arXiv:1706.00292): optimal
    transport with an entropic regularization of weight ``regularisation``, debiased so that equal
    ensembles have distance 0.
    """
    import ot

    def smooth(a: Array, b: Array) -> float:
        cost = 1 - fidelity(a, b)
        left, right = np.full(len(a), 1 / len(a)), np.full(len(b), 1 / len(b))
        _, log = ot.bregman.sinkhorn_log(
            left, right, cost, regularisation, numItermax=2000, stopThr=1e-7, log=True, warn=False
        )
        # dual value: exact even where the plan has not quite converged
        return float(regularisation * (left @ log["log_u"] + right @ log["log_v"]))

    return smooth(psi, phi) - 0.5 * smooth(psi, psi) - 0.5 * smooth(phi, phi)


def spread(psi: Array) -> float:
    """1 - E F over pairs of different states: 0 for a collapsed ensemble, 1 - 1/d for Haar-random
    states.
    """
    n = len(psi)
    return float((1 - purity(mean_density(psi))) * n / (n - 1))


def meyer_wallach(psi: Array) -> Real:
    """Meyer-Wallach entanglement Q = 2 (1 - mean over qubits of Tr ρ_q²) of each state.

    Parameters
    ----------
    psi : ndarray, shape (n, 2**n_qubits), complex
        Normalized states.

    Returns
    -------
    ndarray, shape (n,), float64
        0 for product states, 1 if every qubit is maximally mixed.

    References
    ----------
    Meyer and Wallach, quant-ph/0108104.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import meyer_wallach
    >>> bell = np.array([[1, 0, 0, 1]]) / np.sqrt(2)
    >>> meyer_wallach(bell).round(3)
    array([1.])
    """
    psi = _states(psi)
    n_qubits = psi.shape[1].bit_length() - 1
    total = np.zeros(len(psi))
    for q in range(n_qubits):
        blocks = np.moveaxis(psi.reshape(len(psi), 2**q, 2, -1), 2, 1).reshape(len(psi), 2, -1)
        total += purity(blocks @ blocks.conj().transpose(0, 2, 1))
    return np.asarray(2 * (1 - total / n_qubits), np.float64)


def circle_y(psi: Array) -> float:
    """Mean <Y>² of one-qubit states: 0 for real amplitudes, 1/3 for Haar-random states."""
    psi = _states(psi)
    return float(np.mean((2 * (psi[:, 0].conj() * psi[:, 1]).imag) ** 2))


def magnetisation(psi: Array) -> Real:
    """Expectation value of |Σ Z_i| / n_qubits of each state, (n,): 1 for (|0...0> ± |1...1>)/√2,
    3/8 for Haar-random states of 4 qubits.

    The absolute value acts on the operator, outcome by outcome, because <Σ Z_i> of a ground state
    with the symmetry of the chain is 0.
    """
    psi = _states(psi)
    n_qubits = psi.shape[1].bit_length() - 1
    ones = np.array([k.bit_count() for k in range(psi.shape[1])])
    return np.asarray(np.abs(psi) ** 2 @ np.abs(1 - 2 * ones / n_qubits), np.float64)


def compare(model: Array, truth: Array) -> dict[str, float]:
    """All distances between two ensembles of pure states, and spread, F0 and entanglement of the
    first.
    """
    zero = np.zeros(truth.shape[1], np.complex128)
    zero[0] = 1
    f0, f0_std = fidelity_with(model, zero)
    return {
        "wasserstein": wasserstein(model, truth),
        "mmd": mmd(model, truth),
        "powered_mmd": mmd(model, truth, 4),
        "spread": spread(model),
        "f0": f0,
        "f0_std": f0_std,
        "entanglement": float(meyer_wallach(model).mean()),
    }


def _states(psi: Array) -> Array:
    psi = np.asarray(psi)
    if psi.ndim != 2 or psi.shape[1] & (psi.shape[1] - 1) or psi.shape[1] < 2:
        raise DataError(
            f"Expected states of shape (n, 2**n_qubits); found {psi.shape}: give one state per row."
        )
    return psi.astype(np.complex128, copy=False)


def _sqrtm(rho: Array) -> Array:
    values, vectors = np.linalg.eigh(np.asarray(rho))
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.conj().T)
