"""Jets as point clouds of equal length, the form that JetNet's metrics are defined on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.ragged import flatten
from qdiffgui.data.types import Jets

Array = NDArray[Any]
N_PARTICLES = 30


def leading(jets: Jets, n_particles: int = N_PARTICLES) -> Array:
    """The ``n_particles`` constituents of highest pT of each jet, (n_jets, n_particles, 3) float64: eta and phi relative to the jet
    axis (rad), and pT divided by the sum of pT of all constituents. Jets with fewer are padded with zeros."""
    flat = flatten(jets)
    order = np.lexsort((-flat.z, flat.jet))
    rank = np.arange(len(order)) - jets.offsets[flat.jet]
    kept = rank < n_particles
    rows, jet, rank = order[kept], flat.jet[kept], rank[kept]
    clouds = np.zeros((len(jets), n_particles, 3))
    clouds[jet, rank] = np.stack([flat.x[rows], flat.y[rows], flat.z[rows]], axis=1)
    return clouds


def relative_mass(clouds: Array) -> Array:
    """Invariant mass over jet pT, (n,), of massless constituents (n, n_particles, 3): JetNet's relative jet mass (arXiv:2106.11535)."""
    eta, phi, pt = np.moveaxis(clouds, 2, 0)
    energy, pz = (pt * np.cosh(eta)).sum(1), (pt * np.sinh(eta)).sum(1)
    px, py = (pt * np.cos(phi)).sum(1), (pt * np.sin(phi)).sum(1)
    squared: Array = np.maximum(energy**2 - px**2 - py**2 - pz**2, 0)
    return np.sqrt(squared)
