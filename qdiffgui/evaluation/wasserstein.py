"""Wasserstein-1 distance of two samples of one observable. Distances of quantum states are in
``evaluation.quantum``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
N_BOOT = 20


def w1(a: Array, b: Array) -> float:
    """Wasserstein-1 distance W1 = ∫ |F_a - F_b| of two samples of one number; exact.

    Parameters
    ----------
    a : ndarray, shape (n,)
        One sample.
    b : ndarray, shape (m,)
        The other sample, in the same unit.

    Returns
    -------
    float
        W1, in the unit of the samples.

    References
    ----------
    Ramdas, Garcia Trillos and Cuturi, arXiv:1509.02237.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import w1
    >>> w1(np.array([0.0, 1.0]), np.array([0.5, 1.5]))
    0.5
    """
    if len(a) == len(b):
        return float(np.abs(np.sort(a) - np.sort(b)).mean())
    from scipy.stats import wasserstein_distance  # the page's kernel, too, reads this module

    return float(wasserstein_distance(a, b))


def w1_with_error(
    generated: Array, real: Array, *, seed: int = 0, n_boot: int = N_BOOT
) -> MetricValue:
    """W1 of two samples with the standard deviation over bootstrap resamplings of both.

    W1 of finite samples is never 0: compare it with the floor, the same distance between training
    and held-out samples of this size.

    Parameters
    ----------
    generated : ndarray, shape (n,)
        Generated values of one observable.
    real : ndarray, shape (m,)
        Held-out values, in the same unit.
    seed : int
        Seed of the resampling.
    n_boot : int
        Number of resamplings.

    Returns
    -------
    MetricValue
        W1 and its standard error, in the unit of the observable.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import w1_with_error
    >>> mass = np.linspace(40, 60, 101)
    >>> round(w1_with_error(mass + 5, mass).value, 3)
    5.0
    """
    draws = bootstrap_w1(generated, real, seed=seed, n_boot=n_boot)
    return MetricValue(w1(generated, real), float(draws.std(ddof=1)))


def bootstrap_w1(generated: Array, real: Array, *, seed: int, n_boot: int = N_BOOT) -> Array:
    """W1 of ``n_boot`` pairs of samples drawn with replacement from both: (n_boot,)."""
    rng = np.random.default_rng(seed)
    a, b = np.sort(np.asarray(generated, dtype=float)), np.sort(np.asarray(real, dtype=float))
    return np.array([w1(_resample(a, rng), _resample(b, rng)) for _ in range(n_boot)])


def mean_w1(
    generated: Mapping[str, Array],
    real: Mapping[str, Array],
    scale: Mapping[str, float],
    *,
    seed: int = 0,
    n_boot: int = N_BOOT,
) -> MetricValue:
    """Mean over observables of W1 divided by a scale.

    The error comes from resampling whole samples, so it includes the correlations of the
    observables.

    Parameters
    ----------
    generated : mapping of str to ndarray, shape (n,)
        Generated values by observable.
    real : mapping of str to ndarray, shape (m,)
        Held-out values by observable.
    scale : mapping of str to float
        Observables to average over, and the scale of each, in its unit.
    seed : int
        Seed of the resampling.
    n_boot : int
        Number of resamplings.

    Returns
    -------
    MetricValue
        The mean and its standard error, without unit.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import mean_w1
    >>> real = {"mass": np.linspace(40, 60, 101), "width": np.linspace(0, 0.2, 101)}
    >>> shifted = {"mass": real["mass"] + 5, "width": real["width"]}
    >>> round(mean_w1(shifted, real, {"mass": 10.0, "width": 0.1}).value, 3)
    0.25
    """
    rng = np.random.default_rng(seed)

    def mean(rows: Array | slice, others: Array | slice) -> float:
        return float(
            np.mean([w1(generated[name][rows], real[name][others]) / scale[name] for name in scale])
        )

    n, m = (len(next(iter(side.values()))) for side in (generated, real))
    draws = [mean(rng.integers(n, size=n), rng.integers(m, size=m)) for _ in range(n_boot)]
    return MetricValue(mean(slice(None), slice(None)), float(np.std(draws, ddof=1)))


def _resample(ordered: Array, rng: np.random.Generator) -> Array:
    # repeating sorted values keeps them sorted, so the second sort is cheap
    n = len(ordered)
    return np.repeat(ordered, np.bincount(rng.integers(n, size=n), minlength=n))
