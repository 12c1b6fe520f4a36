"""Classical DDPM and DDIM: the reference that every quantum model stands beside (arXiv:2006.11239, arXiv:2010.02502)."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import nn

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.gaussian_family import GaussianDiffusion
from qdiffgui.models.networks import initialise, matched_mlp
from qdiffgui.models.unet import matched_unet


class ClassicalDDPM(GaussianDiffusion):
    """Gaussian diffusion with an MLP, or a U-Net for maps, of as close to ``config.n_parameters`` as the shape allows."""

    kind: ClassVar[str] = "ddpm"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        if config.network == "unet" and spec.kind != "map":
            raise ConfigError(f"A U-Net needs a map, and the data are of kind '{spec.kind}': choose the MLP.")
        self.n_time = 2 if config.n_parameters < 600 else 6
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        n_condition = self.n_time + self.labels.n_features
        network: nn.Module
        if self.config.network == "unet":
            height, width = self.spec.shape
            network = matched_unet((height, width), n_condition, self.config.n_parameters)
        else:
            network = matched_mlp(self.spec.size, n_condition, self.config.n_parameters)
        initialise(network, generator)
        return network

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": self.config.network}
