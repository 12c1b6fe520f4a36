"""From encoded data to what a Gaussian diffusion works on, and exactly back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import Array, Spec

# A cell that is nearly always empty must not have its noise blown up to unit variance: below this share of the largest spread of
# any cell, all cells are divided by the same number.
_FLOOR = 0.1


class Transform:
    """Vectors are standardised already and pass as they are; a map becomes standardised square roots of its fractions.

    The square root makes the many faint cells of a jet comparable with the few bright ones (and is the amplitude that the quantum
    models work with). The way back squares, after cutting negative roots to 0, and normalises: always a valid map.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.mean = torch.zeros(spec.shape)
        self.std = torch.ones(spec.shape)
        self.low = torch.full(spec.shape, -torch.inf)
        self.high = torch.full(spec.shape, torch.inf)

    @property
    def is_map(self) -> bool:
        return self.spec.kind == "map"

    def fit(self, x: Array) -> None:
        """Learn means, spreads and the range that samples are kept in from encoded samples x (n, *shape)."""
        if self.is_map:
            roots = torch.from_numpy(np.sqrt(np.maximum(x, 0)).astype(np.float32))
            self.mean = roots.mean(dim=0)
            spread = roots.std(dim=0, correction=0)
            self.std = spread.clamp(min=max(float(spread.max()) * _FLOOR, 1e-6))
        z = self.encode(x)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    def encode(self, x: Array) -> Tensor:
        """(n, *shape) float32 to diffuse."""
        z = torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32))
        return (z.clamp(min=0).sqrt() - self.mean) / self.std if self.is_map else z.clone()

    def decode(self, z: Tensor) -> Array:
        """Encoded samples (n, *shape) float32: maps are non-negative and sum to 1."""
        if not self.is_map:
            return z.numpy().astype(np.float32)
        fractions = (z * self.std + self.mean).clamp(min=0).double() ** 2
        total = fractions.sum(dim=(1, 2), keepdim=True)
        # A map without a single positive root carries no information: the mean map stands in, so that fractions stay fractions.
        mean = self.mean.double().clamp(min=0) ** 2 + 1e-12
        return torch.where(total > 1e-12, fractions / total.clamp(min=1e-12), mean / mean.sum()).float().numpy()

    def arrays(self) -> dict[str, Array]:
        return {name: getattr(self, name).numpy().copy() for name in ("mean", "std", "low", "high")}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in ("mean", "std", "low", "high"):
            setattr(self, name, torch.from_numpy(np.array(arrays[name], dtype=np.float32)).reshape(self.spec.shape))
