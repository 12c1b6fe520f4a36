"""Observables of jets as point clouds (see ``data.clouds``), the form that JetNet's metrics are defined on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def relative_mass(clouds: Array) -> Array:
    """Invariant mass over jet pT, (n,), of massless constituents (n, n_particles, 3): JetNet's relative jet mass (arXiv:2106.11535)."""
    eta, phi, pt = np.moveaxis(clouds, 2, 0)
    energy, pz = (pt * np.cosh(eta)).sum(1), (pt * np.sinh(eta)).sum(1)
    px, py = (pt * np.cos(phi)).sum(1), (pt * np.sin(phi)).sum(1)
    squared: Array = np.maximum(energy**2 - px**2 - py**2 - pz**2, 0)
    return np.sqrt(squared)
