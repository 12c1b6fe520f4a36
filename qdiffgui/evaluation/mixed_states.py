"""Metrics of ensembles of mixed states, with errors. The distances are in ``evaluation.quantum``.

All have the signature ``f(generated, real, *, seed) -> MetricValue`` for density matrices (n, d, d)
and (m, d, d).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation import quantum
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.pure_states import mean_over_blocks

Array = NDArray[Any]
N_BOOT = 10


def wasserstein(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """W with ground cost 1 - G for the superfidelity G (arXiv:2411.17608): mean over disjoint
    blocks, as for pure states.
    """
    return mean_over_blocks(
        lambda a, b: quantum.transport(1 - quantum.superfidelity(a, b)), generated, real, seed
    )


def mmd(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """MMD² with the superfidelity as kernel, with a bootstrap error.

    The superfidelity is a scalar product, so MMD² is the squared distance of the mean
    ``quantum.lift``: it sees the mean density matrix and the mean √(1 - purity), and nothing else
    of an ensemble.
    """
    rng = np.random.default_rng(seed)
    a, b = (quantum.lift(x).astype(np.float64) for x in (generated, real))

    def distance(rows: Array | slice, others: Array | slice) -> float:
        return float(np.square(a[rows].mean(axis=0) - b[others].mean(axis=0)).sum())

    draws = [
        distance(rng.integers(len(a), size=len(a)), rng.integers(len(b), size=len(b)))
        for _ in range(N_BOOT)
    ]
    return MetricValue(distance(slice(None), slice(None)), float(np.std(draws, ddof=1)))


def mean_state_fidelity(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Uhlmann fidelity of the two mean density matrices, with a bootstrap error."""
    rng = np.random.default_rng(seed)
    truth = _mean(real)
    draws = [
        quantum.mixed_fidelity(
            truth, _mean(generated[rng.integers(len(generated), size=len(generated))])
        )
        for _ in range(N_BOOT)
    ]
    return MetricValue(
        quantum.mixed_fidelity(truth, _mean(generated)), float(np.std(draws, ddof=1))
    )


def fidelity_with_mean(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean superfidelity of generated states with the mean of the real ones. It should match that
    of the real states.
    """
    return _of_samples(
        quantum.superfidelity(generated, _mean(real)[None].astype(generated.dtype))[:, 0]
    )


def purity(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean Tr ρ²: 1 for pure states, 1/d for the maximally mixed one. It should match that of the
    real states.
    """
    return _of_samples(np.square(np.abs(generated)).sum(axis=(1, 2), dtype=np.float64))


def spread(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """1 - E G over pairs of different generated states: 0 if all states are equal. It should match
    that of the real states.
    """

    def of_pairs(a: Array, _: Array) -> float:
        total = np.square(quantum.lift(a).sum(axis=0, dtype=np.float64)).sum()
        return max(float(1 - (total - len(a)) / (len(a) * (len(a) - 1))), 0.0)

    return mean_over_blocks(of_pairs, generated, real, seed)


def f0(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean <0...0|ρ|0...0>. It should match that of the real states; 1 means collapse."""
    return _of_samples(generated[:, 0, 0].real.astype(np.float64))


def _mean(rho: Array) -> Array:
    return np.asarray(rho.mean(axis=0, dtype=np.complex128))


def _of_samples(values: Array) -> MetricValue:
    return MetricValue(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))
