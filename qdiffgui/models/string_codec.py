"""Between encoded samples and bit strings: observables in bins, and the occupancy of a map."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from qdiffgui.data.types import Array
from qdiffgui.models.bit_codec import BitCodec
from qdiffgui.models.string_model import bits_of, codes_of


class ObservableStrings(BitCodec):
    """Vectors x (n, d) to strings (n, n_bits), with the bins of ``BitCodec``."""

    def strings(self, x: Array) -> Array:
        """Strings (n, n_bits) int64 of samples x (n, d)."""
        return np.asarray(bits_of(torch.from_numpy(self.encode(x)), self.n_bits))

    def samples(self, bits: Array, u: Array, place: Array) -> Array:
        """Samples (n, d) float32 of strings (n, n_bits), at u (n, d) in [0, 1) inside the bins."""
        return self.decode(codes_of(torch.from_numpy(bits)).numpy(), u, place)


class OccupancyStrings:
    """Maps x (n, height, width) of fractions to one bit per cell, row by row: 1 if the cell holds
    more than ``threshold``.

    Only the occupancy is kept. Decoding gives every cell the mean share that it has in training
    samples of the class with the same bit in this cell (with threshold 0, an unlit cell holds
    nothing), and scales the map to a sum of 1. A string without any share becomes the uniform map.
    """

    n_draws = 0

    def __init__(self, shape: tuple[int, int], threshold: float, n_classes: int) -> None:
        self.shape, self.threshold, self.n_bits = shape, threshold, shape[0] * shape[1]
        self.share = np.zeros((n_classes, 2, self.n_bits))

    def fit(self, x: Array, place: Array) -> None:
        """Fit the mean shares to training samples x (n, height, width) of classes place (n,)."""
        flat, bits = x.reshape(len(x), -1).astype(np.float64), self.strings(x)
        for k in range(len(self.share)):
            mine = place == k
            for value in (0, 1):
                held = (bits[mine] == value).sum(axis=0)
                total = np.where(bits[mine] == value, flat[mine], 0).sum(axis=0)
                self.share[k, value] = total / np.maximum(held, 1)

    def strings(self, x: Array) -> Array:
        """Strings (n, height * width) int64 of maps x (n, height, width)."""
        return (x.reshape(len(x), -1) > self.threshold).astype(np.int64)

    def samples(self, bits: Array, u: Array, place: Array) -> Array:
        """Maps (n, height, width) float32 of strings (n, height * width); u is not used."""
        low, high = self.share[place, 0], self.share[place, 1]
        x = np.where(bits == 1, high, low)
        total = x.sum(axis=1, keepdims=True)
        x = np.where(total > 0, x / np.where(total > 0, total, 1), 1 / self.n_bits)
        return x.reshape(len(x), *self.shape).astype(np.float32)

    def arrays(self) -> dict[str, Array]:
        return {"share": self.share}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        self.share = np.array(arrays["share"], dtype=np.float64)
