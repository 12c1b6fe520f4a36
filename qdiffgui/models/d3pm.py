"""D3PM: the classical twin of QD3PM, whose p(x_0 | x_t) is a product over bits (arXiv:2107.03006).

Bits, noise and sampling are those of QD3PM; an MLP predicts the probability of a 1 for each bit,
given x_t. The bits of one draw are independent, so correlations require many small steps.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config.models import D3PM as Settings
from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.models.networks import MLP, initialize, matched_mlp


class FactorisedBits(nn.Module):
    """Maps bits (B, n) and condition (B, c) to log p (B, 2^n) = Σ_j log p_j."""

    def __init__(self, mlp: MLP) -> None:
        super().__init__()
        self.mlp = mlp

    def forward(self, bits: Tensor, condition: Tensor) -> Tensor:
        logits = self.mlp(2 * bits - 1, condition)
        pairs = torch.stack(
            [nn.functional.logsigmoid(-logits), nn.functional.logsigmoid(logits)], dim=2
        )
        log_p = pairs[:, 0]
        for j in range(1, pairs.shape[1]):
            log_p = (log_p[:, :, None] + pairs[:, None, j]).flatten(1)
        return log_p


class D3PM(BitDiffusion):
    """Discrete diffusion of bit strings with an MLP that factorizes over bits.

    The MLP has as close to ``config.n_parameters`` parameters as its shape allows.

    Parameters
    ----------
    config : config.models.D3PM
        Settings of the model.
    spec : Spec
        Encoded data: "vector" (d,) or "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2107.03006

    Examples
    --------
    >>> from qdiffgui.config.models import D3PM as Settings
    >>> D3PM.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "d3pm"
    config: Settings

    def _build(self, generator: torch.Generator) -> nn.Module:
        network = FactorisedBits(
            matched_mlp(self.config.n_bits, 1 + self.labels.n_features, self.config.n_parameters)
        )
        initialize(network, generator)
        return network

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": "mlp", "factorised": True}
