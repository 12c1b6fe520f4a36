"""The classical twin of masked quantum diffusion: the same levels, masks and sampling, with a small
network per share instead of a circuit (arXiv:2107.03006).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config.models import MaskedNetwork as Settings
from qdiffgui.models.masked import MaskedDiffusion, Predictors
from qdiffgui.models.networks import Linear, initialize, largest_below

_LEAST = 1e-6  # frequency at which a level starts that never occurs


class ShareNetworks(Predictors):
    """One network with one hidden layer per share: ``forward(k, inputs)`` gives log p (B,
    n_levels). A share without inputs has only its logits.
    """

    def __init__(self, n_inputs: tuple[int, ...], n_hidden: int, n_levels: int) -> None:
        super().__init__()
        self._n_without = sum(not n for n in n_inputs)
        if self._n_without:
            self.first = nn.Parameter(torch.zeros(self._n_without, n_levels))
        self.parts = nn.ModuleList(
            nn.Sequential(Linear(n, n_hidden), nn.SiLU(), Linear(n_hidden, n_levels))
            for n in n_inputs
            if n
        )

    @torch.no_grad()
    def start_at(self, frequencies: Tensor) -> None:
        """Set the last biases to the logarithms of the frequencies, the last weights to 0."""
        logits = frequencies.clamp(min=_LEAST).log()
        if self._n_without:
            self.first.copy_(logits[: self._n_without])
        for part, bias in zip(self.parts, logits[self._n_without :]):
            part[2].weight.zero_()  # type: ignore[index]
            part[2].bias.copy_(bias)  # type: ignore[index]

    def forward(self, k: int, inputs: Tensor) -> Tensor:
        if k < self._n_without:
            return self.first[k].log_softmax(dim=0).expand(len(inputs), -1)
        answer: Tensor = self.parts[k - self._n_without](inputs)
        return answer.log_softmax(dim=1)


class MaskedNetwork(MaskedDiffusion):
    """Masked diffusion of shares in levels with one small network per share.

    All hidden layers have the same width, with which the number of parameters is closest to
    ``config.n_parameters``.

    Parameters
    ----------
    config : config.models.MaskedNetwork
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2107.03006 (absorbing diffusion); arXiv:2110.02037 (random orders).

    Examples
    --------
    >>> from qdiffgui.config.models import MaskedNetwork as Settings
    >>> MaskedNetwork.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "masked-network"
    config: Settings

    def _build(self, generator: torch.Generator) -> Predictors:
        n_inputs, n_levels = self.n_inputs, self.config.n_levels

        def size(n_hidden: int) -> int:
            return sum(
                (n + 1) * n_hidden + (n_hidden + 1) * n_levels if n else n_levels for n in n_inputs
            )

        target = self.config.n_parameters
        below = largest_below(size, target)
        self.n_hidden = min(below, below + 1, key=lambda width: abs(size(width) - target))
        network = ShareNetworks(n_inputs, self.n_hidden, n_levels)
        initialize(network, generator)
        return network

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"network": "mlp", "n_hidden": self.n_hidden}
