"""A Gaussian copula with hurdles for sparse non-negative numbers: from fractions to uncorrelated standard normal scores, and back.

A jet map is mostly zeros, and its lit cells span five orders of magnitude. Each cell is two normal numbers here. The first says by a
threshold whether the cell is lit: it lies below the p-quantile of the normal distribution where p is the share of samples in which the
cell is empty. The second says how bright it is when lit: the normal score of its rank among the lit (van der Waerden). Only the side of
the threshold is seen of the first, and nothing of the second where the cell is empty. Both are drawn given all that is seen, by Gibbs
sampling from the multivariate normal distribution whose correlations are estimated in turn from what is drawn (Hoff, Ann. Appl. Stat. 1
(2007) 265, arXiv:math/0610413). Its principal components, each of unit variance, are the scores, the largest first.

Normal noise read back is therefore a sample with every cell's distribution right, and which pairs of cells are lit together, and how
bright: the strongest generator here that is told no more than pairs. What lies beyond is for a diffusion model to learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[Any]

GRID = np.linspace(0, 1, 513)
_EDGE = 1e-5  # ranks are kept this far from 0 and 1, whose scores are infinite
_NEAR = 1e-9  # the same for probabilities of drawn numbers
_MARGIN = 1e-4  # from the threshold, so that float32 does not switch a cell
_FIT_SWEEPS, _SWEEPS = 20, 8
_MOST = 10_000  # samples that correlations are learned from
_NAMES = ("empty", "logs", "axes", "spread", "precision")


class HurdleCopula:
    """Of d cells. ``empty`` (d,) : share of samples in which each is empty."""

    def __init__(self, d: int) -> None:
        self.d = d
        self.empty, self.logs = np.zeros(d), np.zeros((d, len(GRID)))
        self.spread, self.axes, self.precision = np.ones(2 * d), np.eye(2 * d), np.eye(2 * d)

    def fit(self, x: Array) -> None:
        """Learn distributions and correlations from fractions x (n, d)."""
        self.empty = (x <= 0).mean(axis=0)
        self.logs = np.stack([np.quantile(np.log(cell[cell > 0]), GRID) if (cell > 0).any() else 0 * GRID for cell in x.T])
        some = x[:_MOST]
        ridge = np.clip(0.2 * self.d / len(some), 1e-3, 0.5)  # few samples leave correlations without an inverse
        rng = np.random.default_rng(0)
        z = self._begin(some, rng)
        correlations = np.eye(2 * self.d)
        for _ in range(_FIT_SWEEPS):
            correlations = (1 - ridge) * np.corrcoef(z).reshape(2 * self.d, -1) + ridge * np.eye(2 * self.d)
            self.precision = np.linalg.inv(correlations)
            self._sweep(z, some.T > 0, rng)
        values, vectors = np.linalg.eigh(correlations)
        lead = vectors[np.abs(vectors).argmax(axis=0), np.arange(2 * self.d)]
        # the sign of an eigenvector is the library's choice: the largest entry positive makes it everyone's
        self.axes, self.spread = (vectors * np.sign(lead))[:, ::-1], np.sqrt(values)[::-1]
        self.load_arrays(self.arrays())  # float32, as saved: what is read from a file gives the same

    def scores(self, x: Array, seed: int = 0) -> Array:
        """(n, 2 d) scores of fractions x (n, d); what is not seen is drawn from ``seed``."""
        rng = np.random.default_rng([seed, 1])
        z = self._begin(x, rng)
        for _ in range(_SWEEPS):
            self._sweep(z, x.T > 0, rng)
        return np.asarray(z.T @ self.axes / self.spread)

    def fractions(self, scores: Array) -> Array:
        """(n, d) of scores (n, 2 d), summing to 1; a sample without a lit cell is uniform: it carries no information."""
        z = (scores * self.spread) @ self.axes.T
        lit = z[:, : self.d] > self._thresholds
        rank = ndtr(z[:, self.d :])
        bright = np.stack([np.interp(rank[:, cell], GRID, self.logs[cell]) for cell in range(self.d)], axis=1)
        found = np.where(lit, np.exp(bright), 0)
        total = found.sum(axis=1, keepdims=True)
        return np.where(total > 0, found / np.where(total > 0, total, 1), 1 / self.d)

    @property
    def _thresholds(self) -> Array:
        return np.asarray(ndtri(self.empty))  # ∓∞ for a cell that is always, or never, lit

    def _begin(self, x: Array, rng: np.random.Generator) -> Array:
        """(2 d, n): what is seen as it is, the rest drawn for each cell by itself."""
        u, lit = rng.random(x.shape), x > 0
        u = np.where(lit, self.empty + (1 - self.empty) * u, self.empty * u)
        bright = rng.standard_normal(x.shape)
        for cell, logs in enumerate(self.logs):
            on = lit[:, cell]
            bright[on, cell] = ndtri(np.clip(ranks(np.log(x[on, cell]), logs, rng), _EDGE, 1 - _EDGE))
        return np.ascontiguousarray(np.concatenate([ndtri(np.clip(u, _NEAR, 1 - _NEAR)), bright], axis=1).T)

    def _sweep(self, z: Array, lit: Array, rng: np.random.Generator) -> None:
        """Draw each unseen number of z (2 d, n) anew, in place, given all others and that lit (d, n) is seen."""
        for cell, threshold in enumerate(self._thresholds):
            mean, sigma = self._given_others(z, cell)
            below, u, on = ndtr((threshold - mean) / sigma), rng.random(z.shape[1]), lit[cell]
            drawn = mean + sigma * ndtri(np.clip(np.where(on, below + (1 - below) * u, below * u), _NEAR, 1 - _NEAR))
            z[cell] = np.where(on, np.maximum(drawn, threshold + _MARGIN), np.minimum(drawn, threshold - _MARGIN))
            mean, sigma = self._given_others(z, self.d + cell)
            z[self.d + cell] = np.where(on, z[self.d + cell], mean + sigma * rng.standard_normal(z.shape[1]))

    def _given_others(self, z: Array, i: int) -> tuple[Array, float]:
        """Mean (n,) and standard deviation of number i given the others."""
        variance = 1 / self.precision[i, i]
        return z[i] - variance * (self.precision[i] @ z), float(np.sqrt(variance))

    def arrays(self) -> dict[str, Array]:
        return {name: np.array(getattr(self, name), dtype=np.float32) for name in _NAMES}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Take what ``arrays`` gave of a copula of as many cells."""
        for name in _NAMES:
            setattr(self, name, np.array(arrays[name], dtype=np.float64).reshape(getattr(self, name).shape))


def ranks(values: Array, quantiles: Array, rng: np.random.Generator) -> Array:
    """Place (n,) in [0, 1] of each value (n,) among ``quantiles`` on ``GRID``; drawn between its ends where many samples are equal."""
    first = np.minimum(np.searchsorted(quantiles, values, "left"), len(GRID) - 1)
    last = np.maximum(np.searchsorted(quantiles, values, "right") - 1, 0)
    within = GRID[first] + (GRID[last] - GRID[first]) * rng.random(len(values))
    return np.where(last > first, within, np.interp(values, quantiles, GRID))
