"""Images as angles of qubits, patch by patch: RX(πx) for a pixel value x from 0 to 1, and its exact
inverse (after arXiv:2412.21082).

The encoding is that of ``circuits.encodings.angle``. A pixel value is the square root of the
pixel's fraction of the image, so faint pixels are not lost.
"""

from __future__ import annotations

import torch
from torch import Tensor

from qdiffgui.circuits.encodings.angle import PIXELS

PATCH = 2
"""Pixels a side: 2x2 pixels are four qubits."""


def split(values: Tensor, shape: tuple[int, int]) -> Tensor:
    """(n, n_patches, PATCH²) of images (n, height * width), row by row; odd sides are padded with
    zeros.
    """
    n, (height, width) = len(values), shape
    rows, columns = -(-height // PATCH), -(-width // PATCH)
    image = torch.nn.functional.pad(
        values.reshape(n, height, width), (0, columns * PATCH - width, 0, rows * PATCH - height)
    )
    return (
        image.reshape(n, rows, PATCH, columns, PATCH)
        .transpose(2, 3)
        .reshape(n, rows * columns, PATCH * PATCH)
    )


def join(patches: Tensor, shape: tuple[int, int]) -> Tensor:
    """The inverse of ``split``."""
    n, (height, width) = len(patches), shape
    rows, columns = -(-height // PATCH), -(-width // PATCH)
    image = (
        patches.reshape(n, rows, columns, PATCH, PATCH)
        .transpose(2, 3)
        .reshape(n, rows * PATCH, columns * PATCH)
    )
    return image[:, :height, :width].reshape(n, height * width)


def places(shape: tuple[int, int]) -> Tensor:
    """(n_patches, 2) row and column of each patch, from -1 to 1."""
    rows, columns = (torch.linspace(-1, 1, -(-side // PATCH)) for side in shape)
    return torch.cartesian_prod(rows, columns).reshape(-1, 2)


def encode(values: Tensor) -> Tensor:
    """Encode values (n, k) in [0, 1] as states (n, 2**k) complex64: the product of RX(π x_i)|0>."""
    return PIXELS.state(values)


def z_values(psi: Tensor) -> Tensor:
    """<Z> of each qubit (n, k) of states (n, 2**k), which need not be normalized."""
    return PIXELS.read(psi) / psi.abs().square().sum(dim=1, keepdim=True).clamp_min(1e-12)


def decode(z: Tensor) -> Tensor:
    """Values in [0, 1] of measured <Z> (..., k)."""
    return PIXELS.decode(z, z.shape[-1])
