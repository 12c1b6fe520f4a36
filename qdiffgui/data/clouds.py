"""Jets as point clouds of equal length, as JetNet has them (Kansal et al., arXiv:2106.11535): the leading constituents, padded by zeros."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.ragged import flatten
from qdiffgui.data.types import Array, Jets

N_PARTICLES = 30
FEATURES = ("eta", "phi", "pt")


def leading(jets: Jets, n_particles: int = N_PARTICLES, total: Array | None = None) -> Array:
    """The ``n_particles`` constituents of highest pT of each jet, (n_jets, n_particles, 3) float64: eta and phi relative to the jet
    axis (rad), and pT divided by ``total`` (n_jets,) GeV, by default the sum of pT of all constituents. Jets with fewer are padded with
    zeros."""
    flat = flatten(jets)
    order = np.lexsort((-flat.z, flat.jet))
    rank = np.arange(len(order)) - jets.offsets[flat.jet]
    kept = rank < n_particles
    rows, jet, rank = order[kept], flat.jet[kept], rank[kept]
    clouds = np.zeros((len(jets), n_particles, 3))
    clouds[jet, rank] = np.stack([flat.x[rows], flat.y[rows], flat.z[rows]], axis=1)
    if total is not None:
        clouds[:, :, 2] *= np.divide(flat.total, total, out=np.zeros(len(jets)), where=total > 0)[:, None]
    return clouds


def counts(clouds: Array) -> Array:
    """Particles of each cloud (n, n_particles, 3): those with pT, (n,) int64."""
    return np.asarray((clouds[:, :, 2] > 0).sum(axis=1))


def pictures(clouds: Array, n_pixels: int, half_width: float) -> Array:
    """pT of clouds (n, n_particles, 3) in pixels (n, n_pixels, n_pixels) over ±half_width rad; rows are eta, columns phi. What lies beyond
    counts at the edge."""
    scale = n_pixels / (2 * half_width)
    row, column = (np.clip(np.floor((clouds[:, :, k] + half_width) * scale), 0, n_pixels - 1).astype(np.int64) for k in (0, 1))
    cell = np.arange(len(clouds))[:, None] * n_pixels**2 + row * n_pixels + column
    weight = np.bincount(cell.ravel(), clouds[:, :, 2].ravel().astype(np.float64), len(clouds) * n_pixels**2)
    return np.asarray(weight.reshape(-1, n_pixels, n_pixels))
