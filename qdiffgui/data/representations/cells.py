"""Shared by maps in ΔR: pT fractions in cells, the mean ΔR of each radial bin, and jets with one
pseudo-constituent per cell.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.data.observables import radial_bin
from qdiffgui.data.ragged import Flat, sum_by
from qdiffgui.data.types import Array, Jets


def mean_radius(flat: Flat, edges: Array) -> Array:
    """pT-weighted mean ΔR of each radial bin over all jets, rad, (len(edges) - 1,); for an empty
    bin, its middle.

    Decoding at these radii keeps the mean girth of the training jets exactly.
    """
    n_bins = len(edges) - 1
    bins = radial_bin(flat, edges)
    weight = sum_by(bins, flat.z, n_bins)
    moment = sum_by(bins, flat.z * np.hypot(flat.x, flat.y), n_bins)
    return np.where(
        weight > 0, moment / np.where(weight > 0, weight, 1.0), (edges[:-1] + edges[1:]) / 2
    )


def principal_axis(flat: Flat) -> Array:
    """Azimuth of the principal axis of each jet about the jet axis, rad, (n_jets,) float64.

    The pT-weighted second moment is largest along it, and the third moment along it is positive.
    """
    xx, yy, xy = (flat.sum(flat.z * term) for term in (flat.x**2, flat.y**2, flat.x * flat.y))
    angle: Array = 0.5 * np.arctan2(2 * xy, xx - yy)
    along = flat.x * np.cos(angle)[flat.jet] + flat.y * np.sin(angle)[flat.jet]
    return np.where(flat.sum(flat.z * along**3) < 0, angle + np.pi, angle)


def cell_fractions(flat: Flat, cell: Array, n_cells: int) -> Array:
    """pT fraction in each cell, (n_jets, n_cells) float64; ``cell`` (n_constituents,) int is the
    cell of each constituent.
    """
    return sum_by(flat.jet * n_cells + cell, flat.z, flat.n_jets * n_cells).reshape(-1, n_cells)


def jets_from_cells(part: Array, total: Array, eta: Array, phi: Array, label: Array) -> Jets:
    """Jets with one massless pseudo-constituent per lit cell.

    ``part`` (n, n_cells) are fractions, ``total`` (n,) is the scalar sum of pT (GeV), ``eta`` and
    ``phi``, (n_cells,) or (n, n_cells), are relative to the jet axis (rad). ``jet_pt`` of the
    result is the vector sum.
    """
    jet, cell = np.nonzero(part > 0)
    pt = part[jet, cell] * total[jet]
    eta = np.broadcast_to(eta, part.shape)[jet, cell]
    phi = np.broadcast_to(phi, part.shape)[jet, cell]
    n = len(part)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(jet, minlength=n))]).astype(np.int64)
    jet_pt = np.hypot(sum_by(jet, pt * np.cos(phi), n), sum_by(jet, pt * np.sin(phi), n))
    return Jets(
        pt=pt.astype(np.float32),
        eta=eta.astype(np.float32),
        phi=phi.astype(np.float32),
        offsets=offsets,
        label=np.asarray(label, dtype=np.int8),
        jet_pt=jet_pt.astype(np.float32),
    )
