"""IQP circuits of many qubits whose gates act within a narrow window: exact probabilities and exact
samples, qubit by qubit.

Once all gates on qubit k have acted, it is measured and leaves, and the next qubit enters. The
state vector only ever holds the window of reach + 1 qubits. It is also how such a circuit runs on
reach + 1 physical qubits, with measurement and reset.
"""

from __future__ import annotations

import torch
from torch import Tensor


def chain_log_p(phases: Tensor, bits: Tensor, place: Tensor) -> Tensor:
    """log p (B,), nats, of strings bits (B, n) of classes place (B,).

    phases : (n_classes, n, 2^(w + 1)), see ``IQP.phases``.
    """
    psi, total = _entry(phases, len(bits)), torch.zeros(len(bits))
    for k in range(phases.shape[1]):
        zero, one = _outcomes(psi, phases[place, k])
        psi = torch.where(bits[:, k, None] == 1, one, zero)
        norm = _norm(psi).clamp(min=1e-30)
        total = total + norm.log()
        psi = psi / norm.sqrt()[:, None]
    return total


@torch.no_grad()
def chain_draw(phases: Tensor, place: Tensor, generator: torch.Generator) -> Tensor:
    """Strings (B, n) int64 of classes place (B,)."""
    psi, bits = _entry(phases, len(place)), []
    for k in range(phases.shape[1]):
        zero, one = _outcomes(psi, phases[place, k])
        p, q = _norm(zero), _norm(one)
        bit = torch.rand(len(place), generator=generator) * (p + q) >= p
        psi = torch.where(bit[:, None], one, zero)
        psi = psi / torch.where(bit, q, p).clamp(min=1e-30).sqrt()[:, None]
        bits.append(bit.long())
    return torch.stack(bits, dim=1)


def _entry(phases: Tensor, n: int) -> Tensor:
    """|+...+> of the first w qubits, (n, 2^w)."""
    size = phases.shape[2] // 2
    return torch.full((n, size), size**-0.5, dtype=torch.complex64)


def _outcomes(psi: Tensor, phase: Tensor) -> tuple[Tensor, Tensor]:
    """Unnormalized states (B, 2^w) after the first qubit of the window was measured as 0 and as 1:
    the next qubit enters as |+>, the gates act, and a Hadamard on the first one.
    """
    wide = torch.stack([psi, psi], dim=2).flatten(1) * 0.5  # 1/√2 of |+>, 1/√2 of the Hadamard
    turned = wide * torch.polar(torch.ones_like(phase), -phase / 2)
    zero, one = turned.reshape(len(psi), 2, -1).unbind(1)
    return zero + one, zero - one


def _norm(psi: Tensor) -> Tensor:
    return (psi.real.square() + psi.imag.square()).sum(1)
