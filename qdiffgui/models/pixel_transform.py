"""From sparse images to what a Gaussian diffusion works on, and exactly back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import Array, Spec
from qdiffgui.models.transforms import Transform

# in units of the mean lit root: empty pixels lie below -GAP, that far from the lit ones and no
# less, and SPREAD times a half-normal deeper
_GAP, _SPREAD = 0.4, 0.5


class PixelTransform(Transform):
    """``Transform`` of maps for images at full resolution, where most pixels are empty and one
    particle lights one pixel.

    Empty pixels keep a distance from zero, so that what is left of the noise does not light them
    (with depths next to zero, as in maps, generated jets had 1.5 times as many lit pixels). All
    pixels have one scale, because pixels at the edge are lit too rarely to have their own. No pixel
    is decoded fainter than the faintest lit pixel of the training samples.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.least = torch.zeros(spec.shape)

    def fit(self, x: Array, label: Array | None = None) -> None:
        roots = self._roots(x)
        lit = roots[roots > 0]
        self.depth = torch.full(self.spec.shape, float(lit.mean()) if len(lit) else 1.0)
        self.least = torch.full(self.spec.shape, float(lit.min()) if len(lit) else 0.0)
        signed = self._signed(x)
        self.mean = torch.full(self.spec.shape, float(signed.mean()))
        self.std = torch.full(self.spec.shape, max(float(signed.std()), 1e-6))
        z = self.encode(x)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    def _signed(self, x: Array) -> Tensor:
        roots = self._roots(x)
        deeper = torch.randn(roots.shape, generator=torch.Generator().manual_seed(0)).abs()
        return torch.where(roots > 0, roots, -self.depth * (_GAP + _SPREAD * deeper))

    def decode(self, z: Tensor, context: Tensor | None = None, label: Array | None = None) -> Array:
        roots = z * self.std + self.mean
        raised = torch.where(roots > 0, roots.maximum(self.least), roots)
        return super().decode((raised - self.mean) / self.std)

    def arrays(self) -> dict[str, Array]:
        return super().arrays() | {"least": np.asarray(self.least)}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        super().load_arrays(arrays)
        self.least = torch.from_numpy(np.array(arrays["least"], dtype=np.float32)).reshape(
            self.spec.shape
        )
