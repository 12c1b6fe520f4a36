"""Whitening of a table of numbers, with or without normal scores in front: what makes the data as
Gaussian as a closed formula can, and the exact way back.

Without scores: ``z = L⁻¹ (x - mean)`` with L the Cholesky factor of the covariance. With scores
every column first goes through its own distribution to a standard normal number (van der Waerden's
normal scores), so that noise read back is a sample of the Gaussian copula with the right marginals:
Nelsen, An Introduction to Copulas (Springer 2006), section 2.3.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]

N_QUANTILES = 440
_TAIL, _TAIL_POINTS = 0.02, 120
_RIDGE = 1e-6


class GaussianCopula:
    """A Gaussian, or with ``scores`` a Gaussian copula, fitted to the rows of a table.

    Parameters
    ----------
    scores : bool
        Put normal scores in front of the whitening: a table of 440 quantiles for each column,
        dense in the tails.

    Examples
    --------
    >>> x = np.random.default_rng(0).exponential(size=(500, 2))
    >>> copula = GaussianCopula(scores=True)
    >>> copula.fit(x)
    >>> z = copula.encode(x)
    >>> bool(abs(np.cov(z.T) - np.eye(2)).max() < 0.02)
    True
    >>> bool(np.allclose(copula.decode(z), x, atol=1e-6))
    True
    """

    def __init__(self, *, scores: bool) -> None:
        self.scores = scores
        self.mean: FloatArray = np.zeros(0)
        self.factor: FloatArray = np.zeros((0, 0))
        self.quantiles: FloatArray = np.zeros((0, 0))
        self.levels: FloatArray = np.zeros(0)

    def fit(self, x: FloatArray) -> None:
        """Learn quantiles, mean and covariance of x, shape (n, d)."""
        x = np.asarray(x, dtype=np.float64)
        if self.scores:
            probabilities = quantile_levels(len(x))
            self.levels = ndtri(probabilities)
            table = np.quantile(x, probabilities, axis=0)
            table[0], table[-1] = x.min(axis=0), x.max(axis=0)
            self.quantiles = _increasing(table)
            x = self._to_scores(x)
        self.mean = x.mean(axis=0)
        covariance = np.atleast_2d(np.cov(x, rowvar=False)) if len(x) > 1 else np.eye(x.shape[1])
        ridge = _RIDGE * max(float(np.trace(covariance)) / x.shape[1], _RIDGE)
        self.factor = np.linalg.cholesky(covariance + ridge * np.eye(x.shape[1]))

    @property
    def n_numbers(self) -> int:
        """How many numbers are stored: mean, Cholesky factor, quantiles."""
        d = len(self.mean)
        return d + d * (d + 1) // 2 + self.quantiles.size

    def encode(self, x: FloatArray) -> FloatArray:
        """Whitened rows z, shape (n, d), of x, shape (n, d)."""
        x = np.asarray(x, dtype=np.float64)
        scores = self._to_scores(x) if self.scores else x
        return np.asarray(np.linalg.solve(self.factor, (scores - self.mean).T).T)

    def decode(self, z: FloatArray) -> FloatArray:
        """The inverse of ``encode``. With scores no value leaves the range of the training rows."""
        x = np.asarray(z, dtype=np.float64) @ self.factor.T + self.mean
        if not self.scores:
            return np.asarray(x)
        columns = [
            np.interp(column, self.levels, table) for column, table in zip(x.T, self.quantiles.T)
        ]
        return np.stack(columns, axis=1)

    def _to_scores(self, x: FloatArray) -> FloatArray:
        columns = [
            np.interp(column, table, self.levels) for column, table in zip(x.T, self.quantiles.T)
        ]
        return np.stack(columns, axis=1)

    def arrays(self) -> dict[str, FloatArray]:
        """What ``load_arrays`` needs, by name."""
        return {
            "mean": self.mean,
            "factor": self.factor,
            "quantiles": self.quantiles,
            "levels": self.levels,
        }

    def load_arrays(self, arrays: Mapping[str, FloatArray], d: int) -> None:
        """Go back to what ``arrays`` gave, for ``d`` columns. Raises ``ValueError`` for another
        shape.
        """
        n = N_QUANTILES if self.scores else 0
        shapes = {
            "mean": (d,),
            "factor": (d, d),
            "quantiles": (n, d) if self.scores else (0, 0),
            "levels": (n,),
        }
        for name, shape in shapes.items():
            if np.shape(arrays[name]) != shape:
                raise ValueError(f"'{name}' is {np.shape(arrays[name])}, expected {shape}")
            setattr(self, name, np.asarray(arrays[name], dtype=np.float64))


def quantile_levels(n: int) -> FloatArray:
    """The 440 probabilities of the quantile tables for n samples, dense in both tails.

    Examples
    --------
    >>> levels = quantile_levels(1000)
    >>> len(levels), bool((np.diff(levels) > 0).all())
    (440, True)
    """
    tail = np.geomspace(min(0.5 / n, _TAIL / 2), _TAIL, _TAIL_POINTS)[:-1]
    middle = np.linspace(_TAIL, 1 - _TAIL, N_QUANTILES - 2 * len(tail))
    return np.concatenate([tail, middle, 1 - tail[::-1]])


def _increasing(table: FloatArray) -> FloatArray:
    """The quantile table with every step above 0, so that it has an inverse: equal values, such as
    those clipped at an edge, are spread over a millionth of the range.
    """
    spread = np.ptp(table, axis=0)
    step = np.where(spread > 0, spread, 1.0) * 1e-6 / len(table)
    return np.asarray(np.maximum.accumulate(table, axis=0) + step * np.arange(len(table))[:, None])
