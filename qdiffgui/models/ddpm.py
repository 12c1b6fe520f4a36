"""Classical DDPM and DDIM: the reference for every quantum model (arXiv:2006.11239,
arXiv:2010.02502).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import nn

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.models.classical import build_network, n_time_features
from qdiffgui.models.gaussian import GaussianDiffusion


class ClassicalDDPM(GaussianDiffusion):
    """DDPM and DDIM with a classical network.

    The network has as close to ``config.n_parameters`` parameters as its shape allows.

    Parameters
    ----------
    config : config.models.ClassicalDDPM
        Settings of the model.
    spec : Spec
        Encoded data: "vector", "map", "channels" or "cloud".
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2006.11239, arXiv:2010.02502

    Examples
    --------
    >>> from qdiffgui.config.models import ClassicalDDPM as Settings
    >>> ClassicalDDPM.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "ddpm"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_time = n_time_features(config.n_parameters)
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        return build_network(self.config, self.transform.diffused, self.n_condition, generator)

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": self.config.network}
