"""Shares in levels: maps of fractions as short strings of integers, and back.

The cells of a map are visited row by row, which is from the center outward for radial and log-polar
maps. The share of cell k is its part of what the cells before it left over,
v_k = x_k / (x_k + ... + x_d): stick breaking (Sethuraman, Stat. Sinica 4 (1994) 639). Whatever the
shares are, the decoded fractions sum to 1. Each share has 16 levels: 0 is an empty cell, 15 a cell
with all that is left, and 1 to 14 are bins of log v of equal content on the training maps. Decoding
draws log v at a uniform rank inside the bin, so the distribution of each share is right if its
levels are, empty cells included. Correlations of shares inside a bin are lost.

Amplitudes of a state never vanish, whereas most cells of a jet are empty: levels represent both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[Any]

EMPTY = 0
_INSIDE = 16  # points of the table in each bin
_STEP = 1e-4  # least width of a bin in log v, so that every bin is distinct from the next
_MARGIN = 2e-6  # distance of decoded log v from the edges of its bin: float32 does not cross it
_UNSEEN = np.log(1e-3)  # lower end of the table of a share that is never between 0 and 1


class ShareLevels:
    """The codec between maps of fractions and levels.

    Encoding is many to one, and exact after it: a map that was decoded from the levels of a map has
    the same levels. (Fractions below 1e-38, which float32 cannot hold, are empty cells.)

    Parameters
    ----------
    shape : tuple of int
        Shape of a map; it has d cells.
    n_levels : int
        Number of levels of a share, at least 3.

    Attributes
    ----------
    n_shares : int
        d - 1: the last cell always gets what is left.
    full : int
        The level "all that is left", ``n_levels - 1``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.dirichlet([0.5, 0.5, 0.5, 0.5], size=1000).reshape(-1, 4, 1)
    >>> codec = ShareLevels((4, 1))
    >>> codec.fit(x)
    >>> levels = codec.encode(x)
    >>> levels.shape, int(levels.min()), int(levels.max())
    ((1000, 3), 1, 14)
    >>> decoded = codec.decode(levels, rng)
    >>> bool(np.array_equal(codec.encode(decoded), levels))
    True
    >>> codec.encode(np.array([[[0.0], [1.0], [0.0], [0.0]]])).tolist()
    [[0, 15, 0]]
    """

    def __init__(self, shape: tuple[int, ...], n_levels: int = 16) -> None:
        if n_levels < 3:
            raise ValueError(f"n_levels must be at least 3, found {n_levels}")
        self.shape, self.n_levels = tuple(shape), n_levels
        self.n_shares = int(np.prod(shape)) - 1
        self.full = n_levels - 1
        grid = np.linspace(_UNSEEN, -2 * _STEP, self._n_points)
        self.table = np.tile(grid, (self.n_shares, 1))
        self.frequencies = np.full((self.n_shares, n_levels), 1 / n_levels)

    @property
    def _n_points(self) -> int:
        return (self.n_levels - 2) * _INSIDE + 1

    def fit(self, x: Array) -> None:
        """Learn the bins of each share.

        Parameters
        ----------
        x : ndarray, shape (n, *shape)
            Training maps: non-negative fractions.
        """
        cells, left = self._cells(x)
        ranks = np.linspace(0, 1, self._n_points)
        for k in range(self.n_shares):
            between = (cells[:, k] > 0) & (left[:, k + 1] > 0)
            if between.any():
                logs = _log_share(cells[between, k], left[between, k + 1])
                self.table[k] = _increasing(_quantiles(logs, ranks))
        levels = self.encode(x)
        counts = [np.bincount(column, minlength=self.n_levels) for column in levels.T]
        self.frequencies = np.asarray(counts, dtype=np.float64) / max(len(levels), 1)

    def encode(self, x: Array) -> Array:
        """Levels of maps.

        Parameters
        ----------
        x : ndarray, shape (n, *shape)
            Non-negative fractions. They need not sum to 1; an empty map has only zeros.

        Returns
        -------
        ndarray, shape (n, n_shares), int64
            Levels in [0, n_levels).
        """
        cells, left = self._cells(x)
        levels = np.zeros((len(cells), self.n_shares), dtype=np.int64)
        edges = self.table[:, ::_INSIDE][:, 1:-1]
        for k in range(self.n_shares):
            lit, rest = cells[:, k] > 0, left[:, k + 1] > 0
            some = lit & rest
            logs = _log_share(cells[some, k], left[some, k + 1])
            levels[some, k] = 1 + np.searchsorted(edges[k], logs, side="right")
            levels[lit & ~rest, k] = self.full
        return levels

    def decode(self, levels: Array, rng: np.random.Generator) -> Array:
        """Maps of levels, drawn uniformly in rank inside each bin.

        Parameters
        ----------
        levels : ndarray, shape (n, n_shares), int
            Levels in [0, n_levels). What follows the level "all that is left" is ignored. A level
            of ``n_levels`` stands for a masked share, which gets an even part of what is left.
        rng : numpy.random.Generator
            Draws the ranks.

        Returns
        -------
        ndarray, shape (n, *shape), float32
            Fractions that sum to 1.
        """
        levels = np.asarray(levels)
        u = rng.random(levels.shape)
        x, left = np.zeros((len(levels), self.n_shares + 1)), np.ones(len(levels))
        points = np.arange(self._n_points)
        edges = self.table[:, ::_INSIDE]
        for k, level in enumerate(levels.T):
            bin_ = np.clip(level - 1, 0, self.n_levels - 3)
            logs = np.interp((bin_ + u[:, k]) * _INSIDE, points, self.table[k])
            low, high = edges[k, bin_] + _MARGIN, edges[k, bin_ + 1] - _MARGIN
            share = np.exp(np.clip(logs, low, high))
            share = np.where(level == EMPTY, 0.0, np.where(level == self.full, 1.0, share))
            share = np.where(level == self.n_levels, 1 / (self.n_shares + 1 - k), share)
            x[:, k] = left * share
            left = left - x[:, k]
        x[:, -1] = left
        return np.asarray(x.reshape(-1, *self.shape), dtype=np.float32)

    def scores(self) -> Array:
        """Normal score of each level of each share (van der Waerden): the standard normal number
        at the middle of the level's ranks on the training maps.

        Returns
        -------
        ndarray, shape (n_shares, n_levels)
            Finite, increasing along each row where levels occur.
        """
        up_to = np.cumsum(self.frequencies, axis=1)
        middle = up_to - self.frequencies / 2
        return np.asarray(ndtri(np.clip(middle, 1e-4, 1 - 1e-4)))

    def shares(self) -> Array:
        """Share v of each level: 0, the middle in rank of each bin, and 1.

        Returns
        -------
        ndarray, shape (n_shares, n_levels)
            In [0, 1], increasing along each row.
        """
        ends = np.zeros((self.n_shares, 1)), np.ones((self.n_shares, 1))
        middles = np.exp(self.table[:, _INSIDE // 2 :: _INSIDE])
        return np.concatenate([ends[0], middles, ends[1]], axis=1)

    def arrays(self) -> dict[str, Array]:
        """The fitted state, for a file."""
        return {"table": self.table.copy(), "frequencies": self.frequencies.copy()}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Restore the state from ``arrays`` of a codec of the same shape and number of levels."""
        for name in ("table", "frequencies"):
            own = getattr(self, name)
            setattr(self, name, np.array(arrays[name], dtype=np.float64).reshape(own.shape))

    def _cells(self, x: Array) -> tuple[Array, Array]:
        """Fractions (n, d) as float64, and what is left before each cell (n, d)."""
        cells = np.maximum(np.asarray(x, dtype=np.float64).reshape(len(x), -1), 0)
        cells[cells < np.finfo(np.float32).tiny] = 0
        return cells, np.cumsum(cells[:, ::-1], axis=1)[:, ::-1]


def with_mirror_images(x: Array, label: Array) -> tuple[Array, Array]:
    """Maps with their mirror images, left to right, and the labels of both.

    Parameters
    ----------
    x : ndarray, shape (n, height, width)
        Maps.
    label : ndarray, shape (n,)
        Their classes.

    Returns
    -------
    x : ndarray, shape (2 n, height, width)
        The maps, then their mirror images.
    label : ndarray, shape (2 n,)
        The classes of both.

    Examples
    --------
    >>> import numpy as np
    >>> with_mirror_images(np.array([[[0.9, 0.1]]]), np.array([1]))[0].tolist()
    [[[0.9, 0.1]], [[0.1, 0.9]]]
    """
    return np.concatenate([x, x[:, :, ::-1]]), np.concatenate([label, label])


def _log_share(cell: Array, after: Array) -> Array:
    """log of cell / (cell + after), accurate at both ends."""
    return np.asarray(-np.log1p(after / cell))


def _quantiles(values: Array, ranks: Array) -> Array:
    """``np.quantile`` to the last bit, by one sort: a partition at each of many ranks is slower."""
    values = np.sort(values)
    place = ranks * (len(values) - 1)
    below = np.floor(place).astype(np.int64)
    low, high = values[below], values[np.minimum(below + 1, len(values) - 1)]
    share, apart = place - below, high - low
    return np.asarray(np.where(share < 0.5, low + apart * share, high - apart * (1 - share)))


def _increasing(table: Array) -> Array:
    """The table of log v with every bin at least ``_STEP`` wide and all of it below 0: equal shares
    of many maps would otherwise leave bins without width.
    """
    step = _STEP / _INSIDE * np.arange(len(table))
    risen = np.maximum.accumulate(table - step) + step
    return np.asarray(risen + min(0.0, -_STEP - risen[-1]))
