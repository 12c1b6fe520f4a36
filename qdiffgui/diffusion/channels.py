"""Forward processes of mixed states: noise channels ρ -> ρ_t (MSQuDDPM, arXiv:2411.17608; QGDM,
arXiv:2401.07039).

Each takes density matrices rho (..., d, d), where d = 2**n_qubits and wire 0 is the most
significant bit, and ``kept``, the weight of the data: 1 changes nothing, 0 goes to the limit.
Weights of successive steps multiply, N(a) after N(b) is N(a b), so x_t follows from x_0 in one
step. All channels are completely positive and preserve the trace.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Channel = Callable[[Tensor, float], Tensor]


def depolarize(rho: Tensor, kept: float) -> Tensor:
    """Depolarize all qubits together: kept ρ + (1 - kept) Tr(ρ) I/d. The limit is I/d.

    Parameters
    ----------
    rho : Tensor, shape (..., d, d), complex
        Density matrices.
    kept : float
        Weight of ρ, in [0, 1].

    Returns
    -------
    Tensor, shape (..., d, d), complex
        Density matrices after the channel.

    Examples
    --------
    >>> import torch
    >>> plus = torch.full((2, 2), 0.5)
    >>> depolarize(plus, 0.5)
    tensor([[0.5000, 0.2500],
            [0.2500, 0.5000]])
    """
    d = rho.shape[-1]
    trace = torch.diagonal(rho, dim1=-2, dim2=-1).sum(-1)
    mixed: Tensor = kept * rho + ((1 - kept) / d) * trace[..., None, None] * torch.eye(
        d, dtype=rho.dtype, device=rho.device
    )
    return mixed


def damp_amplitude(rho: Tensor, kept: float) -> Tensor:
    """Damp the amplitudes of every qubit: |1> decays to |0>. The limit is |0...0>.

    Parameters
    ----------
    rho : Tensor, shape (..., d, d), complex
        Density matrices.
    kept : float
        1 - γ, the probability that |1> survives.

    Returns
    -------
    Tensor, shape (..., d, d), complex
        Density matrices after the channel.

    Examples
    --------
    >>> import torch
    >>> plus = torch.full((2, 2), 0.5)
    >>> damp_amplitude(plus, 0.25)
    tensor([[0.8750, 0.2500],
            [0.2500, 0.1250]])
    """
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
    """Dephase every qubit. The limit is the diagonal of ρ, which does not change.

    An element is multiplied by ``kept`` for each bit in which its row and column differ.

    Parameters
    ----------
    rho : Tensor, shape (..., d, d), complex
        Density matrices.
    kept : float
        Factor of each differing bit, in [0, 1].

    Returns
    -------
    Tensor, shape (..., d, d), complex
        Density matrices after the channel.

    Examples
    --------
    >>> import torch
    >>> plus = torch.full((2, 2), 0.5)
    >>> dephase(plus, 0.5)
    tensor([[0.5000, 0.2500],
            [0.2500, 0.5000]])
    """
    index = torch.arange(rho.shape[-1], device=rho.device)
    differ = index[:, None] ^ index[None, :]
    bits = sum(
        ((differ >> q) & 1 for q in range(rho.shape[-1].bit_length() - 1)), torch.zeros_like(differ)
    )
    return rho * (torch.tensor(kept, dtype=torch.float64) ** bits).to(rho.dtype)


CHANNELS: dict[str, Channel] = {
    "depolarizing": depolarize,
    "amplitude-damping": damp_amplitude,
    "dephasing": dephase,
}
"""The channels by the key of their schedule's process."""
