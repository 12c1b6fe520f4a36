"""Distances between the ensemble of mixed states of a measured circuit and a batch of target
density matrices.

The same distances as for pure states (``ensemble_losses``), with the superfidelity in place of the
fidelity (MSQuDDPM, arXiv:2411.17608): G = Tr ρσ + √((1 - Tr ρ²)(1 - Tr σ²)). G is the scalar
product of unit vectors, the entries of ρ and √(1 - Tr ρ²), so one matrix product gives it for all
pairs, without a matrix square root.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.models.ensemble_losses import POWER, Real, distance

_TINY = 1e-12
_PURE = 1e-6  # keeps the derivative of √(1 - purity) finite at pure states


def density_loss(
    branches: Tensor, target: Tensor, kind: str, *, exact: bool = True, power: int = POWER
) -> Tensor:
    """The distance ``kind`` (mmd, powered-mmd, energy, wasserstein, sinkhorn), a scalar that
    back-propagates into ``branches``.

    branches : (B, K, d, d) complex, K unnormalized density matrices a sample.   target : (M, d, d)
        complex, of trace 1.
    exact : the weight of branch k of a sample is its trace, as in the exact sum over outcomes;
        otherwise all weights are equal.
    power : k of the kernel G^k of powered-mmd, at least 1.
    """
    flat = branches.reshape(-1, *branches.shape[2:])
    probability = torch.diagonal(flat, dim1=1, dim2=2).real.sum(1).clamp_min(_TINY)
    mass = probability / len(branches) if exact else torch.full_like(probability, 1 / len(flat))
    lifted = _lift(flat / probability[:, None, None])
    value: Tensor = _Loss.apply(lifted, mass, _lift(target), kind, len(branches), power)  # type: ignore[no-untyped-call]
    return value


def _lift(rho: Tensor) -> Tensor:
    """(n, 2 d² + 1) unit vectors of density matrices (n, d, d)."""
    real = torch.view_as_real(rho.resolve_conj()).reshape(len(rho), -1)
    impurity = (1 - real.square().sum(1)).clamp_min(_PURE).sqrt()
    return torch.cat([real, impurity[:, None]], 1)


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, lifted: Tensor, mass: Tensor, target: Tensor, kind: str, batch: int, power: int
    ) -> Tensor:
        pairs = _Mixed(lifted.detach().numpy(), mass.detach().numpy(), target.numpy(), batch)
        value = distance(pairs, kind, power)
        ctx.gradients = tuple(
            torch.from_numpy(array).to(lifted.dtype) for array in pairs.pull_back()
        )
        return torch.tensor(value, dtype=lifted.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None, None, None, None]:
        by_lifted, by_mass = ctx.gradients
        return by_lifted * grad, by_mass * grad, None, None, None, None


class _Mixed:
    """Superfidelities of a batch as ``ensemble_losses.Pairs``.

    x : (m, D) lifted branches, m = batch · K.     mass : (m,).     y : (M, D) lifted targets.
    """

    def __init__(self, x: NDArray[Any], mass: NDArray[Any], y: NDArray[Any], batch: int) -> None:
        self.x, self.mass, self.y, self.batch = x, mass, y, batch
        self.cross: Real = x @ y.T
        self.by_cross = np.zeros_like(self.cross)
        self.by_own: Real | None = None
        self.by_mass: Real = np.zeros_like(mass)

    @cached_property
    def own(self) -> Real:
        """(m, m) superfidelities among the branches."""
        return np.asarray(self.x @ self.x.T)

    @cached_property
    def truth(self) -> Real:
        """(M, M) superfidelities among the targets."""
        return np.asarray(self.y @ self.y.T)

    def of_different_samples(self, pairs: Real) -> Real:
        """``pairs`` (m, m), set to 0 in place where both branches are of one sample."""
        sample, branches = np.arange(self.batch), len(self.x) // self.batch
        pairs.reshape(self.batch, branches, self.batch, branches)[sample, :, sample, :] = 0
        return pairs

    def pull_back(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Gradients with respect to x (m, D) and mass (m,)."""
        gradient = self.by_cross @ self.y
        if self.by_own is not None:
            gradient = gradient + 2 * self.by_own @ self.x
        return np.asarray(gradient), np.asarray(self.by_mass)
