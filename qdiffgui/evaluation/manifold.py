"""Fidelity and diversity from nearest neighbours: precision and recall (Kynkäänniemi et al., arXiv:1904.06991), density and coverage
(Naeem et al., arXiv:2002.09797), and memorisation.

Features are standardised on the real sample. A neighbourhood is the ball about a sample that reaches its 5th nearest neighbour in its
own set. All depend on the number of samples a side: at most 3000 are used, and values compare at one number only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]
K = 5
MAX_SAMPLES = 3000
N_PARTS = 5


def precision(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Share of generated samples (n, d) inside the neighbourhood of some real one (m, d)."""
    x, y = _prepared(generated, real, seed)
    return _share(_counts(x, y, _radii(y)) > 0)


def recall(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Share of real samples (m, d) inside the neighbourhood of some generated one (n, d)."""
    x, y = _prepared(generated, real, seed)
    return _share(_counts(y, x, _radii(x)) > 0)


def density(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Mean number of real neighbourhoods that a generated sample lies in, divided by 5: 1 for equal distributions, may exceed it."""
    x, y = _prepared(generated, real, seed)
    return _share(_counts(x, y, _radii(y)) / K)


def covered(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Share of real samples whose neighbourhood holds a generated one."""
    x, y = _prepared(generated, real, seed)
    return _share(_nearest(y, x, 1)[:, 0] <= _radii(y))


def memorisation(generated: Array, train: Array, held_out: Array, *, seed: int = 0) -> Measured:
    """Chance that a generated sample (n, d) lies nearer to its nearest training sample (t, d) than a held-out one (m, d) does to its own:
    .5 without memorisation, 1 for copies. The statistic is that of Mann and Whitney; the error is of no difference."""
    x, y = _prepared(generated, held_out, seed)
    base, spread = _scale(held_out)
    t = (train.reshape(len(train), -1) - base) / spread
    near, far = _nearest(x, t, 1)[:, 0], np.sort(_nearest(y, t, 1)[:, 0])
    below, upto = np.searchsorted(far, near, "left"), np.searchsorted(far, near, "right")
    value = float(1 - (below + upto).mean() / (2 * len(far)))
    return Measured(value, float(np.sqrt((len(x) + len(y) + 1) / (12 * len(x) * len(y)))))


def _prepared(generated: Array, real: Array, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    n = min(MAX_SAMPLES, len(generated), len(real))
    base, spread = _scale(real)
    x, y = (side.reshape(len(side), -1)[rng.permutation(len(side))[:n]] for side in (generated, real))
    return (x - base) / spread, (y - base) / spread


def _scale(real: Array) -> tuple[Array, Array]:
    flat = real.reshape(len(real), -1).astype(np.float64)
    spread = flat.std(0)
    return flat.mean(0), np.where(spread > 0, spread, 1)


def _radii(x: Array) -> Array:
    return _nearest(x, x, K + 1)[:, -1]  # the nearest of all is the sample itself


def _nearest(of: Array, among: Array, k: int) -> Array:
    """(n, k) distances of each row of ``of`` to its k nearest rows of ``among``, ascending."""
    from sklearn.neighbors import NearestNeighbors

    found: Array = NearestNeighbors(n_neighbors=k).fit(among).kneighbors(of)[0]
    return found


def _counts(of: Array, centres: Array, radii: Array) -> Array:
    """(n,) how many of the balls (centre, radius) each row of ``of`` lies in."""
    from sklearn.metrics import pairwise_distances_chunked

    reduce: Callable[[Array, int], Array] = lambda distances, start: (distances <= radii[None, :]).sum(1)  # noqa: E731
    return np.concatenate(list(pairwise_distances_chunked(of, centres, reduce_func=reduce, working_memory=64)))


def _share(values: Array) -> Measured:
    parts = [part.mean() for part in np.array_split(values.astype(np.float64), N_PARTS)]
    return Measured(float(values.mean()), float(np.std(parts, ddof=1) / np.sqrt(N_PARTS)))
