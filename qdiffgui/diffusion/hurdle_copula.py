"""A Gaussian copula with hurdles for sparse non-negative numbers: from fractions to uncorrelated
standard normal scores, and back.

A jet map is mostly zeros, and its lit cells span five orders of magnitude. Here each cell has two
latent normal numbers. The first one decides whether the cell is lit: it is empty if the number is
below the p-quantile of the normal distribution, where p is the share of samples in which the cell
is empty. The second one is the brightness of a lit cell: the normal score of its rank among the lit
samples (van der Waerden). Of the first number only the side of the threshold is observed; of the
second one nothing if the cell is empty. The unobserved values are drawn given all observed ones, by
Gibbs sampling from a multivariate normal distribution whose correlations are estimated in turn from
the draws (Hoff, Ann. Appl. Stat. 1 (2007) 265, arXiv:math/0610413). The scores are its principal
components, each of unit variance, the largest first.

Fractions of normal noise therefore reproduce the distribution of every cell and the correlations of
pairs of cells. This is the strongest generator here that uses only pairs; a diffusion model can
learn the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[Any]

GRID = np.linspace(0, 1, 513)
_EDGE = 1e-5  # smallest distance of ranks to 0 and 1, whose scores are infinite
_NEAR = 1e-9  # the same for probabilities of drawn numbers
_MARGIN = 1e-4  # distance from the threshold, so that float32 does not switch a cell
_FIT_SWEEPS, _SWEEPS = 20, 8
_MOST = 10_000  # largest number of samples for the correlations
_NAMES = ("empty", "logs", "axes", "spread", "precision")


class HurdleCopula:
    """The copula of d cells.

    Parameters
    ----------
    d : int
        Number of cells.

    Attributes
    ----------
    empty : array, shape (d,)
        Share of samples in which each cell is empty.

    References
    ----------
    Hoff, arXiv:math/0610413.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).dirichlet([0.5, 0.5, 0.5], size=200)
    >>> copula = HurdleCopula(3)
    >>> copula.fit(x)
    >>> scores = copula.scores(x)
    >>> scores.shape
    (200, 6)
    >>> bool(np.allclose(copula.fractions(scores), x, atol=0.02))
    True
    """

    def __init__(self, d: int) -> None:
        self.d = d
        self.empty, self.logs = np.zeros(d), np.zeros((d, len(GRID)))
        self.spread, self.axes, self.precision = np.ones(2 * d), np.eye(2 * d), np.eye(2 * d)

    def fit(self, x: Array) -> None:
        """Estimate the distributions and correlations from fractions x (n, d)."""
        self.empty = (x <= 0).mean(axis=0)
        self.logs = np.stack(
            [
                np.quantile(np.log(cell[cell > 0]), GRID) if (cell > 0).any() else 0 * GRID
                for cell in x.T
            ]
        )
        some = x[:_MOST]
        ridge = np.clip(
            0.2 * self.d / len(some), 1e-3, 0.5
        )  # with few samples the correlations have no inverse
        rng = np.random.default_rng(0)
        z = self._begin(some, rng)
        correlations = np.eye(2 * self.d)
        for _ in range(_FIT_SWEEPS):
            correlations = (1 - ridge) * np.corrcoef(z).reshape(2 * self.d, -1) + ridge * np.eye(
                2 * self.d
            )
            self.precision = np.linalg.inv(correlations)
            self._sweep(z, some.T > 0, rng)
        values, vectors = np.linalg.eigh(correlations)
        lead = vectors[np.abs(vectors).argmax(axis=0), np.arange(2 * self.d)]
        # the sign of an eigenvector depends on the library: make its largest entry positive
        self.axes, self.spread = (vectors * np.sign(lead))[:, ::-1], np.sqrt(values)[::-1]
        self.load_arrays(self.arrays())  # float32, so that a copula read from a file gives the same

    def scores(self, x: Array, seed: int = 0) -> Array:
        """Scores (n, 2 d) of fractions x (n, d); ``seed`` determines the unobserved values."""
        rng = np.random.default_rng([seed, 1])
        z = self._begin(x, rng)
        for _ in range(_SWEEPS):
            self._sweep(z, x.T > 0, rng)
        return np.asarray(z.T @ self.axes / self.spread)

    def fractions(self, scores: Array) -> Array:
        """Fractions (n, d) of scores (n, 2 d), which sum to 1; a sample without a lit cell becomes
        uniform.
        """
        z = (scores * self.spread) @ self.axes.T
        lit = z[:, : self.d] > self._thresholds
        rank = ndtr(z[:, self.d :])
        bright = np.stack(
            [np.interp(rank[:, cell], GRID, self.logs[cell]) for cell in range(self.d)], axis=1
        )
        found = np.where(lit, np.exp(bright), 0)
        total = found.sum(axis=1, keepdims=True)
        return np.where(total > 0, found / np.where(total > 0, total, 1), 1 / self.d)

    @property
    def _thresholds(self) -> Array:
        return np.asarray(ndtri(self.empty))  # ∓∞ for a cell that is always or never lit

    def _begin(self, x: Array, rng: np.random.Generator) -> Array:
        """Initial numbers (2 d, n): the observed ones, and independent draws for the others."""
        u, lit = rng.random(x.shape), x > 0
        u = np.where(lit, self.empty + (1 - self.empty) * u, self.empty * u)
        bright = rng.standard_normal(x.shape)
        for cell, logs in enumerate(self.logs):
            on = lit[:, cell]
            bright[on, cell] = ndtri(
                np.clip(ranks(np.log(x[on, cell]), logs, rng), _EDGE, 1 - _EDGE)
            )
        return np.ascontiguousarray(
            np.concatenate([ndtri(np.clip(u, _NEAR, 1 - _NEAR)), bright], axis=1).T
        )

    def _sweep(self, z: Array, lit: Array, rng: np.random.Generator) -> None:
        """Draw each unobserved number of z (2 d, n) again, in place, given all others.

        lit (d, n) is observed.
        """
        for cell, threshold in enumerate(self._thresholds):
            mean, sigma = self._given_others(z, cell)
            below, u, on = ndtr((threshold - mean) / sigma), rng.random(z.shape[1]), lit[cell]
            drawn = mean + sigma * ndtri(
                np.clip(np.where(on, below + (1 - below) * u, below * u), _NEAR, 1 - _NEAR)
            )
            z[cell] = np.where(
                on, np.maximum(drawn, threshold + _MARGIN), np.minimum(drawn, threshold - _MARGIN)
            )
            mean, sigma = self._given_others(z, self.d + cell)
            z[self.d + cell] = np.where(
                on, z[self.d + cell], mean + sigma * rng.standard_normal(z.shape[1])
            )

    def _given_others(self, z: Array, i: int) -> tuple[Array, float]:
        """Mean (n,) and standard deviation of number i given the others."""
        variance = 1 / self.precision[i, i]
        return z[i] - variance * (self.precision[i] @ z), float(np.sqrt(variance))

    def arrays(self) -> dict[str, Array]:
        """The fitted state, float32, for a file."""
        return {name: np.array(getattr(self, name), dtype=np.float32) for name in _NAMES}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Restore the state from ``arrays`` of a copula with the same number of cells."""
        for name in _NAMES:
            setattr(
                self,
                name,
                np.array(arrays[name], dtype=np.float64).reshape(getattr(self, name).shape),
            )


def ranks(values: Array, quantiles: Array, rng: np.random.Generator) -> Array:
    """Rank (n,) in [0, 1] of each value (n,) among ``quantiles`` on ``GRID``; drawn uniformly from
    the ranks of equal samples.
    """
    first = np.minimum(np.searchsorted(quantiles, values, "left"), len(GRID) - 1)
    last = np.maximum(np.searchsorted(quantiles, values, "right") - 1, 0)
    within = GRID[first] + (GRID[last] - GRID[first]) * rng.random(len(values))
    return np.where(last > first, within, np.interp(values, quantiles, GRID))
