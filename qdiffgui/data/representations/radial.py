"""Radial profile: pT fractions in bins of log ΔR."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.observables import as_jets, radial_bin, radial_edges
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.cells import cell_fractions, jets_from_cells, mean_radius
from qdiffgui.data.representations.totals import (
    Totals,
    classes_from_state,
    classes_to_state,
    fractions,
)
from qdiffgui.data.types import Array, Encoded, Jets, Physical, Spec


class Radial(Representation):
    """``x`` : (n, n_bins, 1) float32, fractions of the scalar sum of pT that sum to 1 for each jet
    (0 for an empty jet).

    The edges in ΔR are [0] + geomspace(0.004, 0.42); the last bin also holds what lies beyond.
    Azimuth and the number of constituents are not kept. Decoding places one pseudo-constituent at
    the mean ΔR of each lit bin, on a line through the axis, on the side that balances those with a
    larger moment z ΔR. A jet is balanced about its axis, so this keeps its mass.
    """

    config: settings.Radial

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        flat = flatten(as_jets(train))
        self._radius = mean_radius(flat, self.edges)
        self._totals = Totals.learn(flat.total, train.label)
        self._classes = dict(classes)

    @property
    def edges(self) -> Array:
        """Edges in ΔR, rad, (n_bins + 1,)."""
        return radial_edges(self.config.n_bins)

    @property
    def spec(self) -> Spec:
        return Spec("map", (self.config.n_bins, 1), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        jets = as_jets(content)
        flat = flatten(jets)
        x = cell_fractions(flat, radial_bin(flat, self.edges), self.config.n_bins)
        return Encoded(x.reshape(-1, *self.spec.shape).astype(np.float32), jets.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Jets:
        part = fractions(x)
        eta = _balanced(part * self._radius) * self._radius
        return jets_from_cells(
            part, self._totals.draw(np.asarray(label), seed), eta, np.zeros(1), label
        )

    def state(self) -> dict[str, Array]:
        return {"radius": self._radius, **self._totals.state(), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._radius = np.asarray(state["radius"], np.float64)
        self._totals = Totals.from_state(state)
        self._classes = classes_from_state(state)


def _balanced(moment: Array) -> Array:
    """A sign for each moment of a row (n, d) that keeps the signed sum small: in order of
    decreasing size, each opposes the sum so far.
    """
    order = np.argsort(-moment, axis=1, kind="stable")
    signs = np.ones_like(moment)
    rows = np.arange(len(moment))
    carried = np.zeros(len(moment))
    for column in order.T:
        side = np.where(carried > 0, -1.0, 1.0)
        signs[rows, column] = side
        carried += side * moment[rows, column]
    return signs
