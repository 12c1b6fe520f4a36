"""An energy distance of maps that is sensitive to large radii, for ensembles whose measured
probabilities are fractions of energy.

The fidelity between maps depends on the bright cells and hardly on the faint ones at large radius,
which determine mass and width. Here a map p is represented by two sets of numbers: √p of each cell,
and the square root of the fraction in all cells from the k-th on (cells row by row, from the center
outward), the second with twice the weight. Each number is divided by its standard deviation over
the batch of true maps. The Euclidean distance of such vectors defines an energy distance (Székely
and Rizzo, J. Stat. Plan. Inference 143 (2013) 1249): zero for equal ensembles only.
"""

from __future__ import annotations

import torch
from torch import Tensor

OUTER = 2.0
_FAINT = 1e-7  # keeps the derivative of a root finite if a cell is empty
_NEAR = 1e-4  # the same for distances
# least standard deviation, as a share of the largest: a cell that is nearly always empty must not
# outweigh the others
_FLOOR = 0.1


def map_energy(branches: Tensor, target: Tensor, exact: bool = True) -> Tensor:
    """The distance, a scalar that back-propagates into ``branches``. It is unbiased, so it may be
    negative.

    branches : (B, K, d) complex, unnormalized.   target : (M, d) complex, normalized.   exact :
        weigh by the branches' probabilities.
    """
    n, k, d = branches.shape
    p = branches.real.square() + branches.imag.square()
    probability = p.sum(2)
    mass = (probability / n if exact else torch.full_like(probability, 1 / n)).flatten()
    true = _numbers(target.real.square() + target.imag.square())
    spread = true.std(0)
    spread = spread.clamp(min=max(float(spread.max()) * _FLOOR, 1e-6))
    ours = _numbers((p / probability.clamp(min=1e-9)[:, :, None]).reshape(n * k, d)) / spread
    true = true / spread
    sample = torch.arange(n).repeat_interleave(k)
    own = _distances(ours, ours) * (sample[:, None] != sample[None, :])
    m = len(target)
    among_true = _distances(true, true).fill_diagonal_(0).sum() / (m * (m - 1))
    return (
        2 * (mass @ _distances(ours, true)).mean() - n / (n - 1) * (mass @ own @ mass) - among_true
    )


def _numbers(p: Tensor) -> Tensor:
    """(n, 2 d - 1) of fractions p (n, d)."""
    outside = p.flip(1).cumsum(1)[:, :-1]
    return torch.cat([(p + _FAINT).sqrt(), OUTER * (outside + _FAINT).sqrt()], dim=1)


def _distances(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distances (n, m) of rows."""
    square = a.square().sum(1)[:, None] + b.square().sum(1)[None, :] - 2 * a @ b.T
    return square.clamp(min=_NEAR).sqrt()
