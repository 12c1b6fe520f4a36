"""Classical DDPM and DDIM: the reference that every quantum model stands beside (arXiv:2006.11239, arXiv:2010.02502)."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import nn

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.models.classical import build_network, n_time_features
from qdiffgui.models.gaussian_family import GaussianDiffusion


class ClassicalDDPM(GaussianDiffusion):
    """Gaussian diffusion with an MLP, a U-Net for maps or a set transformer for clouds, of as close to ``config.n_parameters`` as the
    shape allows."""

    kind: ClassVar[str] = "ddpm"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_time = n_time_features(config.n_parameters)
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        return build_network(self.config, self.transform.diffused, self.n_condition, generator)

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": self.config.network}
