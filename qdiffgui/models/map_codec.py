"""Converts a jet map to one bit string and back. The bits describe the radial energy profile;
decoding combines rings of training jets with the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.errors import ConfigError
from qdiffgui.models.bit_codec import BitCodec

MAX_DONORS = 256


class MapCodec:
    """Converts maps x (n, height, width) of fractions, rows from the center outward, to codes (n,)
    in [0, 2^n_bits).

    The bits are the bins (of equal content on the training jets, optionally in Gray code) of the
    cumulative fraction up to each of d rows. These are the rows where the mean jet reaches 1/(d+1),
    2/(d+1), ... of its energy; d is half the number of bits. Decoding cuts the map into d + 1 rings
    at these rows, copies each ring from a random training jet of the same code and class (one of at
    most ``MAX_DONORS`` stored ones), and renormalizes. So the string fixes the correlation between
    rings, and the content of a ring is that of a training jet. A string that no training jet has is
    decoded as the nearest one (fewest different bits, then the lower code) that occurs.

    Much of a map therefore comes from the codec: compare a model with independent bits in the
    same codec. Raises ``ConfigError`` for maps of one row.
    """

    def __init__(self, shape: tuple[int, int], n_bits: int, gray: bool) -> None:
        self.height, self.width = shape
        if self.height < 2:
            raise ConfigError(
                "Bit strings of a map need at least two rows: choose a map with more rows."
            )
        n_radii = min((n_bits + 1) // 2, self.height - 1)
        self.bins = BitCodec(n_radii, n_bits, "quantile", gray, "observables")
        self.bits, self.n_draws, self.size = self.bins.bits, n_radii + 1, 2**n_bits
        self.rows = np.zeros(n_radii, dtype=np.int64)
        self.donors = np.zeros((0, self.height, self.width), dtype=np.float32)
        self.first = np.zeros((1, self.size), dtype=np.int64)
        self.count = np.zeros((1, self.size), dtype=np.int64)

    def fit(self, x: Array, place: Array) -> None:
        """Choose rows, bins and donors from training samples x (n, height, width) with class
        indices ``place`` (n,).
        """
        profile = np.cumsum(x.sum(axis=2, dtype=np.float64), axis=1).mean(axis=0)
        wanted = np.arange(1, self.n_draws) / self.n_draws * profile[-1]
        nearest = np.abs(profile[None, :-1] - wanted[:, None]).argmin(axis=1)
        for k, row in enumerate(nearest):
            lowest = self.rows[k - 1] + 1 if k else 0
            self.rows[k] = min(max(row, lowest), self.height - 1 - (len(self.rows) - k))
        self.bins.fit(self._collected(x), place)
        key = place * self.size + self.encode(x)
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        rank = np.arange(len(x)) - np.searchsorted(ordered, ordered)
        self.donors = np.asarray(x[order[rank < MAX_DONORS]], dtype=np.float32)
        n_classes = int(place.max(initial=0)) + 1
        self.count = np.bincount(
            ordered[rank < MAX_DONORS], minlength=n_classes * self.size
        ).reshape(n_classes, -1)
        self.first = (np.cumsum(self.count) - self.count.ravel()).reshape(n_classes, -1)

    def _collected(self, x: Array) -> Array:
        """(n, d) cumulative fraction up to each chosen row."""
        return np.asarray(np.cumsum(x.sum(axis=2, dtype=np.float64), axis=1)[:, self.rows])

    def encode(self, x: Array) -> Array:
        """Codes (n,) int64 of samples x (n, height, width)."""
        return self.bins.encode(self._collected(x))

    def decode(self, codes: Array, u: Array, place: Array) -> Array:
        """Samples (n, height, width) float32 of codes (n,) of classes ``place`` (n,); u (n, d + 1)
        in [0, 1) picks the donors.
        """
        known = np.stack([_nearest(row > 0) for row in self.count])[place, codes]
        picked = self.first[place, known][:, None] + (u * self.count[place, known][:, None]).astype(
            np.int64
        )
        ring = np.searchsorted(self.rows, np.arange(self.height))
        maps = self.donors[picked[:, ring], np.arange(self.height)]
        total = maps.sum(axis=(1, 2), keepdims=True)
        return np.asarray(
            np.where(
                total > 0, maps / np.where(total > 0, total, 1), 1 / (self.height * self.width)
            ),
            dtype=np.float32,
        )

    def arrays(self) -> dict[str, Array]:
        own = {name: getattr(self, name) for name in ("rows", "donors", "first", "count")}
        return own | {f"bins_{name}": values for name, values in self.bins.arrays().items()}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in ("rows", "donors", "first", "count"):
            setattr(self, name, np.array(arrays[name]))
        last = self.first + self.count
        increase = np.all(np.diff(self.rows) > 0)
        if not increase or self.rows[0] < 0 or self.rows[-1] >= self.height:
            raise ValueError("the rows of the maps are not in order")
        if min(self.first.min(), self.count.min()) < 0 or last.max() > len(self.donors):
            raise ValueError("there are fewer maps than are counted")
        self.bins.load_arrays(
            {
                name.removeprefix("bins_"): values
                for name, values in arrays.items()
                if name.startswith("bins_")
            }
        )


def _nearest(seen: Array) -> Array:
    """For each code, the nearest code (fewest different bits) among those ``seen`` (2^n,)."""
    codes, known = np.arange(len(seen)), np.flatnonzero(seen)
    weight = np.array([bin(code).count("1") for code in codes])
    return np.asarray(known[weight[codes[:, None] ^ known[None, :]].argmin(axis=1)])
