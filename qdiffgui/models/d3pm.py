"""D3PM: the classical twin of QD3PM, whose p(x_0 | x_t) is a product over bits (arXiv:2107.03006).

The same bits, the same noise, the same sampling; an MLP says the chance of a 1 for each bit, given x_t. Bits of one draw are independent:
whatever hangs together must come from taking many small steps.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config.models import D3PM as Settings
from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.models.networks import MLP, initialise, matched_mlp


class FactorisedBits(nn.Module):
    """bits (B, n) and condition (B, c) to log p (B, 2^n) = Σ_j log p_j."""

    def __init__(self, mlp: MLP) -> None:
        super().__init__()
        self.mlp = mlp

    def forward(self, bits: Tensor, condition: Tensor) -> Tensor:
        logits = self.mlp(2 * bits - 1, condition)
        pairs = torch.stack([nn.functional.logsigmoid(-logits), nn.functional.logsigmoid(logits)], dim=2)
        log_p = pairs[:, 0]
        for j in range(1, pairs.shape[1]):
            log_p = (log_p[:, :, None] + pairs[:, None, j]).flatten(1)
        return log_p


class D3PM(BitDiffusion):
    """The MLP has as close to ``config.n_parameters`` trainable numbers as its shape allows."""

    kind: ClassVar[str] = "d3pm"
    config: Settings

    def _build(self, generator: torch.Generator) -> nn.Module:
        network = FactorisedBits(matched_mlp(self.config.n_bits, 1 + self.labels.n_features, self.config.n_parameters))
        initialise(network, generator)
        return network

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": "mlp", "factorised": True}
