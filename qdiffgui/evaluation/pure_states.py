"""Metrics of ensembles of pure states, with errors. The distances are in ``evaluation.quantum``.

All have the signature ``f(generated, real, *, seed) -> MetricValue`` for states (n, d) and (m, d),
one per row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation import quantum
from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
MAX_BLOCK = 1000
MAX_BLOCKS = 3


def block_size(n: int) -> int:
    """Number of generated (and of real) states in one optimal transport: a fifth of the sample, at
    least 20 and at most 1000.
    """
    return int(np.clip(n // 5, min(20, n), MAX_BLOCK))


def wasserstein(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """W with ground cost 1 - F: mean over at most three disjoint blocks of ``block_size`` states,
    and the standard error of that mean.

    W of finite samples decreases with their size, so compare values of equal block size only. The
    cost of exact transport grows with the cube of the number of states.
    """
    return mean_over_blocks(quantum.wasserstein, generated, real, seed)


def mmd(generated: Array, real: Array, *, seed: int = 0, n_boot: int = 20) -> MetricValue:
    """MMD² with kernel F: the squared Hilbert-Schmidt distance of the mean density matrices, with a
    bootstrap error.

    It sees only the mean density matrix, so it cannot tell a circle of states from Haar-random
    ones.
    """
    rng = np.random.default_rng(seed)

    def distance(a: Array, b: Array) -> float:
        return float(np.linalg.norm(quantum.mean_density(a) - quantum.mean_density(b)) ** 2)

    draws = [
        distance(
            generated[rng.integers(len(generated), size=len(generated))],
            real[rng.integers(len(real), size=len(real))],
        )
        for _ in range(n_boot)
    ]
    return MetricValue(distance(generated, real), float(np.std(draws, ddof=1)))


def spread(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """1 - E F over pairs of different generated states: 0 for a collapsed ensemble, 1 - 1/d for
    Haar-random states. It should match that of the real states.
    """
    return mean_over_blocks(lambda a, _: quantum.spread(a), generated, real, seed)


def f0(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean fidelity of generated states with |0...0>. It should match that of the real states; 1
    means collapse.
    """
    mean, std = quantum.fidelity_with(generated, np.eye(generated.shape[1])[0])
    return MetricValue(mean, std / np.sqrt(len(generated)))


def y_squared(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean <Y>² of one-qubit states: 0 for real amplitudes, 1/3 for Haar-random states."""
    values = np.array(
        [quantum.circle_y(block) for block in np.array_split(generated, min(10, len(generated)))]
    )
    return MetricValue(
        quantum.circle_y(generated), float(values.std(ddof=1) / np.sqrt(len(values)))
    )


def mean_over_blocks(
    function: Callable[[Array, Array], float], generated: Array, real: Array, seed: int
) -> MetricValue:
    """Mean of ``function`` over at most three disjoint pairs of blocks of ``block_size`` samples,
    and the standard error of that mean.
    """
    rng = np.random.default_rng(seed)
    size = block_size(min(len(generated), len(real)))
    left, right = rng.permutation(len(generated)), rng.permutation(len(real))
    n_blocks = min(MAX_BLOCKS, len(left) // size, len(right) // size)
    values = [
        function(generated[left[i * size : (i + 1) * size]], real[right[i * size : (i + 1) * size]])
        for i in range(n_blocks)
    ]
    error = np.std(values, ddof=1) / np.sqrt(n_blocks) if n_blocks > 1 else np.nan
    return MetricValue(float(np.mean(values)), float(error))
