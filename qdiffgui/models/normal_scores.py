"""Maps to be diffused as normal scores (``diffusion.hurdle_copula``), and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import Array, Spec
from qdiffgui.diffusion.hurdle_copula import HurdleCopula
from qdiffgui.models.transforms import Transform

MOST_CELLS = 128
"""Correlations of more cells take too long to learn."""


class NormalScores(Transform):
    """Two numbers a cell, uncorrelated and of unit variance: pure noise decodes to a Gaussian
    copula, and the model learns what that lacks.

    Empty cells are drawn (they have no one score), the same in every call for the same samples;
    reading back is exact but for the brightest and faintest 1e-5.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.copula = HurdleCopula(spec.size)
        self.low, self.high = (
            torch.full(self.diffused.shape, -torch.inf),
            torch.full(self.diffused.shape, torch.inf),
        )

    @property
    def diffused(self) -> Spec:
        return Spec("vector", (2 * self.spec.size,), self.spec.classes)

    def fit(self, x: Array, label: Array | None = None) -> None:
        self.copula.fit(_flat(x))
        z = self.encode(x)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    def encode(self, x: Array, label: Array | None = None) -> Tensor:
        """(n, 2 size) float32 to diffuse."""
        return torch.from_numpy(self.copula.scores(_flat(x)).astype(np.float32))

    def decode(self, z: Tensor, context: Tensor | None = None, label: Array | None = None) -> Array:
        fractions = self.copula.fractions(z.detach().numpy().astype(np.float64))
        return np.asarray(fractions.reshape(-1, *self.spec.shape).astype(np.float32))

    def arrays(self) -> dict[str, Array]:
        return self.copula.arrays() | {
            "low": self.low.numpy().copy(),
            "high": self.high.numpy().copy(),
        }

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        self.copula.load_arrays(arrays)
        self.low, self.high = (
            torch.from_numpy(np.array(arrays[name], dtype=np.float32)) for name in ("low", "high")
        )


def _flat(x: Array) -> Array:
    return np.maximum(np.asarray(x, dtype=np.float64).reshape(len(x), -1), 0)
