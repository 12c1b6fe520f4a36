"""The blend process of Q-Dense: x_t = (1 - w_t) x_0 + w_t epsilon with one noise image epsilon an image (arXiv:2401.07049, section II).

Unit of pixels. The paper's grey levels run from 0 to 1 around the noise's mean of 1/2, and are clamped. Fractions of a jet's pT have no
such ceiling (one pixel may hold nearly everything), so here a pixel is measured in units in which the mean over the image is 1/2:
pixel = fraction * n_pixels / 2. Data and noise images then have the same total, every blend of them has it too (no energy comes or goes
along the process), digits keep about the grey levels of the paper, and only the noise needs the clamp to [0, 1].
"""

from __future__ import annotations

import torch
from torch import Tensor

MEAN, SPREAD = 0.5, 0.2


def to_pixels(fractions: Tensor) -> Tensor:
    """Pixels with mean 1/2 from fractions (batch, n_pixels) that sum to 1 each."""
    return fractions * (MEAN * fractions.shape[1])


def to_fractions(pixels: Tensor) -> Tensor:
    """Fractions that sum to 1 from pixels (batch, n_pixels): negative ones count as 0, an empty image as the uniform one."""
    positive = pixels.clamp(min=0)
    total = positive.sum(dim=1, keepdim=True)
    uniform = torch.full_like(positive, 1 / pixels.shape[1])
    return torch.where(total > 1e-12, positive / total.clamp(min=1e-12), uniform)


def noise_images(n: int, n_pixels: int, generator: torch.Generator) -> Tensor:
    """Noise images (n, n_pixels): N(.5, .2²) clamped to [0, 1], scaled to mean 1/2."""
    noise = torch.randn(n, n_pixels, generator=generator) * SPREAD + MEAN
    return to_pixels(to_fractions(noise.clamp(0, 1)))


def blend(x0: Tensor, noise: Tensor, data_weight: Tensor) -> Tensor:
    """(1 - w) x_0 + w epsilon for pixels x0, noise (batch, n_pixels); ``data_weight`` = 1 - w of each sample (batch,)."""
    kept = data_weight[:, None].to(x0.dtype)
    return kept * x0 + (1 - kept) * noise
