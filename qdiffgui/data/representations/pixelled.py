"""What images of any number of channels keep of the training data: how large a pixel is, total pT, the classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import Totals, classes_from_state, classes_to_state
from qdiffgui.data.types import Array


class Pixelled(Representation):
    """A subclass sets all three in ``fit``. ``_pixel_size`` : of a coarse pixel, rad; 0 where the data have no angle scale."""

    _pixel_size: float
    _totals: Totals
    _classes: dict[int, str]

    def state(self) -> dict[str, Array]:
        return {"pixel_size": np.array(self._pixel_size), **self._totals.state(), **classes_to_state(self._classes)}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._pixel_size = float(state["pixel_size"])
        self._totals = Totals.from_state(state)
        self._classes = classes_from_state(state)
