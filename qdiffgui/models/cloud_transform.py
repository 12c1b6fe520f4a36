"""From clouds of particles to what a Gaussian diffusion works on, and exactly back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.clouds import counts
from qdiffgui.data.types import UNLABELLED, Array, Spec

# rad: below it angles are as they are, above it logarithms of them, for a jet's collinear core and
# its edge are three decades apart
_CORE = 0.02
_NAMES = ("mean", "std", "low", "high", "reach", "share")


class CloudTransform:
    """Each particle becomes (eta, phi) asinh(ΔR / 0.02) / ΔR and ln pT, standardized over all
    particles; places without a particle are 0.

    The number of particles is not diffused. The denoiser is conditioned on it (the context, as a
    share of the number of places), and it is drawn from the training distribution of the
    class when sampling, as in EPiC-GAN and PC-JeDi (arXiv:2301.08128, arXiv:2303.05376). Decoding
    sorts particles by pT.
    """

    n_context = 1

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        n_places, n_features = spec.shape
        self.known = np.array(sorted(spec.classes), dtype=np.int8)
        self.mean, self.std = torch.zeros(n_features), torch.ones(n_features)
        self.low, self.high = (
            torch.full((n_features,), -torch.inf),
            torch.full((n_features,), torch.inf),
        )
        self.reach = torch.full((1,), torch.inf)
        """asinh(ΔR / 0.02) of the outermost particle."""
        self.share = torch.zeros(len(self.known) + 1, n_places + 1)
        """Of each number of particles: over all samples, then of each class."""
        self.share[:, -1] = 1

    @property
    def diffused(self) -> Spec:
        """What ``encode`` gives."""
        return self.spec

    def fit(self, x: Array, label: Array | None = None) -> None:
        """Learn scales, ranges and numbers of particles from encoded samples x (n, n_places, 3) of
        classes ``label`` (n,).
        """
        there = x[:, :, 2] > 0
        raw = self._raw(x)[torch.from_numpy(there)]
        if len(raw):
            self.mean, self.std = raw.mean(dim=0), raw.std(dim=0, correction=0).clamp(min=1e-6)
            z = (raw - self.mean) / self.std
            self.low, self.high = z.amin(dim=0), z.amax(dim=0)
            self.reach = raw[:, :2].norm(dim=1).max().reshape(1)
        label = np.full(len(x), UNLABELLED) if label is None else label
        groups = [np.ones(len(x), bool), *(label == known for known in self.known)]
        found = [
            np.bincount(counts(x[group]), minlength=self.spec.shape[0] + 1) for group in groups
        ]
        rows = [
            row / row.sum() if row.sum() else found[0] / max(found[0].sum(), 1) for row in found
        ]
        self.share = torch.from_numpy(np.stack(rows).astype(np.float32))

    def context(self, x: Array) -> Tensor:
        """(n, 1) float32: particles of x (n, n_places, 3) over the number of places."""
        return torch.from_numpy(counts(x).astype(np.float32))[:, None] / self.spec.shape[0]

    def sample_context(self, label: Array, generator: torch.Generator) -> Tensor:
        """(n, 1) float32 of new samples of classes ``label`` (n,), from the training distribution
        of each.
        """
        place = np.where(np.isin(label, self.known), np.searchsorted(self.known, label) + 1, 0)
        edges = self.share.double().cumsum(dim=1)[torch.from_numpy(place)]
        u = torch.rand((len(label), 1), generator=generator, dtype=torch.float64) * edges[:, -1:]
        return (u >= edges[:, :-1]).sum(dim=1, keepdim=True).float() / self.spec.shape[0]

    def mean_square(self, error: Tensor, context: Tensor) -> Tensor:
        """Mean over the particles that are there."""
        there = self._there(context).to(error.dtype)[:, :, None]
        return (error.square() * there).sum() / (there.sum() * error.shape[2]).clamp(min=1)

    def mean_squares(self, error: Tensor, context: Tensor) -> Tensor:
        """(n,) means over the particles of each cloud that are there."""
        there = self._there(context).to(error.dtype)[:, :, None]
        n_numbers = there.sum((1, 2)).clamp(min=1) * error.shape[2]
        return (error.square() * there).sum((1, 2)) / n_numbers

    def encode(self, x: Array, label: Array | None = None) -> Tensor:
        """(n, n_places, 3) float32 to diffuse."""
        z = (self._raw(x) - self.mean) / self.std
        return torch.where(torch.from_numpy(x[:, :, 2:] > 0), z, torch.zeros(()))

    def decode(self, z: Tensor, context: Tensor, label: Array | None = None) -> Array:
        """Encoded clouds (n, n_places, 3) float32; ΔR and pT stay within those of the training,
        fractions add up to at most 1.
        """
        raw = (z.clamp(self.low, self.high) * self.std + self.mean).double()
        radius = raw[:, :, :2].norm(dim=2, keepdim=True)
        angles = raw[:, :, :2] * (
            _CORE * radius.clamp(max=self.reach).sinh() / radius.clamp(min=1e-9)
        )
        pt = raw[:, :, 2:].exp() * self._there(context)[:, :, None]
        pt = pt / pt.sum(dim=1, keepdim=True).clamp(min=1)
        clouds = torch.cat([torch.where(pt > 0, angles, torch.zeros(())), pt], dim=2)
        order = pt.argsort(dim=1, descending=True, stable=True).expand(-1, -1, 3)
        return clouds.gather(1, order).float().numpy()

    def arrays(self) -> dict[str, Array]:
        return {name: getattr(self, name).numpy().copy() for name in _NAMES}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in _NAMES:
            setattr(self, name, torch.from_numpy(np.array(arrays[name], dtype=np.float32)))

    def _raw(self, x: Array) -> Tensor:
        """(n, n_places, 3) float32, not standardized; at places without a particle they mean
        nothing.
        """
        angles, pt = x[:, :, :2].astype(np.float64), x[:, :, 2:].astype(np.float64)
        radius = np.hypot(angles[:, :, :1], angles[:, :, 1:])
        stretched = angles * np.divide(
            np.arcsinh(radius / _CORE),
            radius,
            out=np.full_like(radius, 1 / _CORE),
            where=radius > 1e-9,
        )
        return torch.from_numpy(
            np.concatenate([stretched, np.log(np.where(pt > 0, pt, 1.0))], axis=2).astype(
                np.float32
            )
        )

    def _there(self, context: Tensor) -> Tensor:
        """(n, n_places) bool."""
        n_places = self.spec.shape[0]
        return torch.arange(n_places)[None, :] < (context * n_places).round()
