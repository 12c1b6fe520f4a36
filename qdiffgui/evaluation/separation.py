"""Separation power of one observable between two samples, as in calorimeter and tagging papers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
N_BINS = 50
N_BOOT = 20


def separation_power(a: Array, b: Array, edges: Array | None = None) -> float:
    """Separation power ½ Σ (h_a - h_b)² / (h_a + h_b) of two normalized histograms.

    It is 0 for equal histograms and 1 for disjoint ones.

    Parameters
    ----------
    a : ndarray, shape (n,)
        One sample.
    b : ndarray, shape (m,)
        The other sample, in the same unit.
    edges : ndarray, shape (n_bins + 1,), optional
        Bin edges; by default 50 bins between the 0.1 and 99.9 percentiles of ``b``. Values beyond
        count in the first or last bin.

    Returns
    -------
    float
        The separation power.

    References
    ----------
    Krause and Shih, arXiv:2106.05285, eq. 9.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import separation_power
    >>> separation_power(np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.array([0, 1.5, 3]))
    1.0
    """
    edges = bins(b) if edges is None else edges
    h, g = (np.histogram(np.clip(v, edges[0], edges[-1]), edges)[0] / len(v) for v in (a, b))
    total = h + g
    return float(0.5 * np.sum((h - g) ** 2 / np.where(total > 0, total, 1)))


def bins(real: Array) -> Array:
    """Bin edges (N_BINS + 1,) between the 0.1 and 99.9 percentiles of a sample (m,)."""
    low, high = np.percentile(real, (0.1, 99.9))
    return np.linspace(low, high if high > low else low + 1, N_BINS + 1)


def separation_with_error(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """``separation_power`` of generated (n,) and real (m,), with an error from resampling both. It
    is above 0 for finite samples: compare it with the floor.
    """
    rng = np.random.default_rng(seed)
    edges = bins(real)
    draws = [
        separation_power(
            generated[rng.integers(len(generated), size=len(generated))],
            real[rng.integers(len(real), size=len(real))],
            edges,
        )
        for _ in range(N_BOOT)
    ]
    return MetricValue(separation_power(generated, real, edges), float(np.std(draws, ddof=1)))
