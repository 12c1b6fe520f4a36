"""Images as angles of qubits, patch by patch: RX(πx) for a pixel value x from 0 to 1, and its exact inverse (after arXiv:2412.21082).

<Z> = cos(πx), so x = arccos(<Z>)/π. The public code decodes by 1 - <Z>, which is no inverse. A pixel value is the square root of the
pixel's fraction of the image, so that faint pixels are not lost.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

PATCH = 2
"""Pixels a side: 2x2 pixels are four qubits."""


def split(values: Tensor, shape: tuple[int, int]) -> Tensor:
    """(n, n_patches, PATCH²) of images (n, height * width), row by row; odd sides are filled with zeros."""
    n, (height, width) = len(values), shape
    rows, columns = -(-height // PATCH), -(-width // PATCH)
    image = torch.nn.functional.pad(values.reshape(n, height, width), (0, columns * PATCH - width, 0, rows * PATCH - height))
    return image.reshape(n, rows, PATCH, columns, PATCH).transpose(2, 3).reshape(n, rows * columns, PATCH * PATCH)


def join(patches: Tensor, shape: tuple[int, int]) -> Tensor:
    """The inverse of ``split``."""
    n, (height, width) = len(patches), shape
    rows, columns = -(-height // PATCH), -(-width // PATCH)
    image = patches.reshape(n, rows, columns, PATCH, PATCH).transpose(2, 3).reshape(n, rows * PATCH, columns * PATCH)
    return image[:, :height, :width].reshape(n, height * width)


def places(shape: tuple[int, int]) -> Tensor:
    """(n_patches, 2) row and column of each patch, from -1 to 1."""
    rows, columns = (torch.linspace(-1, 1, -(-side // PATCH)) for side in shape)
    return torch.cartesian_prod(rows, columns).reshape(-1, 2)


def encode(values: Tensor) -> Tensor:
    """States (n, 2**k) complex64 of values (n, k) in [0, 1]: the product of RX(π x_i)|0>."""
    half = values * (math.pi / 2)
    qubits = torch.stack([half.cos().to(torch.complex64), -1j * half.sin().to(torch.complex64)], dim=2)
    psi = torch.ones(len(values), 1, dtype=torch.complex64)
    for q in range(values.shape[1]):
        psi = (psi[:, :, None] * qubits[:, q, None, :]).flatten(1)
    return psi


def z_values(psi: Tensor) -> Tensor:
    """<Z> of each qubit (n, k) of states (n, 2**k), over their norm."""
    probability = psi.real.square() + psi.imag.square()
    probability = probability / probability.sum(dim=1, keepdim=True).clamp_min(1e-12)
    n_qubits = psi.shape[1].bit_length() - 1
    cube = probability.reshape(len(psi), *[2] * n_qubits)
    each = [cube.sum(dim=tuple(d for d in range(1, n_qubits + 1) if d != q + 1)) for q in range(n_qubits)]
    return torch.stack([p[:, 0] - p[:, 1] for p in each], dim=1)


def decode(z: Tensor) -> Tensor:
    """Values in [0, 1] of measured <Z>."""
    return torch.arccos(z.clamp(-1, 1)) / math.pi
