"""The blend process of Q-Dense: x_t = (1 - w_t) x_0 + w_t epsilon, with one noise image epsilon per
image (arXiv:2401.07049, section II).

Unit of pixels: the paper's gray levels lie between 0 and 1, around the noise's mean of 1/2, and are
clamped. Fractions of a jet's pT have no such upper limit, because one pixel may contain nearly all
of it. Here the mean over an image is 1/2: pixel = fraction * n_pixels / 2. Data and noise images
then have the same total, and so does every blend of them: energy is conserved along the process.
Digits keep about the gray levels of the paper, and only the noise needs the clamp to [0, 1].
"""

from __future__ import annotations

import torch
from torch import Tensor

MEAN, SPREAD = 0.5, 0.2


def to_pixels(fractions: Tensor) -> Tensor:
    """Convert fractions to pixels with mean 1/2.

    Parameters
    ----------
    fractions : Tensor, shape (batch, n_pixels)
        Fractions; every image sums to 1.

    Returns
    -------
    Tensor, shape (batch, n_pixels)
        The pixels.

    Examples
    --------
    >>> import torch
    >>> to_pixels(torch.tensor([[0.25, 0.75]]))
    tensor([[0.2500, 0.7500]])
    >>> to_pixels(torch.full((1, 4), 0.25))
    tensor([[0.5000, 0.5000, 0.5000, 0.5000]])
    """
    return fractions * (MEAN * fractions.shape[1])


def to_fractions(pixels: Tensor) -> Tensor:
    """Convert pixels to fractions.

    Parameters
    ----------
    pixels : Tensor, shape (batch, n_pixels)
        Pixels; negative ones count as 0, an empty image as the uniform one.

    Returns
    -------
    Tensor, shape (batch, n_pixels)
        Fractions; every image sums to 1.

    Examples
    --------
    >>> import torch
    >>> to_fractions(torch.tensor([[0.5, 1.5], [-1.0, 0.0]]))
    tensor([[0.2500, 0.7500],
            [0.5000, 0.5000]])
    """
    positive = pixels.clamp(min=0)
    total = positive.sum(dim=1, keepdim=True)
    uniform = torch.full_like(positive, 1 / pixels.shape[1])
    return torch.where(total > 1e-12, positive / total.clamp(min=1e-12), uniform)


def noise_images(n: int, n_pixels: int, generator: torch.Generator) -> Tensor:
    """Draw noise images (n, n_pixels): N(0.5, 0.2²), clamped to [0, 1], scaled to mean 1/2."""
    noise = torch.randn(n, n_pixels, generator=generator) * SPREAD + MEAN
    return to_pixels(to_fractions(noise.clamp(0, 1)))


def blend(x0: Tensor, noise: Tensor, data_weight: Tensor) -> Tensor:
    """Blend images with noise, (1 - w) x_0 + w epsilon.

    Parameters
    ----------
    x0, noise : Tensor, shape (batch, n_pixels)
        Pixels of the data and of the noise.
    data_weight : Tensor, shape (batch,)
        1 - w of each image.

    Returns
    -------
    Tensor, shape (batch, n_pixels)
        Pixels of the blends.

    References
    ----------
    Q-Dense: arXiv:2401.07049, section II.

    Examples
    --------
    >>> import torch
    >>> blend(torch.ones(1, 2), torch.zeros(1, 2), torch.tensor([0.75]))
    tensor([[0.7500, 0.7500]])
    """
    kept = data_weight[:, None].to(x0.dtype)
    return kept * x0 + (1 - kept) * noise
