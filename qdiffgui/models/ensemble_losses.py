"""Distances between a weighted ensemble that training moves and a batch of targets, differentiable in states and weights.

Every sample i of the generated ensemble comes as K branches of weight p_ik (Σ_k p_ik = 1; K = 1 where the ancillas were sampled):
psi (B, K, d), weight (B, K), target (M, d). Fidelities are |<psi|phi>|², or with ``read="probabilities"`` the classical
(Σ √(p q))², where phases are free.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import ot
import torch
from torch import Tensor

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
SINKHORN_REGULARISATION = 0.05
SINKHORN_ROUNDS = 50
POWER = 4


def make_loss(kind: str, read: str = "states") -> Loss:
    """The distance called ``kind`` (as in ``config.models.QuDDPM.loss``), a function (psi, weight, target) -> scalar."""
    distances: dict[str, Callable[[Tensor, Tensor, Tensor, str], Tensor]] = {
        "mmd": partial(_mmd, kernel=lambda f: f),
        "powered-mmd": partial(_mmd, kernel=lambda f: f**POWER),
        "energy": partial(_mmd, kernel=_minus_trace_distance),
        "wasserstein": _wasserstein,
        "sinkhorn": _sinkhorn,
    }
    distance = distances[kind]

    def loss(psi: Tensor, weight: Tensor, target: Tensor) -> Tensor:
        return distance(psi, weight, target, read)

    return loss


def _fidelity(a: Tensor, b: Tensor, read: str) -> Tensor:
    """(m, k) fidelities of rows a (m, d) and b (k, d)."""
    if read == "probabilities":
        overlap = _modulus(a) @ _modulus(b).T
        return overlap * overlap
    overlap = a @ b.conj().T
    return overlap.real.square() + overlap.imag.square()


def _modulus(a: Tensor) -> Tensor:
    """|a|, its gradient finite at 0."""
    return (a.real.square() + a.imag.square() + 1e-12).sqrt()


def _minus_trace_distance(f: Tensor) -> Tensor:
    """-√(1-F): minus a Hilbert-space (trace) distance, whose MMD is the energy distance, zero for equal ensembles only."""
    return -(1 - f).clamp_min(1e-6).sqrt()


def _mmd(psi: Tensor, weight: Tensor, target: Tensor, read: str, *, kernel: Callable[[Tensor], Tensor]) -> Tensor:
    """E k(a,a') + E k(b,b') - 2 E k(a,b), over pairs of different samples (unbiased, so it may fall below zero)."""
    batch, branches, d = psi.shape
    flat, w = psi.reshape(-1, d), weight.reshape(-1)
    across = (w @ kernel(_fidelity(flat, target, read))).sum() / (batch * len(target))
    pairs = kernel(_fidelity(flat, flat, read)) * (w[:, None] * w[None, :])
    same = pairs.reshape(batch, branches, batch, branches).diagonal(dim1=0, dim2=2).sum()
    within = (pairs.sum() - same) / (batch * (batch - 1))
    with torch.no_grad():
        true = kernel(_fidelity(target, target, read))
        constant = (true.sum() - true.diagonal().sum()) / (len(target) * (len(target) - 1))
    return within + constant - 2 * across


def _wasserstein(psi: Tensor, weight: Tensor, target: Tensor, read: str) -> Tensor:
    """Exact optimal transport with cost 1 - F. Its gradient is that of the cost at the fixed optimal plan plus the dual
    potentials times that of the weights (envelope theorem)."""
    flat, w = psi.reshape(-1, psi.shape[2]), weight.reshape(-1) / len(psi)
    cost = 1 - _fidelity(flat, target, read)
    source = w.detach().double().numpy()
    source = source / source.sum()
    plan, log = ot.emd(source, np.full(len(target), 1 / len(target)), cost.detach().double().numpy(), log=True)
    moved = (torch.from_numpy(plan).to(cost) * cost).sum()
    if psi.shape[1] == 1:
        return moved
    potential = torch.from_numpy(log["u"]).to(cost)
    return moved + (potential * (w - w.detach())).sum()


def _sinkhorn(psi: Tensor, weight: Tensor, target: Tensor, read: str) -> Tensor:
    """Sinkhorn divergence: entropic transport less half of each ensemble's own (arXiv:1706.00292)."""
    flat, w = psi.reshape(-1, psi.shape[2]), weight.reshape(-1) / len(psi)
    v = torch.full((len(target),), 1 / len(target), dtype=w.dtype, device=w.device)

    def smooth(a: Tensor, p: Tensor, b: Tensor, q: Tensor) -> Tensor:
        cost = 1 - _fidelity(a, b, read)
        f, g = _potentials(cost.detach(), p.detach(), q.detach())
        plan = torch.exp((f[:, None] + g[None, :] - cost.detach()) / SINKHORN_REGULARISATION) * p.detach()[:, None] * q[None, :]
        value = (f * p.detach()).sum() + (g * q.detach()).sum()
        slope = (plan.detach() * cost).sum() + (f * p).sum() + (g * q).sum()
        return value + slope - slope.detach()

    return smooth(flat, w, target, v) - 0.5 * smooth(flat, w, flat, w) - 0.5 * smooth(target, v, target, v)


def _potentials(cost: Tensor, p: Tensor, q: Tensor) -> tuple[Tensor, Tensor]:
    """Dual potentials of entropic transport by Sinkhorn's iterations in the log domain."""
    eps = SINKHORN_REGULARISATION
    log_p, log_q = p.clamp_min(1e-30).log(), q.clamp_min(1e-30).log()
    g = torch.zeros_like(q)
    for _ in range(SINKHORN_ROUNDS):
        f = -eps * torch.logsumexp((g[None, :] - cost) / eps + log_q, 1)
        g = -eps * torch.logsumexp((f[:, None] - cost) / eps + log_p[:, None], 0)
    return f, g
