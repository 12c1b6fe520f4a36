"""Maps to be diffused as ranks: each cell through its own distribution to a standard normal number,
and back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from scipy.special import ndtr, ndtri
from torch import Tensor

from qdiffgui.data.types import Array, Spec
from qdiffgui.diffusion.hurdle_copula import GRID, ranks
from qdiffgui.models.transforms import Transform

_EDGE = 1e-4  # probabilities are kept this far from 0 and 1, whose scores are infinite


class RankScores(Transform):
    """The share of samples in which a cell is empty takes the lowest part of the normal
    distribution, the lit ones the rest in the order of their fractions (van der Waerden's normal
    scores).

    Lit cells of a jet span five orders of magnitude: in any fixed power of the fractions a Gaussian
    model gets the faint ones wrong, and a classifier sees that at once. Here every cell's own
    distribution is right from the start and the model learns how cells depend on each other. An
    empty cell is drawn from its part, the same in every call for the same samples (dequantization).
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.empty, self.logs = np.zeros(spec.size), np.zeros((spec.size, len(GRID)))

    def fit(self, x: Array, label: Array | None = None) -> None:
        flat = _flat(x)
        self.empty = (flat <= 0).mean(axis=0)
        self.logs = np.stack(
            [
                np.quantile(np.log(cell[cell > 0]), GRID) if (cell > 0).any() else 0 * GRID
                for cell in flat.T
            ]
        )
        self.load_arrays(
            self.arrays()
        )  # float32, as saved: a model read from a file samples the same
        z = self.encode(x)
        self.low, self.high = z.amin(dim=0), z.amax(dim=0)

    def encode(self, x: Array, label: Array | None = None) -> Tensor:
        flat, rng = _flat(x), np.random.default_rng(0)
        u = rng.random(flat.shape) * (1 - _EDGE) * self.empty
        for cell, (p, logs) in enumerate(zip(self.empty, self.logs)):
            lit = flat[:, cell] > 0
            # the faintest stays above the empty
            u[lit, cell] = p + (1 - p) * np.maximum(
                ranks(np.log(flat[lit, cell]), logs, rng), _EDGE
            )
        z = ndtri(np.clip(u, _EDGE, 1 - _EDGE))
        return torch.from_numpy(z.reshape(-1, *self.spec.shape).astype(np.float32))

    def decode(self, z: Tensor, context: Tensor | None = None, label: Array | None = None) -> Array:
        u = ndtr(z.detach().numpy().astype(np.float64).reshape(len(z), -1))
        found = np.zeros_like(u)
        for cell, (p, logs) in enumerate(zip(self.empty, self.logs)):
            lit = (u[:, cell] > p) | (p == 0)
            found[lit, cell] = np.exp(np.interp((u[lit, cell] - p) / max(1 - p, _EDGE), GRID, logs))
        total = found.sum(axis=1, keepdims=True)
        # a map without a lit cell carries no information: the uniform one stands in, so that
        # fractions stay fractions
        found = np.where(total > 0, found / np.where(total > 0, total, 1), 1 / self.spec.size)
        return np.asarray(found.reshape(-1, *self.spec.shape).astype(np.float32))

    def arrays(self) -> dict[str, Array]:
        own = {name: np.array(getattr(self, name), dtype=np.float32) for name in ("empty", "logs")}
        return own | {"low": self.low.numpy().copy(), "high": self.high.numpy().copy()}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        self.empty, self.logs = (
            np.array(arrays[name], dtype=np.float64) for name in ("empty", "logs")
        )
        self.low, self.high = (
            torch.from_numpy(np.array(arrays[name], dtype=np.float32)).reshape(self.spec.shape)
            for name in ("low", "high")
        )


def _flat(x: Array) -> Array:
    return np.maximum(np.asarray(x, dtype=np.float64).reshape(len(x), -1), 0)
