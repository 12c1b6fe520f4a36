"""Points in a plane as states of one qubit, by Lambert's azimuthal equal-area map of the sphere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.plane import coordinates
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.types import Array, Encoded, Physical, Points, Spec

_RIM = 0.999
"""Points farther out are moved here: all of the rim is the one state |1>."""


class Bloch(Representation):
    """``x`` : (n, 2) complex64, √(1 - |w|²) |0> + w |1> with w = (x + iy - center) / scale.

    ``center`` is that of the bounding box of the training points, and ``scale`` puts the outermost
    of them at |w| = ``radius``. The map has equal areas: with |w| = sin(θ/2), a ring of the disk
    |w| < 1 has the share of the disk that its states have of the Bloch sphere, so that Haar-random
    states decode to points that fill a disk evenly. Decoding inverts it, for |w| up to 0.999.
    """

    config: settings.Bloch

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        xy = coordinates(train, "bloch")
        self._center = (xy.min(axis=0) + xy.max(axis=0)) / 2
        farthest = float(np.linalg.norm(xy - self._center, axis=1).max())
        self._scale = np.array((farthest or 1.0) / self.config.radius)
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("state", (2,), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        xy = (coordinates(content, "bloch") - self._center) / self._scale
        w = xy[:, 0] + 1j * xy[:, 1]
        w = w * np.minimum(1.0, _RIM / np.maximum(np.abs(w), 1e-12))
        psi = np.stack([np.sqrt(1 - np.abs(w) ** 2) + 0j, w], axis=1)
        return Encoded(psi.astype(np.complex64), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Points:
        psi = np.nan_to_num(np.asarray(x, np.complex128))
        norm = np.linalg.norm(psi, axis=1)
        phase = np.exp(-1j * np.angle(psi[:, 0]))
        w = psi[:, 1] * phase / np.where(norm > 0, norm, 1.0)
        xy = np.stack([w.real, w.imag], axis=1) * self._scale + self._center
        return Points.of(xy, np.asarray(label, np.int8))

    def window(self) -> tuple[float, float, float]:
        """Center (x, y) and half the side of the square around the disk of all states."""
        return float(self._center[0]), float(self._center[1]), float(self._scale)

    def state(self) -> dict[str, Array]:
        return {
            "center": self._center,
            "scale": self._scale,
            **classes_to_state(self._classes),
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._center = np.asarray(state["center"], np.float64)
        self._scale = np.asarray(state["scale"], np.float64)
        self._classes = classes_from_state(state)
