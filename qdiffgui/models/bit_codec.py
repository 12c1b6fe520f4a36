"""Converts a few numbers per jet to one bit string and back, with bins of equal content or of equal
width for each number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.errors import ConfigError

_GRID = 257


class BitCodec:
    """Standardized vectors x (n, d) to codes (n,) in [0, 2^n_bits), component 0 in the most
    significant bits.

    n_bits : total number, divided evenly; the first components get the remainder.
    bins : "quantile" (equal content on the training samples) or "uniform" (equal width between
        their extremes).
    gray : whether neighboring bins differ in one bit (Gray code).
    axes : "observables" bins the components themselves, "principal" their uncorrelated combinations
        (whitened principal components).

    An increasing, piecewise linear function maps each number to [0, 1], and the first bits of the
    result are kept. Decoding draws the other bits uniformly. With "quantile" this is a draw from
    the training distribution inside the bin, so the marginals are right if the bits are.
    Correlations of components inside a bin are lost. Raises ``ConfigError`` if there are fewer bits
    than components.
    """

    def __init__(self, n_components: int, n_bits: int, bins: str, gray: bool, axes: str) -> None:
        if n_bits < n_components:
            raise ConfigError(
                f"{n_components} numbers per jet need at least {n_components} bits, found "
                f"{n_bits}: raise model.n_bits."
            )
        self.bins, self.gray, self.principal = bins, gray, axes == "principal"
        self.bits = np.full(n_components, n_bits // n_components)
        self.bits[: n_bits % n_components] += 1
        self.n_bits = n_bits
        self._shifts = n_bits - np.cumsum(self.bits)
        self.n_draws = n_components
        self.mean, self.axes, self.scale = (
            np.zeros(n_components),
            np.eye(n_components),
            np.ones(n_components),
        )
        self.grid = np.zeros((_GRID, n_components))

    def fit(self, x: Array, place: Array) -> None:
        """Fit axes and bins to training samples x (n, d) of all classes together; ``place`` (n,) is
        ignored.
        """
        if self.principal:
            self.mean = x.mean(axis=0, dtype=np.float64)
            values, vectors = np.linalg.eigh(np.cov(x, rowvar=False).reshape(len(self.bits), -1))
            lead = vectors[np.abs(vectors).argmax(axis=0), np.arange(len(self.bits))]
            self.axes = (vectors * np.sign(lead))[:, ::-1]
            self.scale = np.sqrt(np.maximum(values[::-1], 1e-12))
        z = self._project(x)
        if self.bins == "quantile":
            self.grid = np.quantile(z, np.linspace(0, 1, _GRID), axis=0)
        else:
            self.grid = np.linspace(z.min(axis=0), z.max(axis=0), _GRID)
        # equal edges (many samples clipped to one value) could not be inverted
        self.grid += np.arange(_GRID)[:, None] * 1e-7

    def _project(self, x: Array) -> Array:
        return np.asarray((x.astype(np.float64) - self.mean) @ self.axes / self.scale)

    def encode(self, x: Array) -> Array:
        """Codes (n,) int64 of samples x (n, d)."""
        z, codes = self._project(x), np.zeros(len(x), dtype=np.int64)
        for k, (bits, shift) in enumerate(zip(self.bits, self._shifts)):
            rank = np.interp(z[:, k], self.grid[:, k], np.linspace(0, 1, _GRID))
            level = np.minimum((rank * 2**bits).astype(np.int64), 2**bits - 1)
            codes |= (level ^ (level >> 1) if self.gray else level) << shift
        return codes

    def decode(self, codes: Array, u: Array, place: Array) -> Array:
        """Samples (n, d) float32 of codes (n,), at u (n, d) in [0, 1) from the lower edge of each
        bin.
        """
        z = np.empty((len(codes), len(self.bits)))
        for k, (bits, shift) in enumerate(zip(self.bits, self._shifts)):
            level = (codes >> shift) & (2**bits - 1)
            level = _from_gray(level, bits) if self.gray else level
            z[:, k] = np.interp(
                (level + u[:, k]) / 2**bits, np.linspace(0, 1, _GRID), self.grid[:, k]
            )
        return np.asarray((z * self.scale) @ self.axes.T + self.mean, dtype=np.float32)

    def arrays(self) -> dict[str, Array]:
        return {"mean": self.mean, "axes": self.axes, "scale": self.scale, "grid": self.grid}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in self.arrays():
            setattr(self, name, np.array(arrays[name], dtype=np.float64))


def _from_gray(level: Array, bits: int) -> Array:
    shift = 1
    while shift < bits:
        level = level ^ (level >> shift)
        shift *= 2
    return level
