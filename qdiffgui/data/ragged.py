"""Arithmetic over ragged jets, without a loop over jets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdiffgui.data.types import Array, Jets


def owner(offsets: Array) -> Array:
    """The jet that each constituent belongs to.

    offsets : (n_jets + 1,) int.      Returns (n_constituents,) int64.
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def sum_by(group: Array, values: Array, n_groups: int) -> Array:
    """Sum of ``values`` (n,) over each of ``n_groups`` groups, in float64; 0 for an empty group. ``group`` : (n,) int."""
    return np.bincount(group, weights=values, minlength=n_groups)


@dataclass(frozen=True)
class Flat:
    """Jets as flat columns, one row a constituent.

    jet : (n_constituents,) int64, the jet of each row.      z : (n_constituents,) float64, pT over the scalar sum of the jet.
    total : (n_jets,) float64, scalar sum of pT, GeV (0 for an empty jet).       x, y : (n_constituents,) float64, rapidity and
    azimuth relative to the jet axis, rad.
    """

    jet: Array
    z: Array
    total: Array
    x: Array
    y: Array

    @property
    def n_jets(self) -> int:
        return len(self.total)

    def sum(self, values: Array) -> Array:
        """Sum of ``values`` (n_constituents,) over each jet: (n_jets,) float64."""
        return sum_by(self.jet, values, self.n_jets)


def flatten(jets: Jets) -> Flat:
    """Flat columns of ragged jets."""
    jet = owner(jets.offsets)
    pt = jets.pt.astype(np.float64)
    total = sum_by(jet, pt, len(jets))
    safe = np.where(total > 0, total, 1.0)
    return Flat(jet, pt / safe[jet], total, jets.eta.astype(np.float64), jets.phi.astype(np.float64))
