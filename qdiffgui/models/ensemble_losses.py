"""Distances between the ensemble of a measured circuit and a batch of target states, with exact
gradients.

A batch of B samples consists of unnormalized branches β (B, K, d): outcome k of the ancillas of
sample i has probability w_ik = |β_ik|² and leaves the state β_ik/√w_ik. There are two measurements:
all branches with weights w_ik/B (the exact branch sum), or one drawn branch, K = 1, with weight 1/B
(its gradient ignores the other branches and is biased). Fidelities are |<β|φ>|²/w, or, with
``read="probabilities"``, the classical (Σ|β||φ|)²/w, where phases are free.

Every distance is a function of fidelities and weights, and one formula gives its gradient with
respect to β (``_Ensemble.pull_back``). At these sizes it is several times faster than automatic
differentiation. The circuit has its own gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.models.map_energy import map_energy

Real = NDArray[np.floating]
Read = Literal["states", "probabilities"]
POWER = 4
REGULARISATION = 0.05
SINKHORN_ROUNDS = 60
_TINY = 1e-12
_NEAR = 1e-4  # keeps the derivative of the energy distance finite at F = 1

# Kernels k(F) of an MMD and their derivatives; ``_powered`` returns the powered one. √(1-F) is the
# trace distance of two pure states and a Hilbert-space distance, so the kernel -√(1-F) defines an
# energy distance, which is zero only for equal ensembles (k = F compares only the mean density
# matrices).
Kernel = tuple[Callable[[Real], Real], Callable[[Real], Real]]
_KERNELS: dict[str, Kernel] = {
    "mmd": (np.copy, np.ones_like),
    "energy": (
        lambda f: -np.sqrt(np.maximum(1 - f, _NEAR)),
        lambda f: 0.5 / np.sqrt(np.maximum(1 - f, _NEAR)),
    ),
}


def _powered(power: int) -> Kernel:
    """F^power, positive definite as the overlap of ``power`` copies. It depends on the first
    ``power`` moments of an ensemble.
    """
    if power == 4:  # two squarings are several times faster than a power
        return lambda f: np.square(np.square(f)), lambda f: 4 * f * np.square(f)
    return lambda f: f**power, lambda f: power * f ** (power - 1)


def ensemble_loss(
    branches: Tensor,
    target: Tensor,
    kind: str,
    *,
    exact: bool = True,
    read: Read = "states",
    power: int = POWER,
) -> Tensor:
    """The distance ``kind`` (mmd, powered-mmd, energy, wasserstein, sinkhorn, map-energy), a scalar
    that back-propagates into ``branches``.

    branches : (B, K, d) complex, unnormalized.   target : (M, d) complex, normalized.   exact :
        weigh by the branches' probabilities.
    power : k of the kernel F^k = |<psi|phi>|^(2k) of powered-mmd, at least 1.
    """
    if kind == "map-energy":
        return map_energy(branches, target, exact)
    value: Tensor = _Loss.apply(branches, target, kind, exact, read, power)  # type: ignore[no-untyped-call]
    return value


class Pairs(Protocol):
    """Fidelities of all pairs, and the derivatives that a distance stores; see ``_Ensemble``."""

    batch: int
    mass: Real
    cross: Real
    by_cross: Real
    by_own: Real | None
    by_mass: Real

    @property
    def own(self) -> Real: ...
    @property
    def truth(self) -> Real: ...
    def of_different_samples(self, pairs: Real) -> Real: ...


def distance(pairs: Pairs, kind: str, power: int = POWER) -> float:
    """The distance ``kind``; its derivatives are stored in ``pairs``. ``power`` is that of
    ``ensemble_loss``.
    """
    if kind == "wasserstein":
        return _wasserstein(pairs)
    if kind == "sinkhorn":
        return _sinkhorn(pairs)
    return _mmd(pairs, *(_powered(power) if kind == "powered-mmd" else _KERNELS[kind]))


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, branches: Tensor, target: Tensor, kind: str, exact: bool, read: Read, power: int
    ) -> Tensor:
        ensemble = _Ensemble(branches.detach().numpy(), target.numpy(), exact, read)
        value = distance(ensemble, kind, power)
        ctx.gradient = (
            torch.from_numpy(ensemble.pull_back()).to(branches.dtype).reshape(branches.shape)
        )
        return torch.tensor(value, dtype=branches.real.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        return ctx.gradient * grad, None, None, None, None, None


class _Ensemble:
    """Fidelities of a batch, and the derivatives that a distance stores, in the precision of the
    states.

    cross : (m, M) fidelities with the targets, m = B·K.      mass : (m,) weights, summing to 1.
    by_cross, by_own, by_mass : derivatives of the distance with respect to ``cross``, ``own``
    (symmetric) and ``mass``.
    """

    def __init__(
        self, branches: NDArray[Any], target: NDArray[Any], exact: bool, read: Read
    ) -> None:
        self.batch, self.branches, d = branches.shape
        flat = branches.reshape(-1, d)
        self.probability = np.maximum((flat.real**2 + flat.imag**2).sum(1), _TINY)
        if read == "probabilities":
            self.beta, self.phi = np.abs(flat), np.abs(target)
            self.phase: NDArray[Any] | float = flat / np.maximum(self.beta, _TINY)
        else:
            self.beta, self.phi, self.phase = flat, target, 1.0
        self.mass = (
            self.probability / self.batch
            if exact
            else np.full_like(self.probability, 1 / self.batch)
        )
        self.slope_of_mass = 1 / self.batch if exact else 0.0
        self._overlap = self.beta @ self.phi.conj().T
        self.cross = _square(self._overlap)
        self.cross /= self.probability[:, None]
        self.by_cross = np.zeros_like(self.cross)
        self.by_own: Real | None = None
        self.by_mass = np.zeros_like(self.mass)

    @cached_property
    def own(self) -> Real:
        """(m, m) fidelities among the branches."""
        fidelity = _square(self._own_overlap)
        fidelity /= self.probability[:, None]
        fidelity /= self.probability
        return fidelity

    @cached_property
    def _own_overlap(self) -> NDArray[Any]:
        return np.asarray(self.beta @ self.beta.conj().T)

    @cached_property
    def truth(self) -> Real:
        """(M, M) fidelities among the targets."""
        return _square(self.phi @ self.phi.conj().T)

    def of_different_samples(self, pairs: Real) -> Real:
        """``pairs`` (m, m), set to 0 in place where both branches are of one sample."""
        sample = np.arange(self.batch)
        pairs.reshape(self.batch, self.branches, self.batch, self.branches)[
            sample, :, sample, :
        ] = 0
        return pairs

    def pull_back(self) -> NDArray[Any]:
        """(m, d) gradient with respect to β in torch's convention (∂/∂Re + i ∂/∂Im), from F =
        |<β|φ>|²/w and w = |β|².
        """
        w = self.probability
        along = self.by_mass * self.slope_of_mass - (self.by_cross * self.cross).sum(1) / w
        gradient = ((self.by_cross * self._overlap) @ self.phi) / w[:, None]
        if self.by_own is not None:
            along = along - 2 * (self.by_own * self.own).sum(1) / w
            gradient = (
                gradient
                + ((self.by_own * self._own_overlap) @ (self.beta * (2 / w)[:, None])) / w[:, None]
            )
        return np.asarray(2 * (gradient + along[:, None] * self.beta) * self.phase)


def _square(overlap: NDArray[Any]) -> Real:
    """|overlap|²."""
    if np.iscomplexobj(overlap):
        return np.asarray(np.square(overlap.real) + np.square(overlap.imag))
    return np.asarray(np.square(overlap))


def _mmd(e: Pairs, kernel: Callable[[Real], Real], slope: Callable[[Real], Real]) -> float:
    """E k(a,a') + E k(b,b') - 2 E k(a,b) over pairs of different samples (unbiased, so it may be
    negative; arXiv:2310.05866).
    """
    unbias = e.batch / (e.batch - 1)
    cross = kernel(e.cross).mean(1)
    pulled = unbias * (e.of_different_samples(kernel(e.own)) @ e.mass)
    n = e.cross.shape[1]
    true = kernel(e.truth)
    e.by_cross = slope(e.cross)
    e.by_cross *= (-2 / n) * e.mass[:, None]
    e.by_own = e.of_different_samples(slope(e.own))
    e.by_own *= e.mass
    e.by_own *= unbias * e.mass[:, None]
    e.by_mass = 2 * (pulled - cross)
    return float(
        e.mass @ pulled + (true.sum() - np.trace(true)) / (n * (n - 1)) - 2 * e.mass @ cross
    )


def _wasserstein(e: Pairs) -> float:
    """Exact optimal transport with cost 1 - F. Derivatives by the envelope theorem: the plan for
    the cost, the dual potential for the mass.
    """
    cost, mass = np.asarray(1 - e.cross, np.float64), np.asarray(e.mass, np.float64)
    import ot  # a second, most of it for scikit-learn

    plan, log = ot.emd(
        mass / mass.sum(),
        np.full(e.cross.shape[1], 1 / e.cross.shape[1]),
        cost,
        log=True,
        numItermax=1_000_000,
        check_marginals=False,  # their sums are 1
    )
    e.by_cross, e.by_mass = -plan, log["u"]
    return float((plan * cost).sum())


def _sinkhorn(e: Pairs) -> float:
    """Sinkhorn divergence: entropic transport minus half of the entropic transport of each ensemble
    to itself (arXiv:1706.00292).
    """
    target = np.full(e.cross.shape[1], 1 / e.cross.shape[1])
    cross, plan, f, _ = _entropic(1 - e.cross, e.mass, target)
    own, own_plan, own_f, own_g = _entropic(1 - e.own, e.mass, e.mass)
    true = _entropic(1 - e.truth, target, target)[0]
    e.by_cross, e.by_own = -plan, 0.25 * (own_plan + own_plan.T)
    e.by_mass = f - 0.5 * (own_f + own_g)
    return cross - 0.5 * own - 0.5 * true


def _entropic(cost: Real, p: Real, q: Real) -> tuple[float, Real, Real, Real]:
    """Dual value, plan and potentials of transport with entropy (relative to p ⊗ q). Costs are at
    most 1, so that exp(-cost/ε) does not underflow and the plain scaling iteration is safe."""
    kernel, p, q = (
        np.exp(-np.asarray(cost, np.float64) / REGULARISATION),
        np.asarray(p, np.float64),
        np.asarray(q, np.float64),
    )
    v = np.ones(len(q))
    for _ in range(SINKHORN_ROUNDS):
        u = 1 / (kernel @ (q * v))
        v = 1 / (kernel.T @ (p * u))
    f, g = REGULARISATION * np.log(u), REGULARISATION * np.log(v)
    plan = (p * u)[:, None] * kernel * (q * v)[None, :]
    return float(p @ f + q @ g), plan, f, g
