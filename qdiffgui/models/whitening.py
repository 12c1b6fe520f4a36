"""Whitened vectors: each class goes through its own Gaussian, or Gaussian copula, to uncorrelated
numbers of unit variance, and back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import Array, Spec
from qdiffgui.diffusion.gaussian_copula import GaussianCopula
from qdiffgui.models.transforms import Transform

_ALL = -2  # key of the samples of all classes together


class Whitening(Transform):
    """Vectors, whitened class by class; a diffusion model that answers 0 is then already the
    Gaussian (copula) of each class.

    Samples without a known class go through the Gaussian of all training samples.

    Parameters
    ----------
    spec : Spec
        Vectors.
    scores : bool
        Normal scores in front (a Gaussian copula): see ``diffusion.gaussian_copula``.
    """

    def __init__(self, spec: Spec, *, scores: bool) -> None:
        super().__init__(spec)
        self.scores = scores
        self.by_class: dict[int, GaussianCopula] = {}

    def fit(self, x: Array, label: Array | None = None) -> None:
        x = np.asarray(x, dtype=np.float64)
        groups = {_ALL: x}
        for known in self.spec.classes if label is not None else ():
            members = x[np.asarray(label) == known]
            if len(members) > self.spec.size:
                groups[known] = members
        self.by_class = {}
        for key, members in groups.items():
            copula = GaussianCopula(scores=self.scores)
            copula.fit(members)
            self.by_class[key] = copula
        # As stored, so that a model read from a file samples the same.
        self.load_arrays(self.arrays())
        z = self.encode(x, label)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    @property
    def n_numbers(self) -> int:
        """How many numbers the transform stores, of all classes that it can be asked for."""
        keys = [key for key in self.by_class if key != _ALL] or [_ALL]
        return sum(self.by_class[key].n_numbers for key in keys)

    def encode(self, x: Array, label: Array | None = None) -> Tensor:
        z = np.zeros((len(x), self.spec.size))
        for copula, rows in self._groups(len(x), label):
            z[rows] = copula.encode(x[rows])
        return torch.from_numpy(z.astype(np.float32))

    def decode(self, z: Tensor, context: Tensor | None = None, label: Array | None = None) -> Array:
        x = np.zeros((len(z), self.spec.size))
        for copula, rows in self._groups(len(z), label):
            x[rows] = copula.decode(z[torch.from_numpy(rows)].double().numpy())
        return x.astype(np.float32)

    def _groups(self, n: int, label: Array | None) -> list[tuple[GaussianCopula, Array]]:
        """The transforms that n samples need, each with the rows (n,) that it is for."""
        keys = np.full(n, _ALL) if label is None else np.asarray(label, dtype=np.int64)
        keys = np.where(np.isin(keys, list(self.by_class)), keys, _ALL)
        return [(self.by_class[int(key)], keys == key) for key in np.unique(keys)]

    def arrays(self) -> dict[str, Array]:
        found: dict[str, Array] = {"classes": np.array(list(self.by_class), dtype=np.int64)}
        for key, copula in self.by_class.items():
            found |= {f"{key}/{name}": values for name, values in copula.arrays().items()}
        return found | {"low": self.low.numpy().copy(), "high": self.high.numpy().copy()}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        self.by_class = {}
        for key in np.asarray(arrays["classes"]).tolist():
            if key != _ALL and key not in self.spec.classes:
                raise ValueError(f"{key} is no class of the data")
            copula = GaussianCopula(scores=self.scores)
            copula.load_arrays(
                {
                    name: np.asarray(arrays[f"{key}/{name}"])
                    for name in ("mean", "factor", "quantiles", "levels")
                },
                self.spec.size,
            )
            self.by_class[int(key)] = copula
        for name in ("low", "high"):
            values = torch.from_numpy(np.array(arrays[name], dtype=np.float32))
            setattr(self, name, values.reshape(self.spec.shape))
