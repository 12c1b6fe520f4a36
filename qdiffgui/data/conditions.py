"""Continuous conditions: the part of an encoded sample that is given, not generated.

A sample carries its conditions: they are some components of a vector, or the last two cells of a
map, whose ratio encodes the incident energy. A model that takes conditions learns the other numbers
given these, p(x | c), and puts them back into its samples. So decoding, plots and metrics need not
know about conditions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qdiffgui.data.types import Array, Spec

ENERGY = "energy"
"""The incident energy of a shower, in the last two cells of a map."""
ENERGY_SHARE = 0.2
"""The share of these two cells in the sum of the map."""
_CENTER, _SPREAD = 0.5, 0.26
"""Of the place of ln E between the ends of the training energies, which is uniform."""


class Conditions:
    """How the encoded data of a ``Spec`` split into conditions and the rest.

    Parameters
    ----------
    spec : Spec
        Encoded data, with the names of their conditions.

    Attributes
    ----------
    inner : Spec
        Kind and shape of the rest; ``spec`` itself without conditions.

    Examples
    --------
    >>> both = Conditions(Spec("vector", (3,), names=("pt", "mass", "width"), conditions=("pt",)))
    >>> rest, given = both.separate(np.array([[1.0, 2.0, 3.0]]))
    >>> rest, given
    (array([[2., 3.]]), array([[1.]], dtype=float32))
    >>> both.join(rest, given)
    array([[1., 2., 3.]])
    """

    def __init__(self, spec: Spec) -> None:
        self.names = spec.conditions
        self._of_map = bool(self.names) and spec.kind == "map"
        self.inner = spec
        if self._of_map:
            self.inner = replace(spec, shape=(spec.shape[0] - 2, *spec.shape[1:]), conditions=())
        elif self.names:
            self._given = [spec.names.index(name) for name in self.names]
            self._rest = [k for k in range(spec.size) if k not in self._given]
            names = tuple(spec.names[k] for k in self._rest)
            self.inner = replace(spec, shape=(len(names),), names=names, conditions=())

    @property
    def n(self) -> int:
        """Number of conditions."""
        return len(self.names)

    def separate(self, x: Array) -> tuple[Array, Array]:
        """The rest (n, *inner.shape) of samples x (n, *spec.shape), and their conditions (n, k)
        float32, numbers of order 1.
        """
        if not self.names:
            return x, np.zeros((len(x), 0), np.float32)
        if not self._of_map:
            return x[:, self._rest], x[:, self._given].astype(np.float32)
        cells, energy = x[:, :-2], x[:, -2:].reshape(len(x), 2).astype(np.float64)
        both = energy.sum(axis=1)
        place = np.divide(energy[:, 0], both, out=np.full(len(x), _CENTER), where=both > 0)
        rest = cells / np.float32(1 - ENERGY_SHARE)
        return rest, ((place - _CENTER) / _SPREAD)[:, None].astype(np.float32)

    def join(self, rest: Array, given: Array) -> Array:
        """Samples x (n, *spec.shape) of what ``separate`` gave."""
        if not self.names:
            return rest
        if not self._of_map:
            x = np.zeros((len(rest), len(self._given) + len(self._rest)), rest.dtype)
            x[:, self._rest], x[:, self._given] = rest, given
            return x
        place = np.clip(_CENTER + _SPREAD * given.astype(np.float64), 0, 1)
        energy = ENERGY_SHARE * np.concatenate([place, 1 - place], axis=1)
        cells = (1 - ENERGY_SHARE) * rest.astype(np.float64)
        joined = np.concatenate(
            [cells, energy.reshape(len(rest), 2, *[1] * (rest.ndim - 2))], axis=1
        )
        return joined.astype(np.float32)


def place_to_condition(place: float) -> float:
    """The condition of a map whose energy is at ``place``, 0 to 1, between the ends."""
    return (place - _CENTER) / _SPREAD
