"""Pure quantum states, unchanged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.types import Array, Encoded, Physical, Spec, States
from qdiffgui.errors import DataError


class State(Representation):
    """``x`` : (n, 2**n_qubits) complex64, normalized. Decoding normalizes generated states."""

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        self._dimension = _psi(train).shape[1]
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("state", (self._dimension,), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        return Encoded(_psi(content), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> States:
        norm = np.linalg.norm(x, axis=1, keepdims=True)
        return States(
            (x / np.where(norm > 0, norm, 1.0)).astype(np.complex64),
            np.asarray(label, dtype=np.int8),
        )

    def state(self) -> dict[str, Array]:
        return {"dimension": np.array(self._dimension), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._dimension = int(state["dimension"])
        self._classes = classes_from_state(state)


def _psi(content: Physical) -> Array:
    if not isinstance(content, States):
        raise DataError(
            "The representation 'state' needs quantum states; these data are not quantum states: "
            "choose 'cluster' or 'circle'."
        )
    return content.psi
