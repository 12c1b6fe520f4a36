"""Trivial generators of maps, with the signature of ``evaluation.baselines``: a log-normal of the
cells, and three of shares in levels.

The last three have the decoder of the masked models (``diffusion.share_levels``), so that a model
is compared with what the decoder does by itself. They draw the levels of the shares in the order of
the cells: independently, as a Markov chain, or with a Gaussian copula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from qdiffgui.data.types import Encoded
from qdiffgui.diffusion.share_levels import ShareLevels
from qdiffgui.evaluation.real_vectors import from_real_vectors

Array = NDArray[Any]
_FAINT = 0.05
_PSEUDO = 1.0  # jets added to each row of a table of transitions, spread as the marginal
_MOST = 10_000  # samples for the correlations


def log_normal(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Gaussian with the mean and the full covariance of the logarithms of the fractions; maps
    only.

    An empty cell has no logarithm. It is given the 5 % quantile of the fractions that its cell
    holds when lit. (The smallest fraction ever seen is an outlier that widens the Gaussian.)
    Generated values below the quantile of the Gaussian that equals the fraction of empty cells are
    set to 0: that fraction is then right in each cell, and which cells are empty together follows
    from the covariance. A cell that is never lit stays empty. The results are normalized.

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Maps encoded like ``train``.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import log_normal
    >>> x = np.random.default_rng(0).dirichlet(np.ones(4), 500).reshape(500, 2, 2)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("map", (2, 2)))
    >>> log_normal(train, 3, seed=1).sum(axis=(1, 2)).round(6)
    array([1., 1., 1.])
    """
    flat = train.x.reshape(len(train), -1).astype(np.float64)
    lit = flat > 0
    faint = np.array(
        [np.quantile(cell[on], _FAINT) if on.any() else 1.0 for cell, on in zip(flat.T, lit.T)]
    )
    logs = np.log(np.where(lit, flat, faint))
    values, vectors = np.linalg.eigh(np.cov(logs, rowvar=False).reshape(flat.shape[1], -1))
    normal = np.random.default_rng(seed).standard_normal((n, flat.shape[1]))
    drawn = (normal * np.sqrt(np.maximum(values, 0))) @ vectors.T
    share = 1 - lit.mean(axis=0)
    # ndtri of 0 and 1 is ∓∞, as it should be; a cell that is never lit has no spread to multiply
    # it with
    empty = (drawn < ndtri(share) * np.maximum(logs.std(axis=0), 1e-12)) | (share == 1)
    return from_real_vectors(np.where(empty, 0, np.exp(drawn + logs.mean(axis=0))), train)


def independent_shares(train: Encoded, n: int, seed: int = 0) -> Array:
    """Levels of the shares, each drawn from its distribution among the training maps that have
    something left, independently of all others.

    Parameters
    ----------
    train : Encoded
        Training maps of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Maps of fractions that sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import independent_shares
    >>> x = np.random.default_rng(0).dirichlet(np.ones(4), 500).reshape(500, 2, 2)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("map", (2, 2)))
    >>> independent_shares(train, 3, seed=1).sum(axis=(1, 2)).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    codec, levels, rng = _encoded(train, seed)
    left = _something_left(codec, levels)
    drawn = [
        _draw(_frequencies(level[on], codec.n_levels), rng.random(n))
        for level, on in zip(levels.T, left.T)
    ]
    return codec.decode(np.reshape(drawn, (-1, n)).T, rng)


def markov_shares(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Markov chain of levels: each share is drawn given the one before it, from a table of
    transitions among the training maps that have something left.

    To each row of a table one map is added that is spread like the marginal distribution.

    Parameters
    ----------
    train : Encoded
        Training maps of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Maps of fractions that sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import markov_shares
    >>> x = np.random.default_rng(0).dirichlet(np.ones(4), 500).reshape(500, 2, 2)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("map", (2, 2)))
    >>> markov_shares(train, 3, seed=1).sum(axis=(1, 2)).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    codec, levels, rng = _encoded(train, seed)
    left = _something_left(codec, levels)
    drawn, before, now = [], np.zeros(len(levels), dtype=np.int64), np.zeros(n, dtype=np.int64)
    for level, on in zip(levels.T, left.T):
        pairs = np.bincount(before[on] * codec.n_levels + level[on], minlength=codec.n_levels**2)
        marginal = _frequencies(level[on], codec.n_levels)
        table = pairs.reshape(codec.n_levels, -1) + _PSEUDO * marginal
        now = _draw(table[now], rng.random(n))
        drawn.append(now)
        before = level
    return codec.decode(np.reshape(drawn, (-1, n)).T, rng)


def copula_shares(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Gaussian copula of levels: all distributions of single shares are right, and the
    correlations of all pairs of their normal scores.

    The score of a level is drawn at a uniform rank inside it; at most 10 000 training maps are
    used.

    Parameters
    ----------
    train : Encoded
        Training maps of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Maps of fractions that sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import copula_shares
    >>> x = np.random.default_rng(0).dirichlet(np.ones(4), 500).reshape(500, 2, 2)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("map", (2, 2)))
    >>> copula_shares(train, 3, seed=1).sum(axis=(1, 2)).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    codec, levels, rng = _encoded(train, seed)
    up_to = np.cumsum(codec.frequencies, axis=1)
    below = up_to - codec.frequencies
    some, shares = levels[:_MOST], np.arange(codec.n_shares)
    ranks = below[shares, some] + codec.frequencies[shares, some] * rng.random(some.shape)
    scores = ndtri(np.clip(ranks, 1e-9, 1 - 1e-9))
    values, vectors = np.linalg.eigh(np.cov(scores, rowvar=False).reshape(codec.n_shares, -1))
    normal = rng.standard_normal((n, codec.n_shares)) * np.sqrt(np.maximum(values, 0))
    u = ndtr(normal @ vectors.T / np.maximum(scores.std(axis=0), 1e-9))
    drawn = [_draw(row, rank) for row, rank in zip(codec.frequencies, u.T)]
    return codec.decode(np.reshape(drawn, (-1, n)).T, rng)


def _encoded(train: Encoded, seed: int) -> tuple[ShareLevels, Array, np.random.Generator]:
    """The codec of the training maps, their levels (n, n_shares), and the random numbers."""
    codec = ShareLevels(train.spec.shape)
    codec.fit(train.x)
    return codec, codec.encode(train.x), np.random.default_rng(seed)


def _something_left(codec: ShareLevels, levels: Array) -> Array:
    """Whether no share before each one (n, n_shares) has used up all that was left."""
    full = (levels == codec.full).astype(np.int64)
    return np.asarray(np.cumsum(full, axis=1) - full == 0)


def _frequencies(level: Array, n_levels: int) -> Array:
    """Frequencies (n_levels,) of levels (n,); level 0 if there are none."""
    counts = np.bincount(level, minlength=n_levels)
    return counts / len(level) if len(level) else np.eye(n_levels)[0]


def _draw(weights: Array, u: Array) -> Array:
    """Levels (n,) at ranks u (n,) in [0, 1) of ``weights`` (n_levels,) or (n, n_levels)."""
    up_to = np.cumsum(np.broadcast_to(weights, (len(u), weights.shape[-1])), axis=1)
    found = (up_to <= (u * up_to[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(found, weights.shape[-1] - 1))
