"""Fidelity and diversity from nearest neighbors: precision and recall (Kynkäänniemi et al.,
arXiv:1904.06991), density and coverage (Naeem et al., arXiv:2002.09797), and memorization.

Features are standardized with the real sample. The neighborhood of a sample is the ball that
reaches to its 5th nearest neighbor in its own set. All metrics depend on the number of samples: at
most 3000 of each kind are used; compare values at equal numbers only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.resolution import unit_scales
from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
K = 5
MAX_SAMPLES = 3000
N_PARTS = 5


def precision(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Precision: fraction of generated samples inside the neighborhood of a real one.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Generated samples.
    real : ndarray, shape (m, d)
        Held-out samples.
    seed : int
        Seed of the choice of samples.

    Returns
    -------
    MetricValue
        The precision and its standard error.

    References
    ----------
    Kynkäänniemi et al., arXiv:1904.06991.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import precision
    >>> real = np.random.default_rng(0).normal(size=(200, 2))
    >>> precision(real + 100, real).value
    0.0
    """
    x, y = _prepared(generated, real, seed)
    return _share(_counts(x, y, _radii(y)) > 0)


def recall(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Recall: fraction of real samples inside the neighborhood of a generated one.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Generated samples.
    real : ndarray, shape (m, d)
        Held-out samples.
    seed : int
        Seed of the choice of samples.

    Returns
    -------
    MetricValue
        The recall and its standard error.

    References
    ----------
    Kynkäänniemi et al., arXiv:1904.06991.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import recall
    >>> real = np.random.default_rng(0).normal(size=(200, 2))
    >>> recall(real, real).value
    1.0
    """
    x, y = _prepared(generated, real, seed)
    return _share(_counts(y, x, _radii(x)) > 0)


def density(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Density: mean number of real neighborhoods around a generated sample, divided by 5.

    It is 1 for equal distributions and may exceed 1.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Generated samples.
    real : ndarray, shape (m, d)
        Held-out samples.
    seed : int
        Seed of the choice of samples.

    Returns
    -------
    MetricValue
        The density and its standard error.

    References
    ----------
    Naeem et al., arXiv:2002.09797.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import density
    >>> real = np.random.default_rng(0).normal(size=(200, 2))
    >>> density(real + 100, real).value
    0.0
    """
    x, y = _prepared(generated, real, seed)
    return _share(_counts(x, y, _radii(y)) / K)


def coverage(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Coverage: fraction of real samples with a generated one in their neighborhood.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Generated samples.
    real : ndarray, shape (m, d)
        Held-out samples.
    seed : int
        Seed of the choice of samples.

    Returns
    -------
    MetricValue
        The coverage and its standard error.

    References
    ----------
    Naeem et al., arXiv:2002.09797.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import coverage
    >>> real = np.random.default_rng(0).normal(size=(200, 2))
    >>> coverage(real, real).value
    1.0
    """
    x, y = _prepared(generated, real, seed)
    return _share(_nearest(y, x, 1)[:, 0] <= _radii(y))


def memorization(generated: Array, train: Array, held_out: Array, *, seed: int = 0) -> MetricValue:
    """Probability that a generated sample is closer to the training samples than a held-out one.

    It compares the distances to the nearest training sample (Mann-Whitney statistic): 0.5 without
    memorization, 1 for copies of training samples.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Generated samples.
    train : ndarray, shape (t, d)
        Training samples.
    held_out : ndarray, shape (m, d)
        Held-out samples.
    seed : int
        Seed of the choice of samples.

    Returns
    -------
    MetricValue
        The probability, and its standard error if there is no memorization.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import memorization
    >>> rng = np.random.default_rng(0)
    >>> train, held_out = rng.normal(size=(2, 100, 2))
    >>> memorization(train, train, held_out).value
    1.0
    """
    x, y = _prepared(generated, held_out, seed)
    base, spread = _scale(held_out)
    t = (train.reshape(len(train), -1) - base) / spread
    near, far = _nearest(x, t, 1)[:, 0], np.sort(_nearest(y, t, 1)[:, 0])
    below, upto = np.searchsorted(far, near, "left"), np.searchsorted(far, near, "right")
    value = float(1 - (below + upto).mean() / (2 * len(far)))
    return MetricValue(value, float(np.sqrt((len(x) + len(y) + 1) / (12 * len(x) * len(y)))))


def _prepared(generated: Array, real: Array, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    n = min(MAX_SAMPLES, len(generated), len(real))
    base, spread = _scale(real)
    x, y = (
        side.reshape(len(side), -1)[rng.permutation(len(side))[:n]] for side in (generated, real)
    )
    return (x - base) / spread, (y - base) / spread


def _scale(real: Array) -> tuple[Array, Array]:
    flat = real.reshape(len(real), -1).astype(np.float64)
    return flat.mean(0), unit_scales(flat)


def _radii(x: Array) -> Array:
    return _nearest(x, x, K + 1)[:, -1]  # the nearest of all is the sample itself


def _nearest(of: Array, among: Array, k: int) -> Array:
    """Distances (n, k) of each row of ``of`` to its k nearest rows of ``among``, ascending."""
    from sklearn.neighbors import NearestNeighbors

    found: Array = NearestNeighbors(n_neighbors=k).fit(among).kneighbors(of)[0]
    return found


def _counts(of: Array, centres: Array, radii: Array) -> Array:
    """Number of balls (center, radius) that each row of ``of`` lies in, (n,)."""
    from sklearn.metrics import pairwise_distances_chunked

    reduce: Callable[[Array, int], Array] = lambda distances, start: (  # noqa: E731
        distances <= radii[None, :]
    ).sum(1)
    return np.concatenate(
        list(pairwise_distances_chunked(of, centres, reduce_func=reduce, working_memory=64))
    )


def _share(values: Array) -> MetricValue:
    parts = [part.mean() for part in np.array_split(values.astype(np.float64), N_PARTS)]
    return MetricValue(float(values.mean()), float(np.std(parts, ddof=1) / np.sqrt(N_PARTS)))
