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

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import threshold

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
    m = len(target)
    among_true = _distances(true, true).fill_diagonal_(0).sum() / (m * (m - 1))
    energy: Tensor = _Energy.apply(ours, mass, true, k)  # type: ignore[no-untyped-call]
    return energy - among_true


class _Energy(torch.autograd.Function):
    """Twice the mean distance of ours from the true ones, less that of ours from one another.

    Its derivative by hand passes over the distances once; autograd does six times, and most of a
    training step went there.

    ours : (B K, f), K branches of each sample.   mass : (B K,).   true : (M, f).
    """

    @staticmethod
    def forward(ctx: Any, ours: Tensor, mass: Tensor, true: Tensor, k: int) -> Tensor:
        n = len(ours) // k
        factor = n / (n - 1)
        against, own = _distances(ours, true), _distances(ours, ours)
        sample = torch.arange(n)
        own.view(n, k, n, k)[sample, :, sample, :] = 0  # branches of the same sample
        ctx.save_for_backward(ours, mass, true, against, own)
        ctx.factor = factor
        return 2 * (mass @ against).mean() - factor * (mass @ own @ mass)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None, None]:
        ours, mass, true, against, own = ctx.saved_tensors
        of_mass = 2 * against.mean(1) - 2 * ctx.factor * (own @ mass)
        # a distance changes with a row by their difference over the distance, but not if it is
        # clamped; branches of the same sample have no distance
        near = math.sqrt(_NEAR)
        against = threshold(against, near, math.inf).reciprocal_()
        own = threshold(own, near, math.inf).reciprocal_()
        of_ours = _pull(against, ours, true, mass, torch.full_like(true[:, 0], 2 / len(true)))
        of_ours -= _pull(own, ours, ours, mass, 2 * ctx.factor * mass)
        return gradient * of_ours, gradient * of_mass, None, None


def _pull(inverse: Tensor, a: Tensor, b: Tensor, of_a: Tensor, of_b: Tensor) -> Tensor:
    """Derivative of the distances of rows a and b, weighted by ``of_a`` and ``of_b``, by a."""
    return of_a[:, None] * ((inverse @ of_b)[:, None] * a - inverse @ (of_b[:, None] * b))


def _numbers(p: Tensor) -> Tensor:
    """(n, 2 d - 1) of fractions p (n, d)."""
    outside = p.flip(1).cumsum(1)[:, :-1]
    return torch.cat([(p + _FAINT).sqrt(), OUTER * (outside + _FAINT).sqrt()], dim=1)


def _distances(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distances (n, m) of rows."""
    square = a.square().sum(1)[:, None] + b.square().sum(1)[None, :]
    square -= 2 * a @ b.T
    return square.clamp_(min=_NEAR).sqrt_()
