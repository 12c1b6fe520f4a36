"""Jets as clouds of their leading constituents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.clouds import FEATURES, leading
from qdiffgui.data.observables import as_jets
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import Totals, classes_from_state, classes_to_state
from qdiffgui.data.types import Array, Encoded, Jets, Physical, Spec

# rad; larger angles relative to a jet axis are meaningless (file formats refuse them too)
_MAX_ANGLE = 4.0


class Cloud(Representation):
    """``x`` : (n, n_particles, 3) float32: eta and phi of the leading constituents relative to the
    jet axis (rad) and pT over jet pT, sorted by pT and padded with zeros; pT > 0 is the mask.

    The jet pT is the scalar sum over all constituents, or the value in the data if that is larger
    (a JetNet file holds at most 30 or 150 constituents). The fractions of a cloud therefore sum to
    at most 1; the rest belongs to the omitted particles. Decoding gives jets of these particles
    alone. Fractions that sum to more than 1 are divided by their sum. The jet pT is drawn from the
    training distribution of the class and kept in ``jet_pt``, so encoding again is exact. Kinds and
    masses of particles are not kept.
    """

    config: settings.Cloud

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        self._totals = Totals.learn(_jet_pt(as_jets(train)), train.label)
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("cloud", (self.config.n_particles, len(FEATURES)), self._classes, FEATURES)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        jets = as_jets(content)
        x = leading(jets, self.config.n_particles, _jet_pt(jets))
        return Encoded(x.astype(np.float32), jets.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Jets:
        eta, phi, pt = np.moveaxis(
            np.nan_to_num(x.astype(np.float64), posinf=0.0, neginf=0.0), 2, 0
        )
        pt = np.maximum(pt, 0.0)
        pt = pt / np.maximum(pt.sum(axis=1, keepdims=True), 1.0)
        total = self._totals.draw(np.asarray(label), seed)
        jet, particle = np.nonzero(pt > 0)
        offsets = np.concatenate([[0], np.cumsum(np.bincount(jet, minlength=len(x)))]).astype(
            np.int64
        )
        eta, phi = (
            np.clip(angle, -_MAX_ANGLE, _MAX_ANGLE)[jet, particle].astype(np.float32)
            for angle in (eta, phi)
        )
        return Jets(
            pt=(pt[jet, particle] * total[jet]).astype(np.float32),
            eta=eta,
            phi=phi,
            offsets=offsets,
            label=np.asarray(label, dtype=np.int8),
            jet_pt=total.astype(np.float32),
        )

    def state(self) -> dict[str, Array]:
        return {**self._totals.state(), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._totals = Totals.from_state(state)
        self._classes = classes_from_state(state)


def _jet_pt(jets: Jets) -> Array:
    """pT of each jet, (n_jets,) float64, GeV; 0 for a jet without constituents."""
    scalar = flatten(jets).total
    return np.where(scalar > 0, np.maximum(scalar, jets.jet_pt), 0.0)
