"""Multilayer perceptrons of a chosen number of parameters, and the initial weights of all classical
networks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


class Linear(nn.Linear):
    """A linear layer that waits for ``initialize``: torch's own would draw weights from the global
    generator, which belongs to the user.
    """

    def reset_parameters(self) -> None:
        """Set all weights to 0."""
        set_to_zero(self)


class Conv2d(nn.Conv2d):
    """A convolution that waits for ``initialize``, like ``Linear``."""

    def reset_parameters(self) -> None:
        """Set all weights to 0."""
        set_to_zero(self)


def set_to_zero(module: nn.Module) -> None:
    """Set all parameters to 0, in place."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()


def initialize(module: nn.Module, generator: torch.Generator) -> None:
    """Draw weights and biases of linear and convolutional layers from U(±1/sqrt(fan in)),
    reproducibly, without torch's global generator (other runs may train in other threads).
    """
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            with torch.no_grad():
                layer.weight.uniform_(-bound, bound, generator=generator)
                if layer.bias is not None:
                    layer.bias.uniform_(-bound, bound, generator=generator)


class MLP(nn.Module):
    """x (batch, *shape) and condition (batch, n_condition) to an output like x.

    Two hidden layers of ``widths`` units, then ``n_blocks`` residual blocks h + W silu(V h) of the
    last width.
    """

    def __init__(
        self, n_data: int, n_condition: int, widths: tuple[int, int], n_blocks: int = 0
    ) -> None:
        super().__init__()
        first, second = widths
        self.enter = Linear(n_data + n_condition, first)
        self.middle = Linear(first, second)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.SiLU(), Linear(second, second), nn.SiLU(), Linear(second, second))
            for _ in range(n_blocks)
        )
        self.leave = Linear(second, n_data)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        h = nn.functional.silu(self.enter(torch.cat([x.flatten(1), condition], dim=1)))
        h = nn.functional.silu(self.middle(h))
        for block in self.blocks:
            h = h + block(h)
        return self.leave(h).reshape(x.shape)  # type: ignore[no-any-return]


def mlp_size(n_data: int, n_condition: int, widths: tuple[int, int], n_blocks: int) -> int:
    """Number of trainable parameters of such an ``MLP``."""
    first, second = widths
    ends = (n_data + n_condition + 1) * first + (first + 1) * second + (second + 1) * n_data
    return ends + n_blocks * 2 * (second + 1) * second


def matched_mlp(n_data: int, n_condition: int, n_parameters: int) -> MLP:
    """The MLP whose number of parameters is nearest to ``n_parameters``; with blocks from about 4
    000 on.

    The two widths may differ by up to 3. The count is then within 5% unless a single unit changes
    it by more.
    """
    n_blocks = 0 if n_parameters < 4000 else 1 if n_parameters < 50_000 else 2

    def size(width: int) -> int:
        return mlp_size(n_data, n_condition, (width, width), n_blocks)

    width = largest_below(size, n_parameters)
    pairs = [
        (max(first, 1), max(second, 1))
        for second in (width, width + 1)
        for first in range(second - 3, second + 4)
    ]
    best = min(
        pairs, key=lambda pair: abs(mlp_size(n_data, n_condition, pair, n_blocks) - n_parameters)
    )
    return MLP(n_data, n_condition, best, n_blocks)


def largest_below(size: Callable[[int], int], target: int) -> int:
    """The largest width from 1 on with ``size(width) <= target`` (1 if there is none); ``size``
    grows with the width.
    """
    high = 1
    while size(high) <= target:
        high *= 2
    low = max(high // 2, 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if size(middle) <= target else (low, middle)
    return low
