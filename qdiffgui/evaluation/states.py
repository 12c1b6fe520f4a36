"""Metrics of ensembles of pure states with errors, of one signature; the distances themselves are in ``evaluation.quantum``.

``f(generated, real, *, seed) -> Measured``; states are rows, (n, d) and (m, d).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation import quantum
from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]
MAX_BLOCK = 1000
MAX_BLOCKS = 3


def block_size(n: int) -> int:
    """States a side in one optimal transport: a fifth of the sample, at least 20 and at most 1000."""
    return int(np.clip(n // 5, min(20, n), MAX_BLOCK))


def wasserstein(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """W with ground cost 1 - F, mean over disjoint blocks of ``block_size`` states a side, and the standard error of that mean.

    W of finite samples falls with their size, so only values of one block size compare; exact transport of all states at once grows
    with their cube.
    """
    return over_blocks(quantum.wasserstein, generated, real, seed)


def mmd(generated: Array, real: Array, *, seed: int = 0, n_boot: int = 20) -> Measured:
    """MMD² with kernel F, which is ‖ρ_generated - ρ_real‖² of the mean density matrices (Hilbert-Schmidt); bootstrap error.

    It sees the mean density matrix alone: it cannot tell a circle of states from Haar-random ones.
    """
    rng = np.random.default_rng(seed)

    def distance(a: Array, b: Array) -> float:
        return float(np.linalg.norm(quantum.mean_density(a) - quantum.mean_density(b)) ** 2)

    draws = [
        distance(generated[rng.integers(len(generated), size=len(generated))], real[rng.integers(len(real), size=len(real))])
        for _ in range(n_boot)
    ]
    return Measured(distance(generated, real), float(np.std(draws, ddof=1)))


def spread(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """1 - E F over pairs of different generated states: 0 for a collapsed ensemble, 1 - 1/d for Haar. To be near that of real states."""
    return over_blocks(lambda a, _: quantum.spread(a), generated, real, seed)


def f0(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Mean fidelity of generated states with |0...0>. To be near that of real states: 1 is collapse, not success."""
    mean, std = quantum.fidelity_with(generated, np.eye(generated.shape[1])[0])
    return Measured(mean, std / np.sqrt(len(generated)))


def y_squared(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Mean <Y>² of one-qubit states: 0 on the circle of real states, 1/3 for Haar."""
    values = np.array([quantum.circle_y(block) for block in np.array_split(generated, min(10, len(generated)))])
    return Measured(quantum.circle_y(generated), float(values.std(ddof=1) / np.sqrt(len(values))))


def over_blocks(function: Callable[[Array, Array], float], generated: Array, real: Array, seed: int) -> Measured:
    """Mean of ``function`` over disjoint blocks of ``block_size`` samples a side, at most three, and the standard error of that mean."""
    rng = np.random.default_rng(seed)
    size = block_size(min(len(generated), len(real)))
    left, right = rng.permutation(len(generated)), rng.permutation(len(real))
    n_blocks = min(MAX_BLOCKS, len(left) // size, len(right) // size)
    values = [
        function(generated[left[i * size : (i + 1) * size]], real[right[i * size : (i + 1) * size]]) for i in range(n_blocks)
    ]
    error = np.std(values, ddof=1) / np.sqrt(n_blocks) if n_blocks > 1 else np.nan
    return Measured(float(np.mean(values)), float(error))
