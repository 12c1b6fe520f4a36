"""The longitudinal profile of showers and their incident energy, as fractions that sum to 1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.conditions import ENERGY, ENERGY_SHARE, place_to_condition
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import classes_from_state, classes_to_state, fractions
from qdiffgui.data.showers import as_showers
from qdiffgui.data.types import Array, Encoded, Physical, Showers, Spec
from qdiffgui.errors import UserError

_ROOM = 1.02
_MARGIN = 0.05
_SLACK = 0.01  # of the training energies at their ends, which are random
_NAMES = ("largest", "low", "high", "n_layers")


class Layers(Representation):
    """``x`` : (n, n_layers + 3, 1) float32, fractions that sum to 1: a map with one column.

    The layer cells hold E_i / (R E_inc), with R slightly above the largest E_dep / E_inc of the
    training showers; the next cell holds the rest to 1. Together they are 80 % of the total. The
    last two cells are 20 %; their ratio encodes ln E_inc, linearly from the lowest training energy
    (5 : 95) to the highest (95 : 5). The incident energy is thus learned together with the profile.
    Decoding to ``Showers`` is exact for energies within the training range and slightly beyond it;
    energies farther out are clipped. With the setting ``condition``, the energy is given to models.
    """

    config: settings.Layers

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        showers = as_showers(train)
        lit = showers.incident > 0
        total, incident = (
            showers.layers[lit].sum(axis=1, dtype=np.float64),
            showers.incident[lit].astype(np.float64),
        )
        self._n_layers = showers.layers.shape[1]
        self._largest = _ROOM * float((total / incident).max(initial=0.0)) or 1.0
        self._low, self._high = (
            float(np.log(edge))
            for edge in (incident.min(initial=np.inf), incident.max(initial=0.0))
        )
        self._classes = dict(classes)

    @property
    def spec(self) -> Spec:
        given = (ENERGY,) if self.config.condition == "energy" else ()
        return Spec("map", (self._n_layers + 3, 1), self._classes, conditions=given)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        showers = as_showers(content)
        incident = np.maximum(showers.incident.astype(np.float64), 1e-9)
        part = showers.layers / (self._largest * incident)[:, None]
        part = part / np.maximum(part.sum(axis=1, keepdims=True), 1.0)
        rest = np.maximum(1 - part.sum(axis=1, keepdims=True), 0.0)
        span = self._high - self._low
        place = (np.log(incident) - self._low) / span if span > 0 else np.full(len(incident), 0.5)
        u = np.clip(_MARGIN + (1 - 2 * _MARGIN) * place, 0, 1)[:, None]
        x = np.concatenate(
            [
                (1 - ENERGY_SHARE) * part,
                (1 - ENERGY_SHARE) * rest,
                ENERGY_SHARE * u,
                ENERGY_SHARE * (1 - u),
            ],
            axis=1,
        )
        return Encoded(x[:, :, None].astype(np.float32), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Showers:
        part = fractions(x)
        profile, energy = part[:, : self._n_layers + 1], part[:, self._n_layers + 1 :]
        both = energy.sum(axis=1)
        u = np.divide(energy[:, 0], both, out=np.full(len(part), 0.5), where=both > 0)
        incident = np.exp(self._low + (self._high - self._low) * (u - _MARGIN) / (1 - 2 * _MARGIN))
        whole = profile.sum(axis=1, keepdims=True)
        share = np.divide(
            profile[:, :-1], whole, out=np.zeros_like(profile[:, :-1]), where=whole > 0
        )
        layers = share * (self._largest * incident)[:, None]
        return Showers(
            layers.astype(np.float32), incident.astype(np.float32), np.asarray(label, dtype=np.int8)
        )

    def _condition(self, values: Mapping[str, float]) -> Array:
        low, high, energy = np.exp(self._low), np.exp(self._high), values[ENERGY]
        if not low * (1 - _SLACK) <= energy <= high * (1 + _SLACK):
            raise UserError(
                f"Expected an incident energy from {low:.4g} to {high:.4g} GeV, as in the training "
                f"data; found {energy:g} GeV: models do not extrapolate."
            )
        span = self._high - self._low
        place = (np.log(energy) - self._low) / span if span > 0 else 0.5
        return np.array([place_to_condition(_MARGIN + (1 - 2 * _MARGIN) * place)], np.float32)

    def state(self) -> dict[str, Array]:
        own = {name: np.array(getattr(self, f"_{name}")) for name in _NAMES}
        return {**own, **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._largest, self._low, self._high = (float(state[name]) for name in _NAMES[:3])
        self._n_layers = int(state["n_layers"])
        self._classes = classes_from_state(state)
