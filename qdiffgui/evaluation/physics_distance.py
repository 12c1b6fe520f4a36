"""Fréchet and kernel physics distance (Kansal et al., arXiv:2211.10295) between samples of features, as JetNet defines them.

Features are divided by the largest absolute value of the real sample, column by column. Both depend on the number of samples: only
values at one number compare, and below ``catalog.metrics`` ``least`` they mean nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]

N_POINTS, N_BATCHES = 10, 20
SMALLEST, LARGEST = 20_000, 50_000
KPD_BATCHES, KPD_SIZE = 10, 5000
_ONE_SIGMA = (15.865, 84.135)


def fpd(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Fréchet distance extrapolated to infinitely many samples, and its error from the fit.

    generated (n, d), real (m, d). Means over batches drawn with replacement, of sizes whose inverses are evenly spaced from 20 000 to
    50 000 (of fewer samples: from two fifths of them to all), are fitted by a straight line in 1/size with both coefficients ≥ 0; the
    value is its intercept.
    """
    from scipy.optimize import curve_fit

    rng = np.random.default_rng(seed)
    x, y = _scaled(generated, real)
    n = min(len(x), len(y))
    largest = min(LARGEST, n)
    sizes = (1 / np.linspace(1 / min(SMALLEST, 2 * largest // 5), 1 / largest, N_POINTS)).astype(int)
    means = [
        np.mean([frechet(x[rng.integers(len(x), size=k)], y[rng.integers(len(y), size=k)]) for _ in range(N_BATCHES)])
        for k in sizes
    ]
    best, covariance = curve_fit(lambda t, a, b: a + b * t, 1 / sizes, means, p0=(means[-1], 1.0), bounds=(0, np.inf))
    return Measured(float(best[0]), float(np.sqrt(covariance[0, 0])))


def frechet(x: Array, y: Array) -> float:
    """|μ_x - μ_y|² + Tr(C_x + C_y - 2 √(C_x C_y)) of samples x (n, d) and y (m, d): squared Wasserstein-2 distance of Gaussians."""
    difference = x.mean(0) - y.mean(0)
    a, b = np.atleast_2d(np.cov(x, rowvar=False)), np.atleast_2d(np.cov(y, rowvar=False))
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    # √(C_x C_y) and √(√C_x C_y √C_x) have one trace; the second is of a symmetric matrix, where it is safe
    crossed = np.sqrt(np.clip(np.linalg.eigvalsh(root @ b @ root), 0, None)).sum()
    return float(difference @ difference + np.trace(a) + np.trace(b) - 2 * crossed)


def kpd(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Unbiased MMD² with the kernel (x·y/d + 1)⁴: median over 10 batches of at most 5000 a side drawn with replacement, and half the
    width of their central 68 %."""
    rng = np.random.default_rng(seed)
    x, y = _scaled(generated, real)
    size = min(KPD_SIZE, len(x), len(y))
    values = [polynomial_mmd(x[rng.integers(len(x), size=size)], y[rng.integers(len(y), size=size)]) for _ in range(KPD_BATCHES)]
    low, high = np.percentile(values, _ONE_SIGMA)
    return Measured(float(np.median(values)), float(high - low) / 2)


def polynomial_mmd(x: Array, y: Array) -> float:
    """Unbiased estimate of MMD² of x (n, d) and y (m, d), kernel (x·y/d + 1)⁴; may fall below zero (Gretton et al. 2012, eq. 3)."""
    d = x.shape[1]

    def kernel(a: Array, b: Array) -> Array:
        return np.asarray((a @ b.T / d + 1) ** 4)

    def own(a: Array) -> float:
        k = kernel(a, a)
        return float((k.sum() - np.trace(k)) / (len(a) * (len(a) - 1)))

    return own(x) + own(y) - 2 * float(kernel(x, y).mean())


def _scaled(generated: Array, real: Array) -> tuple[Array, Array]:
    largest = np.abs(real).max(0)
    largest = np.where(largest > 0, largest, 1)
    return np.asarray(generated, np.float64) / largest, np.asarray(real, np.float64) / largest
