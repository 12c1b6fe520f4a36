"""A representation: from physical data to numbers of order 1, and back."""

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.observables import observables
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.types import Array, Encoded, Physical, Spec, Table

NAMES = ("mass", "width")


class ToyScaled(Representation):
    """x = (v - mean) / std, clipped."""

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        values = self._values(train)
        self.mean, self.std = values.mean(axis=0), values.std(axis=0)
        self.classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("vector", (len(NAMES),), self.classes, NAMES)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        x = (self._values(content) - self.mean) / self.std
        clip = self.config.clip
        return Encoded(np.clip(x, -clip, clip).astype(np.float32), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Table:
        values = np.maximum(np.asarray(x, dtype=np.float64) * self.std + self.mean, 0)
        return Table(dict(zip(NAMES, values.T, strict=True)), np.asarray(label, dtype=np.int8))

    def state(self) -> dict[str, Array]:
        return {"mean": self.mean, "std": self.std, **classes_to_state(self.classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self.mean, self.std = np.asarray(state["mean"]), np.asarray(state["std"])
        self.classes = classes_from_state(state)

    def _values(self, content: Physical) -> Array:
        columns = observables(content, NAMES)
        return np.stack([columns[name] for name in NAMES], axis=1)
