"""Jets as point clouds of equal length, as in JetNet (Kansal et al., arXiv:2106.11535): the leading
constituents, padded with zeros.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.data.ragged import flatten
from qdiffgui.data.types import Array, Jets

N_PARTICLES = 30
FEATURES = ("eta", "phi", "pt")


def leading(jets: Jets, n_particles: int = N_PARTICLES, total: Array | None = None) -> Array:
    """The leading constituents of each jet as clouds.

    Parameters
    ----------
    jets : Jets
        The jets (GeV, rad).
    n_particles : int
        Number of constituents to keep, those of highest pT; jets with fewer are padded with zeros.
    total : ndarray, shape (n_jets,), optional
        The pT to divide by, GeV; by default the scalar sum of the pT of all constituents.

    Returns
    -------
    ndarray, shape (n_jets, n_particles, 3), float64
        eta and phi relative to the jet axis (rad), and the pT fraction.
    """
    flat = flatten(jets)
    order = np.lexsort((-flat.z, flat.jet))
    rank = np.arange(len(order)) - jets.offsets[flat.jet]
    kept = rank < n_particles
    rows, jet, rank = order[kept], flat.jet[kept], rank[kept]
    clouds = np.zeros((len(jets), n_particles, 3))
    clouds[jet, rank] = np.stack([flat.x[rows], flat.y[rows], flat.z[rows]], axis=1)
    if total is not None:
        clouds[:, :, 2] *= np.divide(flat.total, total, out=np.zeros(len(jets)), where=total > 0)[
            :, None
        ]
    return clouds


def counts(clouds: Array) -> Array:
    """Number of particles with pT > 0 of each cloud (n, n_particles, 3), (n,) int64."""
    return np.asarray((clouds[:, :, 2] > 0).sum(axis=1))


def cloud_images(clouds: Array, n_pixels: int, half_width: float) -> Array:
    """pT of clouds (n, n_particles, 3) in pixels, (n, n_pixels, n_pixels), over ±half_width rad;
    rows are eta, columns phi. Particles beyond count in the pixels at the edge.
    """
    scale = n_pixels / (2 * half_width)
    row, column = (
        np.clip(np.floor((clouds[:, :, k] + half_width) * scale), 0, n_pixels - 1).astype(np.int64)
        for k in (0, 1)
    )
    cell = np.arange(len(clouds))[:, None] * n_pixels**2 + row * n_pixels + column
    weight = np.bincount(
        cell.ravel(), clouds[:, :, 2].ravel().astype(np.float64), len(clouds) * n_pixels**2
    )
    return np.asarray(weight.reshape(-1, n_pixels, n_pixels))


def relative_mass(clouds: Array) -> Array:
    """Invariant mass over jet pT, (n,), of clouds (n, n_particles, 3) of massless constituents:
    JetNet's relative jet mass (arXiv:2106.11535).
    """
    eta, phi, pt = np.moveaxis(clouds, 2, 0)
    energy, pz = (pt * np.cosh(eta)).sum(1), (pt * np.sinh(eta)).sum(1)
    px, py = (pt * np.cos(phi)).sum(1), (pt * np.sin(phi)).sum(1)
    squared: Array = np.maximum(energy**2 - px**2 - py**2 - pz**2, 0)
    return np.sqrt(squared)
