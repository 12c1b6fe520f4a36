"""Forward processes of mixed states: noise channels ρ -> ρ_t (MSQuDDPM, arXiv:2411.17608; QGDM, arXiv:2401.07039).

Each takes density matrices rho (..., d, d), d = 2**n_qubits, wire 0 the most significant bit, and ``kept``, what the channel leaves of
what it destroys: 1 changes nothing, 0 goes to the limit. Steps multiply, N(a) after N(b) is N(a b), so that x_t comes from x_0 in
one go. All are completely positive and keep the trace.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Channel = Callable[[Tensor, float], Tensor]


def depolarize(rho: Tensor, kept: float) -> Tensor:
    """Global depolarizing: kept ρ + (1 - kept) Tr(ρ) I/d; the limit is I/d."""
    d = rho.shape[-1]
    trace = torch.diagonal(rho, dim1=-2, dim2=-1).sum(-1)
    mixed: Tensor = kept * rho + ((1 - kept) / d) * trace[..., None, None] * torch.eye(d, dtype=rho.dtype, device=rho.device)
    return mixed


def damp_amplitude(rho: Tensor, kept: float) -> Tensor:
    """Amplitude damping of every qubit, γ = 1 - kept: |1> decays to |0>; the limit is |0...0>."""
    d = rho.shape[-1]
    for q in range(d.bit_length() - 1):
        old = rho.reshape(-1, 2**q, 2, d // 2 ** (q + 1), 2**q, 2, d // 2 ** (q + 1))
        new = old.clone()
        new[:, :, 0, :, :, 0] = old[:, :, 0, :, :, 0] + (1 - kept) * old[:, :, 1, :, :, 1]
        new[:, :, 1, :, :, 1] = kept * old[:, :, 1, :, :, 1]
        new[:, :, 0, :, :, 1] = math.sqrt(kept) * old[:, :, 0, :, :, 1]
        new[:, :, 1, :, :, 0] = math.sqrt(kept) * old[:, :, 1, :, :, 0]
        rho = new.reshape(rho.shape)
    return rho


def dephase(rho: Tensor, kept: float) -> Tensor:
    """Dephasing of every qubit: an element is multiplied by ``kept`` for each bit in which row and column differ; the limit is the
    diagonal of ρ, which no dephasing touches."""
    index = torch.arange(rho.shape[-1], device=rho.device)
    differ = index[:, None] ^ index[None, :]
    bits = sum(((differ >> q) & 1 for q in range(rho.shape[-1].bit_length() - 1)), torch.zeros_like(differ))
    return rho * (torch.tensor(kept, dtype=torch.float64) ** bits).to(rho.dtype)


CHANNELS: dict[str, Channel] = {"depolarizing": depolarize, "amplitude-damping": damp_amplitude, "dephasing": dephase}
"""By the ``process`` of their schedules in ``catalog.schedules``."""
