"""A model: Gaussian diffusion around a linear layer."""

from typing import ClassVar

import torch
from torch import nn

from qdiffgui.models.gaussian import GaussianDiffusion
from qdiffgui.models.networks import initialize


class Linear(nn.Module):
    """x (batch, n) and condition (batch, n_condition) to an output like x."""

    def __init__(self, n: int, n_condition: int, generator: torch.Generator) -> None:
        super().__init__()
        self.layer = nn.Linear(n + n_condition, n)
        initialize(self, generator)

    def forward(self, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        return self.layer(torch.cat([x, condition], dim=1))


class ToyLinear(GaussianDiffusion):
    """DDPM or DDIM whose denoiser is one linear layer."""

    kind: ClassVar[str] = "toy-linear"

    def _build(self, generator: torch.Generator) -> nn.Module:
        return Linear(self.spec.size, self.n_condition, generator)
