"""The Gaussian process on states: complex Gaussian noise on amplitudes (after Cacioppo et al.,
arXiv:2311.15444).

A state is treated as a vector of complex numbers. As in DDPM, noise of unit variance is added to
each of them, and the vector is normalized again; the limit is a Haar-random state. Vectors before
normalization are called phi, states psi; both have shape (batch, d), complex64.
"""

from __future__ import annotations

import torch
from torch import Tensor


def noised(phi: Tensor, kept: Tensor | float, generator: torch.Generator) -> Tensor:
    """Add complex Gaussian noise z of unit variance: sqrt(kept) phi + sqrt(1 - kept) z.

    Parameters
    ----------
    phi : Tensor, shape (batch, d), complex
        Vectors before noise.
    kept : float or Tensor, shape (batch,)
        alpha_bar_t leads from x_0 to x_t, alpha_bar_t / alpha_bar_s from x_s to x_t.
    generator : torch.Generator
        Source of the noise.

    Returns
    -------
    Tensor, shape (batch, d), complex
        Noisy vectors.

    References
    ----------
    Ho, Jain, Abbeel, arXiv:2006.11239, eqs. 4 and 2.

    Examples
    --------
    >>> import torch
    >>> phi = torch.ones(2, 4, dtype=torch.complex64)
    >>> noised(phi, 1.0, torch.Generator()).equal(phi)
    True
    """
    share = torch.as_tensor(kept, dtype=torch.float32)
    share = share[:, None] if share.ndim else share
    z = torch.randn(phi.shape, dtype=phi.dtype, generator=generator)
    return share.sqrt() * phi + (1 - share).sqrt() * z


def state_of(phi: Tensor) -> Tensor:
    """Normalize vectors phi to states."""
    return torch.nn.functional.normalize(phi, dim=1)
