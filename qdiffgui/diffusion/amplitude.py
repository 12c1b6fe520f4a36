"""Complex Gaussian noise on amplitudes (after Cacioppo et al., arXiv:2311.15444): the Gaussian process, on states.

A state counts as a vector of complex numbers. As in DDPM, noise of unit variance is added to each of them, and the vector is normalised
again; the limit is a Haar-random state. Vectors before normalisation are called phi, states psi; both (batch, d) complex64.
"""

from __future__ import annotations

import torch
from torch import Tensor


def noised(phi: Tensor, kept: Tensor | float, generator: torch.Generator) -> Tensor:
    """sqrt(kept) phi + sqrt(1 - kept) z with z complex normal of unit variance; ``kept`` : (batch,), or one for all.

    With kept = alpha_bar_t this leads from x_0 to x_t, with alpha_bar_t / alpha_bar_s from x_s to x_t (arXiv:2006.11239, eqs. 4 and 2).
    """
    share = torch.as_tensor(kept, dtype=torch.float32)
    share = share[:, None] if share.ndim else share
    z = torch.randn(phi.shape, dtype=phi.dtype, generator=generator)
    return share.sqrt() * phi + (1 - share).sqrt() * z


def state_of(phi: Tensor) -> Tensor:
    """The states in the direction of vectors phi."""
    return torch.nn.functional.normalize(phi, dim=1)
