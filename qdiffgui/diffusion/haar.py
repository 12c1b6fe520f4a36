"""Exact Haar noise of pure states: no circuit has to be deep for it (after arXiv:2412.21082, as intended there).

|x_t> = (√ᾱ_t |x_0> + √(1-ᾱ_t) |ε>) / norm with |ε> = U|x_0> of a Haar-random U. Such an |ε> is a Haar-random state whatever |x_0> is,
so that no matrix is needed. Product patches: U is a product of Haar-random unitaries, one a patch of neighbouring qubits, on |0...0>;
their states are products, which shallow circuits prepare (on |x_0> itself the noise would keep the entanglement between patches that
the data have, and could not be drawn without data).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine import haar_states

_TINY = 1e-12


def patch_states(n: int, n_qubits: int, patch_qubits: int, generator: torch.Generator) -> Tensor:
    """(n, 2**n_qubits) complex64: products of independent Haar states, one on every ``patch_qubits`` neighbouring qubits (fewer on the
    last where they do not divide); patch_qubits ≥ n_qubits is the global Haar measure."""
    psi = torch.ones(n, 1, dtype=torch.complex64)
    for first in range(0, n_qubits, patch_qubits):
        patch = haar_states(n, min(patch_qubits, n_qubits - first), generator)
        psi = (psi[:, :, None] * patch[:, None, :]).flatten(1)
    return psi


def mix(psi: Tensor, noise: Tensor, alpha_bar: float | Tensor) -> Tensor:
    """√ᾱ |psi> + √(1-ᾱ) |noise>, normalised; psi, noise (n, d); alpha_bar one number or (n,)."""
    share = torch.as_tensor(alpha_bar, dtype=psi.real.dtype).reshape(-1, 1)
    mixed = share.sqrt() * psi + (1 - share).sqrt() * noise
    norm = torch.linalg.vector_norm(mixed, dim=1, keepdim=True)
    normalised: Tensor = mixed / norm.clamp_min(_TINY)
    return normalised


class HaarNoise:
    """The process; see ``diffusion.states`` for its methods.

    alpha_bar : (T + 1,), 1 first.     patch_qubits : qubits that share a random unitary; None: all.
    """

    def __init__(self, alpha_bar: Sequence[float], patch_qubits: int | None = None) -> None:
        self.alpha_bar = tuple(float(share) for share in alpha_bar)
        self.n_steps = len(self.alpha_bar) - 1
        self.patch_qubits = patch_qubits
        self.start = "Haar-random states" if patch_qubits is None else f"products of Haar-random states of {patch_qubits} qubits"

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        return patch_states(n, n_qubits, self.patch_qubits or n_qubits, generator)

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        return mix(psi, self._noise_for(psi, generator), self.alpha_bar[t])

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        """One random state a sample, the same at every t."""
        noise = self._noise_for(psi, generator)
        return torch.stack([mix(psi, noise, share) for share in self.alpha_bar])

    def _noise_for(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        return self.noise(len(psi), psi.shape[1].bit_length() - 1, generator)
