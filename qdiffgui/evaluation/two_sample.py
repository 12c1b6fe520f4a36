"""Statistics of two samples, for many splits of one pool at once.

A split is a row of ``first``, shape (n_splits, N): which of the N samples of the pool are in the
first sample; the others are in the second one. Both have equal sizes. All splits share the sorted
pool, its moments or its kernel matrix, so 200 of them cost little more than one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
N_DIRECTIONS = 16


def mean_ks(x: Array, first: Array) -> Array:
    """Kolmogorov-Smirnov distance of each column of x (N, d), averaged over columns."""
    return np.asarray(np.mean([_ks_and_w1(column, first)[0] for column in x.T], axis=0))


def sliced(x: Array, first: Array, directions: Array) -> tuple[Array, Array]:
    """Sliced Kolmogorov-Smirnov and sliced Wasserstein-1 distance: means over the projections of
    x (N, d) on ``directions`` (d, k).
    """
    found = [_ks_and_w1(x @ direction, first) for direction in directions.T]
    return np.mean([ks for ks, _ in found], axis=0), np.mean([w for _, w in found], axis=0)


def unit_vectors(d: int, k: int, seed: int) -> Array:
    """Random directions, shape (d, k), evenly distributed on the sphere."""
    drawn = np.random.default_rng([seed, 5]).standard_normal((d, k))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=0))


def _ks_and_w1(values: Array, first: Array) -> tuple[Array, Array]:
    """KS distance and W1 of one column, for all splits."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    gaps = np.diff(ranked)
    steps = np.where(first[:, order[:-1]], np.float32(1), np.float32(-1))
    # difference of the two distribution functions; it counts only between unequal values
    height = np.abs(np.cumsum(steps, axis=1)) * np.float32(2 / len(values))
    return (height * (gaps > 0)).max(axis=1), height @ gaps


def correlation_distance(x: Array, first: Array) -> Array:
    """Frobenius distance of the two correlation matrices."""
    matrices = []
    for _, covariance in _moments(x, first):
        spread = np.sqrt(np.maximum(np.einsum("bii->bi", covariance), 1e-300))
        matrices.append(covariance / (spread[:, :, None] * spread[:, None, :]))
    return np.asarray(np.linalg.norm(matrices[0] - matrices[1], axis=(1, 2)))


def frechet_distance(x: Array, first: Array) -> Array:
    """Squared Wasserstein-2 distance of the Gaussians with the means and covariances of the two
    samples; see ``physics_distance.frechet``.
    """
    (mean_a, a), (mean_b, b) = _moments(x, first)
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.clip(values, 0, None))[:, None, :]) @ vectors.transpose(0, 2, 1)
    crossed = np.sqrt(np.clip(np.linalg.eigvalsh(root @ b @ root), 0, None)).sum(axis=1)
    traces = np.trace(a, axis1=1, axis2=2) + np.trace(b, axis1=1, axis2=2)
    return np.asarray(((mean_a - mean_b) ** 2).sum(axis=1) + traces - 2 * crossed)


def _moments(x: Array, first: Array) -> list[tuple[Array, Array]]:
    """Mean (n_splits, d) and covariance (n_splits, d, d) of each of the two samples."""
    d = x.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), d * d)
    found = []
    for side in (first, ~first):
        weights = side / side.sum(axis=1, keepdims=True)
        mean = weights @ x
        square = (weights @ products).reshape(-1, d, d)
        size = side.sum(axis=1)[:, None, None]
        found.append((mean, (square - mean[:, :, None] * mean[:, None, :]) * size / (size - 1)))
    return found


def kernel_distance(kernel: Array, first: Array) -> Array:
    """Unbiased MMD² for a kernel matrix of the pool, shape (N, N) (Gretton et al. 2012, eq. 3)."""
    side = first.astype(np.float64)
    n = side.sum(axis=1)
    m = len(kernel) - n
    rows = side @ kernel
    own, cross = (rows * side).sum(axis=1), (rows * (1 - side)).sum(axis=1)
    other = kernel.sum() - own - 2 * cross
    diagonal = np.diag(kernel)
    own_pairs = own - side @ diagonal
    other_pairs = other - (1 - side) @ diagonal
    return np.asarray(own_pairs / (n * (n - 1)) + other_pairs / (m * (m - 1)) - 2 * cross / (n * m))


def quartic_kernel(x: Array) -> Array:
    """(x·y/d + 1)⁴, the kernel of KPD."""
    square = np.square(x @ x.T / x.shape[1] + 1)
    return np.asarray(np.square(square))


def gaussian_kernel(x: Array, width: float) -> Array:
    """exp(-|x - y|² / (2 width²))."""
    square = (x**2).sum(axis=1)
    exponent = (x @ x.T - square[:, None] / 2 - square[None, :] / 2) / width**2
    return np.asarray(np.exp(np.minimum(exponent, 0)))


def median_distance(x: Array, seed: int) -> float:
    """Median distance of pairs of samples: the width of the Gaussian kernel."""
    rng = np.random.default_rng([seed, 6])
    a, b = rng.integers(len(x), size=(2, 1000))
    distance = float(np.median(np.linalg.norm(x[a] - x[b], axis=1)))
    return distance if distance > 0 else 1.0


def overlap_kernel(x: Array) -> Array:
    """Fidelity of pure states (N, d), or Tr ρσ of density matrices (N, d, d)."""
    flat = x.reshape(len(x), -1)
    overlap = flat @ flat.conj().T
    return np.asarray(np.abs(overlap) ** 2 if x.ndim == 2 else overlap.real, np.float64)
