"""Fréchet and kernel physics distance (Kansal et al., arXiv:2211.10295) between samples of
features.

Each feature is divided by its largest absolute value in the real sample. Both distances depend on
the number of samples: compare values at equal numbers only, and not below ``least`` of
``catalog.metrics``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]

N_POINTS, N_BATCHES = 10, 20
SMALLEST, LARGEST = 20_000, 50_000
KPD_BATCHES, KPD_SIZE = 10, 5000
_ONE_SIGMA = (15.865, 84.135)
_ROWS = 64


def fpd(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Fréchet physics distance, extrapolated to infinitely many samples.

    For each of 10 batch sizes, the Fréchet distance (``|μ_x - μ_y|² + Tr(C_x + C_y - 2 √(C_x
    C_y))``) is averaged over 20 pairs of batches drawn with replacement. The inverse sizes are
    evenly spaced between 1/20 000 and 1/50 000; with fewer than 50 000 samples, the sizes go from
    at most two fifths of the samples to all of them. A straight line in 1/size with coefficients
    of 0 or more is fitted to these means. The value is its intercept, the error that of the fit.

    A benchmark applies it to the 36 energy flow polynomials of ``efps``, as JetNet does.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Features of generated samples.
    real : ndarray, shape (m, d)
        Features of held-out samples.
    seed : int
        Seed of the batches.

    Returns
    -------
    MetricValue
        The distance and its error, without unit.

    References
    ----------
    Kansal et al., arXiv:2211.10295.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import fpd
    >>> rng = np.random.default_rng(0)
    >>> real = rng.normal(size=(2000, 2))
    >>> fpd(real + 1, real).value > fpd(rng.normal(size=(2000, 2)), real).value
    True
    """
    from scipy.optimize import curve_fit

    rng = np.random.default_rng(seed)
    x, y = _scaled(generated, real)
    n = min(len(x), len(y))
    largest = min(LARGEST, n)
    sizes = (1 / np.linspace(1 / min(SMALLEST, 2 * largest // 5), 1 / largest, N_POINTS)).astype(
        int
    )
    means = [
        np.mean(
            [
                frechet(x[rng.integers(len(x), size=k)], y[rng.integers(len(y), size=k)])
                for _ in range(N_BATCHES)
            ]
        )
        for k in sizes
    ]
    best, covariance = curve_fit(
        lambda t, a, b: a + b * t, 1 / sizes, means, p0=(means[-1], 1.0), bounds=(0, np.inf)
    )
    return MetricValue(float(best[0]), float(np.sqrt(covariance[0, 0])))


def frechet(x: Array, y: Array) -> float:
    """|μ_x - μ_y|² + Tr(C_x + C_y - 2 √(C_x C_y)) of samples x (n, d) and y (m, d): the squared
    Wasserstein-2 distance of two Gaussians with their means and covariances.
    """
    difference = x.mean(0) - y.mean(0)
    a, b = np.atleast_2d(np.cov(x, rowvar=False)), np.atleast_2d(np.cov(y, rowvar=False))
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    # √(C_x C_y) and √(√C_x C_y √C_x) have the same trace; the second matrix is symmetric, so its
    # root is stable
    crossed = np.sqrt(np.clip(np.linalg.eigvalsh(root @ b @ root), 0, None)).sum()
    return float(difference @ difference + np.trace(a) + np.trace(b) - 2 * crossed)


def kpd(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Kernel physics distance: unbiased MMD² with the kernel (x·y/d + 1)⁴.

    The value is the median over 10 pairs of batches of at most 5000 samples, drawn with
    replacement; the error is half the width of their central 68.27 % (JetNet: 67.45 %). The value
    may be negative. A benchmark applies it to the 36 energy flow polynomials of ``efps``, as JetNet
    does.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Features of generated samples.
    real : ndarray, shape (m, d)
        Features of held-out samples.
    seed : int
        Seed of the batches.

    Returns
    -------
    MetricValue
        The distance and its error, without unit.

    References
    ----------
    Kansal et al., arXiv:2211.10295.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import kpd
    >>> rng = np.random.default_rng(0)
    >>> real = rng.normal(size=(500, 2))
    >>> kpd(real + 1, real).value > kpd(rng.normal(size=(500, 2)), real).value
    True
    """
    rng = np.random.default_rng(seed)
    x, y = _scaled(generated, real)
    size = min(KPD_SIZE, len(x), len(y))
    values = [
        polynomial_mmd(x[rng.integers(len(x), size=size)], y[rng.integers(len(y), size=size)])
        for _ in range(KPD_BATCHES)
    ]
    low, high = np.percentile(values, _ONE_SIGMA)
    return MetricValue(float(np.median(values)), float(high - low) / 2)


def polynomial_mmd(x: Array, y: Array) -> float:
    """Unbiased estimate of MMD² of x (n, d) and y (m, d) with the kernel (x·y/d + 1)⁴; it may be
    negative (Gretton et al. 2012, eq. 3).
    """
    d = x.shape[1]
    x, y = (np.column_stack([z / np.sqrt(d), np.ones(len(z))]) for z in (x, y))

    def total(a: Array, b: Array) -> float:
        """The sum of the kernel over all pairs, a few rows at a time: they stay in the cache."""
        found = 0.0
        for i in range(0, len(a), _ROWS):
            squares = a[i : i + _ROWS] @ b.T
            np.square(squares, out=squares)
            found += float(np.vdot(squares, squares))
        return found

    def own(a: Array) -> float:
        itself = float(((a**2).sum(axis=1) ** 4).sum())
        return (total(a, a) - itself) / (len(a) * (len(a) - 1))

    return own(x) + own(y) - 2 * total(x, y) / (len(x) * len(y))


def _scaled(generated: Array, real: Array) -> tuple[Array, Array]:
    largest = np.abs(real).max(0)
    largest = np.where(largest > 0, largest, 1)
    return np.asarray(generated, np.float64) / largest, np.asarray(real, np.float64) / largest
