"""Jet substructure: energy correlations and N-subjettiness, both with angular exponent β = 1.

``e2 = Σ_{i<j} z_i z_j ΔR_ij`` and ``e3 = Σ_{i<j<k} z_i z_j z_k ΔR_ij ΔR_ik ΔR_jk`` with z the pT
fraction give C2 = e3 / e2² (Larkoski, Salam and Thaler, arXiv:1305.0007) and D2 = e3 / e2³
(Larkoski, Moult and Neill, arXiv:1409.6298). ``τ_N = Σ_i z_i min_a ΔR_ia`` over N axes a gives τ21
= τ2 / τ1 (Thaler and Van Tilburg, arXiv:1011.2268).

The axes are those of exclusive kT clustering with winner-take-all recombination, without
minimization: the default for β = 1 in the N-subjettiness of FastJet contrib (Larkoski, Neill and
Thaler, arXiv:1401.2158). A merged subjet keeps the direction of its harder part, so an axis is
always the direction of a constituent, and the one axis of τ1 is one of the two of τ2: τ21 is at
most 1.

Ratios that are 0/0 are 0: all three, for a jet of one particle and for particles that all have the
same direction. For two particles e3 and τ2, and so all three, are 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qdiffgui.data.ragged import Flat
from qdiffgui.data.types import Array

_MOST_PAIRS = 1_000_000  # pairs of constituents of the jets that are computed at once


def energy_correlations(flat: Flat) -> tuple[Array, Array]:
    """e2 (rad) and e3 (rad³) of each jet, each (n_jets,) float64; 0 where there are fewer than two
    or three constituents.
    """
    return flat.once(_energy_correlations)


def _energy_correlations(flat: Flat) -> tuple[Array, Array]:
    e2, e3 = np.zeros(flat.n_jets), np.zeros(flat.n_jets)
    for jets, z, x, y in _equal_sizes(flat):
        distance = np.sqrt(_squared_distances(x, y))
        weighted = distance * z[:, None, :]
        e2[jets] = np.einsum("ji,ji->j", weighted.sum(axis=2), z) / 2
        # a sum over the third particle, then over pairs, which counts each triangle six times
        triangles = (weighted @ distance) * distance
        e3[jets] = np.einsum("jik,ji,jk->j", triangles, z, z) / 6
    return e2, e3


def c2(flat: Flat) -> Array:
    """C2 of each jet, (n_jets,) float64, with angles in rad."""
    e2, e3 = energy_correlations(flat)
    return _ratio(e3, e2**2)


def d2(flat: Flat) -> Array:
    """D2 of each jet, (n_jets,) float64."""
    e2, e3 = energy_correlations(flat)
    return _ratio(e3, e2**3)


def tau21(flat: Flat) -> Array:
    """τ2 / τ1 of each jet, (n_jets,) float64, between 0 and 1."""
    one, two = subjettiness(flat)
    return _ratio(two, one)


def subjettiness(flat: Flat) -> tuple[Array, Array]:
    """τ1 and τ2 of each jet, each (n_jets,) float64, in rad (not divided by the radius)."""
    one, two = np.zeros(flat.n_jets), np.zeros(flat.n_jets)
    for jets, z, x, y in _equal_sizes(flat):
        squared = _squared_distances(x, y)
        first, second = _two_axes(z, squared)
        rows = np.arange(len(z))
        harder, softer = np.sqrt(squared[rows, first]), np.sqrt(squared[rows, second])
        one[jets] = (z * harder).sum(axis=1)
        two[jets] = (z * np.minimum(harder, softer)).sum(axis=1)
    return one, two


def _two_axes(z: Array, squared: Array) -> tuple[Array, Array]:
    """The constituents that lead the two exclusive kT subjets, each (n_jets,) int; the first one
    also leads the whole jet. ``z`` (n_jets, n) with n > 1; ``squared`` (n_jets, n, n) distances.

    The pair with the least ``min(z_i, z_j)² ΔR_ij²`` is always a particle and its nearest neighbor,
    of which the particle is the softer one (Cacciari and Salam, hep-ph/0512210). As a winner keeps
    its direction, neighbors change only where one of them was absorbed.
    """
    n_jets, n = z.shape
    rows = np.arange(n_jets)
    momentum, distance = z.copy(), squared.copy()
    distance[:, np.arange(n), np.arange(n)] = np.inf
    neighbor = distance.argmin(axis=2)
    nearest = np.take_along_axis(distance, neighbor[:, :, None], axis=2)[:, :, 0]
    for _ in range(n - 2):
        softer = (momentum**2 * nearest).argmin(axis=1)
        harder = neighbor[rows, softer]
        momentum[rows, harder] += momentum[rows, softer]
        distance[rows, :, softer] = np.inf
        distance[rows, softer] = np.inf
        nearest[rows, softer] = np.inf
        jet, lost = np.nonzero((neighbor == softer[:, None]) & (nearest < np.inf))
        left = distance[jet, lost]
        neighbor[jet, lost] = found = left.argmin(axis=1)
        nearest[jet, lost] = left[np.arange(len(jet)), found]
    alive = np.where(nearest < np.inf, momentum, -1.0)
    first = alive.argmax(axis=1)
    alive[rows, first] = -1.0
    return first, alive.argmax(axis=1)


def _equal_sizes(flat: Flat) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Jets of equally many constituents n > 1, some at a time: their indices (k,), and z, x and y,
    each (k, n).
    """
    sizes = np.bincount(flat.jet, minlength=flat.n_jets)
    starts = np.cumsum(sizes) - sizes
    for n in np.unique(sizes[sizes > 1]):
        jets = np.flatnonzero(sizes == n)
        for some in np.array_split(jets, -(-len(jets) * n * n // _MOST_PAIRS)):
            rows = starts[some][:, None] + np.arange(n)
            yield some, flat.z[rows], flat.x[rows], flat.y[rows]


def _squared_distances(x: Array, y: Array) -> Array:
    """ΔR² of each pair of constituents, rad²: (n_jets, n, n) from (n_jets, n)."""
    squared: Array = (x[:, :, None] - x[:, None, :]) ** 2 + (y[:, :, None] - y[:, None, :]) ** 2
    return squared


def _ratio(above: Array, below: Array) -> Array:
    """``above / below``, and 0 where ``below`` is 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
