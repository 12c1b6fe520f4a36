"""Arithmetic on ragged jets without a loop over jets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from qdiffgui.data.types import Array, Jets

T = TypeVar("T")


def owner(offsets: Array) -> Array:
    """Index of the jet of each constituent, (n_constituents,), for ``offsets`` (n_jets + 1,)."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def sum_by(group: Array, values: Array, n_groups: int) -> Array:
    """Sum of ``values`` (n,) over each of ``n_groups`` groups, in float64; 0 for an empty group.
    ``group`` (n,) int is the group of each value.
    """
    return np.bincount(group, weights=values, minlength=n_groups)


@dataclass(frozen=True)
class Flat:
    """Jets as flat columns with one row per constituent.

    ``jet`` (n_constituents,) int64 is the jet of each row. ``z`` (n_constituents,) float64 is pT
    over the scalar sum of the jet. ``total`` (n_jets,) float64 is that sum in GeV, 0 for an empty
    jet. ``x`` and ``y`` (n_constituents,) float64 are rapidity and azimuth relative to the jet axis
    (rad).
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

    def once(self, compute: Callable[[Flat], T]) -> T:
        """``compute(self)``, which is kept: several observables need the same sums."""
        kept = self.__dict__.setdefault("_kept", {})
        if compute not in kept:
            kept[compute] = compute(self)
        found: T = kept[compute]
        return found


def flatten(jets: Jets) -> Flat:
    """Flat columns of ragged jets."""
    jet = owner(jets.offsets)
    pt = jets.pt.astype(np.float64)
    total = sum_by(jet, pt, len(jets))
    safe = np.where(total > 0, total, 1.0)
    return Flat(
        jet, pt / safe[jet], total, jets.eta.astype(np.float64), jets.phi.astype(np.float64)
    )
