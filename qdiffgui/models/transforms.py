"""From encoded data to what a Gaussian diffusion works on, and exactly back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import Array, Spec

_POWER = 0.5
# A cell that is nearly always empty must not have its noise blown up to unit variance: below this
# share of the largest spread of any cell, all cells are divided by the same number.
_FLOOR = 0.1
_NAMES = ("mean", "std", "low", "high", "depth")


class Transform:
    """Vectors are standardized already and pass as they are; a map becomes standardized, signed
    square roots of its fractions.

    The root makes the many faint cells of a jet comparable with the few bright ones (and is the
    amplitude that the quantum models work with). Most cells of a jet are empty, and a Gaussian
    model can put no probability on exactly 0; so an empty cell becomes a negative number of random
    depth, about as deep as lit roots are high, and every negative root is read as an empty cell.
    The way back is exact.
    """

    n_context = 0

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.mean, self.std, self.depth = (
            torch.zeros(spec.shape),
            torch.ones(spec.shape),
            torch.zeros(spec.shape),
        )
        self.low, self.high = torch.full(spec.shape, -torch.inf), torch.full(spec.shape, torch.inf)

    @property
    def diffused(self) -> Spec:
        """What ``encode`` gives."""
        return self.spec

    @property
    def is_map(self) -> bool:
        return self.spec.of_fractions

    def fit(self, x: Array, label: Array | None = None) -> None:
        """Learn means, spreads, depths and the range that samples are kept in from encoded samples
        x (n, *shape). ``label`` is not used.
        """
        if self.is_map:
            roots = self._roots(x)
            lit = (roots > 0).sum(dim=0)
            typical = roots.sum() / lit.sum().clamp(min=1)
            self.depth = torch.where(lit > 0, roots.sum(dim=0) / lit.clamp(min=1), typical)
            signed = self._signed(x)
            self.mean = signed.mean(dim=0)
            spread = signed.std(dim=0, correction=0)
            self.std = spread.clamp(min=max(float(spread.max()) * _FLOOR, 1e-6))
        z = self.encode(x)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    def context(self, x: Array) -> Tensor:
        """(n, 0): vectors and maps have no context."""
        return torch.zeros(len(x), 0)

    def sample_context(self, label: Array, generator: torch.Generator) -> Tensor:
        return torch.zeros(len(label), 0)

    def mean_square(self, error: Tensor, context: Tensor) -> Tensor:
        """Mean over all numbers."""
        return error.square().mean()

    def mean_squares(self, error: Tensor, context: Tensor) -> Tensor:
        """(n,) means over all numbers of each sample of errors (n, *shape)."""
        return error.square().flatten(1).mean(1)

    def encode(self, x: Array, label: Array | None = None) -> Tensor:
        """(n, *shape) float32 to diffuse; the depths of empty cells are the same in every call.
        ``label`` (n,) counts only where each class has a transform of its own.
        """
        if self.is_map:
            return (self._signed(x) - self.mean) / self.std
        return torch.from_numpy(np.array(x, dtype=np.float32))

    def _roots(self, x: Array) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)).clamp(min=0) ** _POWER

    def _signed(self, x: Array) -> Tensor:
        roots = self._roots(x)
        depth = (
            torch.randn(roots.shape, generator=torch.Generator().manual_seed(0)).abs() * self.depth
        )
        return torch.where(roots > 0, roots, -depth)

    def decode(self, z: Tensor, context: Tensor | None = None, label: Array | None = None) -> Array:
        """Encoded samples (n, *shape) float32: maps are non-negative and sum to 1."""
        if not self.is_map:
            return z.numpy().astype(np.float32)
        fractions = (z * self.std + self.mean).clamp(min=0).double() ** (1 / _POWER)
        total = fractions.sum(dim=tuple(range(1, fractions.ndim)), keepdim=True)
        # A map without a single lit cell carries no information: the uniform one stands in, so that
        # fractions stay fractions.
        uniform = torch.full_like(fractions, 1 / self.spec.size)
        return (
            torch.where(total > 1e-12, fractions / total.clamp(min=1e-12), uniform).float().numpy()
        )

    def arrays(self) -> dict[str, Array]:
        return {name: getattr(self, name).numpy().copy() for name in _NAMES}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in _NAMES:
            setattr(
                self,
                name,
                torch.from_numpy(np.array(arrays[name], dtype=np.float32)).reshape(self.spec.shape),
            )
