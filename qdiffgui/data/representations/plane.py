"""Points in a plane as two standardized numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.resolution import unit_scales
from qdiffgui.data.types import Array, Encoded, Physical, Points, Spec
from qdiffgui.errors import DataError


class Plane(Representation):
    """``x`` : (n, 2) float32, (x, y) less the mean of the training points, over their standard
    deviation.
    """

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        xy = coordinates(train, "plane")
        self._mean, self._std = xy.mean(axis=0), unit_scales(xy)
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("vector", (2,), self._classes, ("x", "y"))

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        x = (coordinates(content, "plane") - self._mean) / self._std
        return Encoded(x.astype(np.float32), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Points:
        xy = np.nan_to_num(np.asarray(x, np.float64)) * self._std + self._mean
        return Points.of(xy, np.asarray(label, np.int8))

    def window(self) -> tuple[float, float, float]:
        """Center (x, y) and half the side of a square that holds the points and Gaussian noise."""
        return float(self._mean[0]), float(self._mean[1]), 2.6 * float(self._std.max())

    def state(self) -> dict[str, Array]:
        return {"mean": self._mean, "std": self._std, **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._mean = np.asarray(state["mean"], np.float64)
        self._std = np.asarray(state["std"], np.float64)
        self._classes = classes_from_state(state)


def coordinates(content: Physical, representation: str) -> Array:
    """Coordinates (n, 2) of points; raises ``DataError`` for other data."""
    if not isinstance(content, Points):
        raise DataError(
            f"The representation '{representation}' needs points in a plane; these data are "
            "others: choose the data 'points'."
        )
    return content.xy
