"""Density matrices, unchanged or computed from pure states."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.types import Array, Densities, Encoded, Physical, Spec, States
from qdiffgui.errors import DataError


class Density(Representation):
    """``x`` : (n, d, d) complex64 with trace 1 and d = 2**n_qubits. Decoding makes generated
    matrices Hermitian with trace 1.
    """

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        self._dimension = _rho(train.take(np.arange(min(1, len(train))))).shape[1]
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        return Spec("density", (self._dimension, self._dimension), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        return Encoded(_rho(content), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Densities:
        hermitian = (x + x.conj().swapaxes(1, 2)) / 2
        trace = np.trace(hermitian, axis1=1, axis2=2).real[:, None, None]
        return Densities(
            (hermitian / np.where(trace > 0, trace, 1.0)).astype(np.complex64),
            np.asarray(label, dtype=np.int8),
        )

    def state(self) -> dict[str, Array]:
        return {"dimension": np.array(self._dimension), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._dimension = int(state["dimension"])
        self._classes = classes_from_state(state)


def _rho(content: Physical) -> Array:
    if isinstance(content, States):
        return np.asarray(content.psi[:, :, None] * content.psi[:, None, :].conj())
    if not isinstance(content, Densities):
        raise DataError(
            "The representation 'density' needs quantum states; these data are not quantum states: "
            "choose 'cluster', 'circle' or 'random-density'."
        )
    return content.rho
