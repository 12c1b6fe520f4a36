"""A few observables per jet (logarithms, standardized and clipped), for angle encoding and small
networks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.observables import observables
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state
from qdiffgui.data.resolution import is_constant
from qdiffgui.data.types import Array, Encoded, Physical, Spec, Table
from qdiffgui.errors import UserError

# smaller values (in the unit of the observable) are raised to these, because the mass and the width
# of a single particle are 0, and C2, D2 and τ21 of two
_FLOORS = {
    "mass": 0.05,
    "multiplicity": 1.0,
    "ptd": 1e-3,
    "width": 1e-4,
    "lha": 1e-3,
    "girth": 4e-5,
    "pt": 1e-3,
    "c2": 1e-3,
    "d2": 1e-2,
    "tau21": 1e-3,
}


class Observables(Representation):
    """``x`` : (n, len(names)) float32, x_k = (ln v_k - mean_k) / std_k, clipped at ±clip, with the
    mean and the standard deviation over all training jets.

    The integer multiplicity n becomes ln(n + u) with u uniform in [0, 1) and is decoded by rounding
    down, which is exact and continuous for the model. Decoding gives a ``Table`` in physical units.
    """

    config: settings.Observables

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        logs = self._logarithms(train, seed=0)
        constant = [is_constant(values) for values in logs.T]
        self._mean, self._std = logs.mean(axis=0), np.where(constant, 1.0, logs.std(axis=0))
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        names = tuple(self.config.names)
        return Spec("vector", (len(names),), self._classes, names, tuple(self.config.conditions))

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        x = (self._logarithms(content, seed) - self._mean) / self._std
        return Encoded(
            np.clip(x, -self.config.clip, self.config.clip).astype(np.float32),
            content.label,
            self.spec,
        )

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Table:
        clipped = np.clip(
            np.nan_to_num(np.asarray(x, dtype=np.float64)), -self.config.clip, self.config.clip
        )
        values = np.exp(clipped * self._std + self._mean)
        columns = dict(zip(self.config.names, values.T))
        if "multiplicity" in columns:
            # in float32, x may fall short of an integer by a few parts in a million
            columns["multiplicity"] = np.maximum(
                np.floor(columns["multiplicity"] * (1 + 2e-6)), 1.0
            )
        return Table(columns, np.asarray(label, dtype=np.int8))

    def _condition(self, values: Mapping[str, float]) -> Array:
        found = []
        for name in self.spec.conditions:
            at, floor = self.config.names.index(name), _FLOORS[name]
            x = (np.log(max(values[name], floor)) - self._mean[at]) / self._std[at]
            if not abs(x) <= self.config.clip:
                ends = self._mean[at] + self._std[at] * self.config.clip * np.array([-1, 1])
                low, high = np.exp(ends)
                raise UserError(
                    f"Expected '{name}' from {low:.4g} to {high:.4g}, as in the training data; "
                    f"found {values[name]:g}: models do not extrapolate."
                )
            found.append(x)
        return np.array(found, np.float32)

    def state(self) -> dict[str, Array]:
        return {"mean": self._mean, "std": self._std, **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._mean, self._std = (
            np.asarray(state["mean"], np.float64),
            np.asarray(state["std"], np.float64),
        )
        self._classes = classes_from_state(state)

    def _logarithms(self, content: Physical, seed: int) -> Array:
        """Logarithms of the observables, (n, len(names)) float64."""
        values = observables(content, self.config.names)
        if "multiplicity" in values:
            u = np.random.default_rng([seed, 4]).random(len(content))
            # away from the ends, so that rounding to float32 cannot reach the next integer
            values["multiplicity"] = values["multiplicity"] + 1e-3 + 0.998 * u
        return np.stack(
            [np.log(np.maximum(values[name], _FLOORS[name])) for name in self.config.names], axis=1
        )
