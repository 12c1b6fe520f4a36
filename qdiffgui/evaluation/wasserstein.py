"""Wasserstein-1 distance of two samples of one observable (for quantum states see ``evaluation.quantum``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]
N_BOOT = 20


def w1(a: Array, b: Array) -> float:
    """W1 = ∫|F_a - F_b| of samples a (n,) and b (m,), in their unit; exact (Ramdas et al., arXiv:1509.02237)."""
    if len(a) == len(b):
        return float(np.abs(np.sort(a) - np.sort(b)).mean())
    return float(wasserstein_distance(a, b))


def measure(generated: Array, real: Array, *, seed: int = 0, n_boot: int = N_BOOT) -> Measured:
    """W1 of ``generated`` (n,) and ``real`` (m,) with the standard deviation over ``n_boot`` resamplings of both.

    W1 of finite samples is never 0: compare it with the same distance between real samples of the same size (the floor).
    """
    draws = bootstrap(generated, real, seed=seed, n_boot=n_boot)
    return Measured(w1(generated, real), float(draws.std(ddof=1)))


def bootstrap(generated: Array, real: Array, *, seed: int, n_boot: int = N_BOOT) -> Array:
    """W1 of ``n_boot`` pairs of samples drawn with replacement from both: (n_boot,)."""
    rng = np.random.default_rng(seed)
    a, b = np.sort(np.asarray(generated, dtype=float)), np.sort(np.asarray(real, dtype=float))
    return np.array([w1(_resample(a, rng), _resample(b, rng)) for _ in range(n_boot)])


def mean_measure(
    generated: Mapping[str, Array], real: Mapping[str, Array], scale: Mapping[str, float], *, seed: int = 0, n_boot: int = N_BOOT
) -> Measured:
    """Mean over the observables in ``scale`` of W1 / scale, for name -> (n,) and name -> (m,).

    The error comes from resampling whole samples, so that the correlation of their observables is in it.
    """
    rng = np.random.default_rng(seed)

    def mean(rows: Array | slice, others: Array | slice) -> float:
        return float(np.mean([w1(generated[name][rows], real[name][others]) / scale[name] for name in scale]))

    n, m = (len(next(iter(side.values()))) for side in (generated, real))
    draws = [mean(rng.integers(n, size=n), rng.integers(m, size=m)) for _ in range(n_boot)]
    return Measured(mean(slice(None), slice(None)), float(np.std(draws, ddof=1)))


def _resample(ordered: Array, rng: np.random.Generator) -> Array:
    # repeating the sorted values keeps them sorted: no second sort worth its name
    n = len(ordered)
    return np.repeat(ordered, np.bincount(rng.integers(n, size=n), minlength=n))
