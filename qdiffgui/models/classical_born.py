"""The classical twins of Born machines: random bit flips with the gates of an IQP circuit, and a
matrix product state.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from qdiffgui.config.models import ClassicalBorn as Settings
from qdiffgui.models.bit_flip import BitFlip
from qdiffgui.models.born import BornModel
from qdiffgui.models.mps import MPS
from qdiffgui.models.string_model import StringModel


class ClassicalBorn(BornModel):
    """Bit-flip model or matrix product state as generator of bit strings; there is no diffusion.

    Parameters
    ----------
    config : config.models.ClassicalBorn
        Settings of the model.
    spec : Spec
        Encoded data: "vector" (d,) or "map" (height, width), of which the occupancy is modeled.
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2503.02934, arXiv:1709.01662

    Examples
    --------
    >>> from qdiffgui.config.models import ClassicalBorn as Settings
    >>> ClassicalBorn.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "classical-born"
    config: Settings

    def _build(self, generator: torch.Generator) -> StringModel:
        config = self.config
        if config.twin == "mps":
            found: BitFlip | MPS = MPS(self.n_bits, self.n_classes, config.bond)
        else:
            found = BitFlip(self.n_bits, self.n_classes, config.body, config.reach)
        found.initialize(generator)
        return found

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"twin": self.config.twin}
