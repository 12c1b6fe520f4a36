"""Base of image representations: the state they learn from the training data, which is the pixel
size, the total pT and the classes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config.representation import Channels, Image
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.totals import Totals, classes_from_state, classes_to_state
from qdiffgui.data.types import Array


class Pixelled(Representation):
    """A subclass sets all three attributes in ``fit``. ``_pixel_size`` is that of a coarse pixel,
    rad; 0 if the data have no angular scale.
    """

    config: Image | Channels
    _pixel_size: float
    _totals: Totals
    _classes: dict[int, str]

    @property
    def half_width(self) -> float:
        """Half of the side of an image, rad; 0 if the data have no angular scale."""
        return self._pixel_size * self.config.size / 2

    def state(self) -> dict[str, Array]:
        return {
            "pixel_size": np.array(self._pixel_size),
            **self._totals.state(),
            **classes_to_state(self._classes),
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._pixel_size = float(state["pixel_size"])
        self._totals = Totals.from_state(state)
        self._classes = classes_from_state(state)
