"""Quantum direct transport: one deep circuit maps Haar-random states to data in a single step
(arXiv:2310.05866, Fig. 3).

It is QuDDPM with a single diffusion step, without intermediate states to learn from. With as many
parameters as QuDDPM (steps times layers) in one circuit, it measures the benefit of the
intermediate steps.
"""

from __future__ import annotations

from typing import ClassVar

from qdiffgui.config.models import QDT as Settings
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.diffusion.states import StateProcess
from qdiffgui.models.quddpm import QuDDPM


class QDT(QuDDPM):
    """Quantum direct transport: QuDDPM with one deep circuit and one step.

    Step 0 is data, step 1 a Haar-random state.

    Parameters
    ----------
    config : config.models.QDT
        Settings of the model.
    spec : Spec
        Encoded data: "state" (2**n,) or "map" (height, width) of 2**n cells.
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2310.05866

    Examples
    --------
    >>> from qdiffgui.config.models import QDT as Settings
    >>> QDT.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "qdt"
    config: Settings  # type: ignore[assignment]  # no schedule: there is only one step

    def _process(self) -> StateProcess:
        return HaarNoise((1.0, 0.0))

    def _rate(self, k: int) -> float:
        return self.training.learning_rate
