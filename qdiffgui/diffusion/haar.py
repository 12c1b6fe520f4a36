"""Exact Haar noise of pure states, without a deep circuit (after arXiv:2412.21082, as intended
there).

|x_t> = (√ᾱ_t |x_0> + √(1-ᾱ_t) |ε>) / norm with |ε> = U|x_0> for a Haar-random U. Whatever |x_0> is,
|ε> is a Haar-random state, so no matrix is needed. With patches, U is a product of Haar-random
unitaries, one per patch of neighboring qubits, and acts on |0...0>. Its product states can be
prepared by shallow circuits. (Acting on |x_0>, it would keep the entanglement of the data between
patches, and could not be drawn without data.)
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine import haar_states

_TINY = 1e-12


def patch_states(n: int, n_qubits: int, patch_qubits: int, generator: torch.Generator) -> Tensor:
    """Draw products of independent Haar states, one per patch of neighboring qubits.

    Parameters
    ----------
    n : int
        Number of states.
    n_qubits : int
        Number of qubits.
    patch_qubits : int
        Qubits of a patch; the last patch may be smaller. From ``n_qubits`` on, the states are
        Haar-random states of all qubits.
    generator : torch.Generator
        Source of randomness.

    Returns
    -------
    Tensor, shape (n, 2**n_qubits), complex64
        The states.

    Examples
    --------
    >>> import torch
    >>> patch_states(5, 4, 2, torch.Generator().manual_seed(0)).shape
    torch.Size([5, 16])
    """
    psi = torch.ones(n, 1, dtype=torch.complex64)
    for first in range(0, n_qubits, patch_qubits):
        patch = haar_states(n, min(patch_qubits, n_qubits - first), generator)
        psi = (psi[:, :, None] * patch[:, None, :]).flatten(1)
    return psi


def mix(psi: Tensor, noise: Tensor, alpha_bar: float | Tensor) -> Tensor:
    """Mix states with noise: √ᾱ |psi> + √(1-ᾱ) |noise>, normalized.

    Parameters
    ----------
    psi, noise : Tensor, shape (n, d), complex
        States and noise states.
    alpha_bar : float or Tensor, shape (n,)
        Weight of the data.

    Returns
    -------
    Tensor, shape (n, d), complex
        The mixed states.

    Examples
    --------
    >>> import torch
    >>> basis = torch.eye(2, dtype=torch.complex64)
    >>> mix(basis[:1], basis[1:], 0.64).real
    tensor([[0.8000, 0.6000]])
    """
    share = torch.as_tensor(alpha_bar, dtype=psi.real.dtype).reshape(-1, 1)
    mixed = share.sqrt() * psi + (1 - share).sqrt() * noise
    norm = torch.linalg.vector_norm(mixed, dim=1, keepdim=True)
    normalized: Tensor = mixed / norm.clamp_min(_TINY)
    return normalized


class HaarNoise:
    """The process of mixing with Haar-random states; see ``diffusion.states`` for its methods.

    Parameters
    ----------
    alpha_bar : sequence of float, length n_steps + 1
        Weight of the data by step; the first one is 1.
    patch_qubits : int, optional
        Qubits that share a random unitary; all by default.
    """

    def __init__(self, alpha_bar: Sequence[float], patch_qubits: int | None = None) -> None:
        self.alpha_bar = tuple(float(share) for share in alpha_bar)
        self.n_steps = len(self.alpha_bar) - 1
        self.patch_qubits = patch_qubits
        self.start = (
            "Haar-random states"
            if patch_qubits is None
            else f"products of Haar-random states of {patch_qubits} qubits"
        )

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        return patch_states(n, n_qubits, self.patch_qubits or n_qubits, generator)

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        return mix(psi, self._noise_for(psi, generator), self.alpha_bar[t])

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        """One trajectory per sample, with the same random state at every t."""
        noise = self._noise_for(psi, generator)
        return torch.stack([mix(psi, noise, share) for share in self.alpha_bar])

    def _noise_for(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        return self.noise(len(psi), psi.shape[1].bit_length() - 1, generator)
