"""Maps between data and a small latent space: whitening principal components, and a classical
autoencoder.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui.data.types import Array
from qdiffgui.models.networks import Linear

# share of the largest spread: directions without spread must not be scaled to unit variance
_FLOOR = 1e-3
_NAMES = ("mean", "basis", "spread")


class Whitening:
    """Maps z (n, d) to its first ``k`` principal components, each scaled to unit variance:
    uncorrelated numbers in order of decreasing spread.

    With k = d decoding is exact. Otherwise it returns the nearest z that k components allow (in the
    mean square over the fitted samples).
    """

    def __init__(self, d: int, k: int) -> None:
        self.mean, self.basis, self.spread = (
            torch.zeros(d),
            torch.eye(d)[:, :k].clone(),
            torch.ones(k),
        )

    def fit(self, z: Tensor) -> None:
        """Fit mean, directions and spreads of z (n, d)."""
        k = self.basis.shape[1]
        flat = z.double()
        mean = flat.mean(dim=0)
        values, vectors = torch.linalg.eigh((flat - mean).T @ (flat - mean) / len(flat))
        basis = vectors.flip(1)[:, :k]
        # the sign of an eigenvector depends on the library; here its largest entry is positive
        lead = basis.gather(0, basis.abs().argmax(dim=0, keepdim=True)).sign()
        spread = values.flip(0)[:k].clamp(min=0).sqrt()
        # contiguous as when loaded: samples are equal to the bit
        self.mean, self.basis = mean.float(), (basis * lead).float().contiguous()
        self.spread = spread.clamp(min=max(float(spread.max()) * _FLOOR, 1e-6)).float()

    def encode(self, z: Tensor) -> Tensor:
        """(n, k) components of z (n, d)."""
        return (z - self.mean) @ self.basis / self.spread

    def decode(self, components: Tensor) -> Tensor:
        """(n, d) of components (n, k)."""
        return (components * self.spread) @ self.basis.T + self.mean

    def arrays(self) -> dict[str, Array]:
        return {name: getattr(self, name).numpy().copy() for name in _NAMES}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        for name in _NAMES:
            setattr(self, name, torch.from_numpy(np.array(arrays[name], dtype=np.float32)))


class Autoencoder(nn.Module):
    """Maps z (batch, d) to a code (batch, k) and back, with two hidden layers of ``n_hidden`` units
    each.

    ``fractions`` : codes are non-negative and sum to 1. The decoder takes their square roots, the
    amplitudes of a state with these measured probabilities.
    """

    def __init__(self, d: int, k: int, n_hidden: int, fractions: bool) -> None:
        super().__init__()
        self.fractions = fractions
        self.encoder = _two_hidden(d, n_hidden, k)
        self.decoder = _two_hidden(k, n_hidden, d)

    def encode(self, z: Tensor) -> Tensor:
        code: Tensor = self.encoder(z)
        return code.softmax(dim=1) if self.fractions else code

    def decode(self, code: Tensor) -> Tensor:
        # the square root has no gradient at 0
        answer: Tensor = self.decoder((code.clamp(min=0) + 1e-9).sqrt() if self.fractions else code)
        return answer


def _two_hidden(n_in: int, n_hidden: int, n_out: int) -> nn.Module:
    return nn.Sequential(
        Linear(n_in, n_hidden),
        nn.SiLU(),
        Linear(n_hidden, n_hidden),
        nn.SiLU(),
        Linear(n_hidden, n_out),
    )
