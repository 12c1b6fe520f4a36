"""Maps of pT fractions in log ΔR and azimuth about the principal axis: 16 cells keep more of a jet
than 256 Cartesian pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.observables import as_jets, radial_bin, radial_edges
from qdiffgui.data.ragged import Flat, flatten
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.cells import (
    cell_fractions,
    jets_from_cells,
    mean_radius,
    principal_axis,
)
from qdiffgui.data.representations.totals import (
    Totals,
    classes_from_state,
    classes_to_state,
    fractions,
)
from qdiffgui.data.types import Array, Encoded, Jets, Physical, Spec

REFERENCE_PT = 600.0
"""GeV: the scale state of a jet has the probability 1 - pT / 600 GeV."""

AXIS = "principal_axis"
"""Fact of decoded jets: azimuth of the axis of their map, rad. Encoding uses it, because coarse
cells shift the axis slightly.
"""


class LogPolar(Representation):
    """``x`` : (n, n_r, n_phi) float32, fractions of the scalar sum of pT that sum to 1 for each jet
    (0 for an empty jet).

    Rows are bins in ΔR with the edges [0] + geomspace(0.004, 0.42); the last one also holds what
    lies beyond. Columns are azimuth, in equal sectors from the principal axis, along which the
    third moment is positive. With ``scale_state``, the grid has n_r - 1 rows, and the first cell of
    the last row is the scale state: the cells are multiplied by pT / 600 GeV and the scale state
    holds the rest, so that total pT survives encoding and decoding exactly. (The reference is
    larger than 600 GeV if training jets need it.) The other cells of that row stay empty. Decoding
    places one pseudo-constituent at the mean ΔR of its bin and the middle of its sector. The number
    of constituents is not kept.
    """

    config: settings.LogPolar

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        flat = flatten(as_jets(train))
        self._radius = mean_radius(flat, self.edges)
        self._totals = Totals.learn(flat.total, train.label)
        # a margin of 5 % for held-out and generated jets harder than all training jets
        self._reference = max(REFERENCE_PT, 1.05 * float(flat.total.max(initial=0.0)))
        self._classes = dict(classes)

    @property
    def n_rows(self) -> int:
        """Radial rows that hold cells."""
        return self.config.n_r - self.config.scale_state

    @property
    def edges(self) -> Array:
        """Edges in ΔR, rad, (n_rows + 1,)."""
        return radial_edges(self.n_rows)

    @property
    def spec(self) -> Spec:
        return Spec("map", (self.config.n_r, self.config.n_phi), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        jets = as_jets(content)
        flat = flatten(jets)
        axis = (
            np.asarray(jets.facts[AXIS], dtype=np.float64)
            if AXIS in jets.facts
            else principal_axis(flat)
        )
        x = cell_fractions(flat, self._cells(flat, axis), self.n_rows * self.config.n_phi)
        if self.config.scale_state:
            share = np.minimum(flat.total / self._reference, 1.0)[:, None]
            last_row = np.zeros((len(x), self.config.n_phi))
            last_row[:, :1] = 1.0 - share
            x = np.concatenate([x * share, last_row], axis=1)
        return Encoded(x.reshape(-1, *self.spec.shape).astype(np.float32), jets.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Jets:
        n_cells = self.n_rows * self.config.n_phi
        part = fractions(x)
        if self.config.scale_state:
            lit, scale = part[:, :n_cells].sum(axis=1), part[:, n_cells]
            total = self._reference * np.divide(
                lit, lit + scale, out=np.zeros_like(lit), where=lit > 0
            )
            part = fractions(part[:, :n_cells])
        else:
            total = self._totals.draw(np.asarray(label), seed)
        angle = (np.arange(self.config.n_phi) + 0.5) * 2 * np.pi / self.config.n_phi
        eta, phi = (np.outer(self._radius, term(angle)).ravel() for term in (np.cos, np.sin))
        jets = jets_from_cells(part, total, eta, phi, label)
        return replace(jets, facts={AXIS: np.zeros(len(jets), dtype=np.float32)})

    def state(self) -> dict[str, Array]:
        own = {"radius": self._radius, "reference": np.array(self._reference)}
        return {**own, **self._totals.state(), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._radius, self._reference = (
            np.asarray(state["radius"], np.float64),
            float(state["reference"]),
        )
        self._totals = Totals.from_state(state)
        self._classes = classes_from_state(state)

    def _cells(self, flat: Flat, axis: Array) -> Array:
        """Cell of each constituent, row-major, (n_constituents,) int64."""
        turn = (np.arctan2(flat.y, flat.x) - axis[flat.jet]) / (2 * np.pi)
        sector = np.minimum(
            (turn % 1.0 * self.config.n_phi).astype(np.int64), self.config.n_phi - 1
        )
        return radial_bin(flat, self.edges) * self.config.n_phi + sector
