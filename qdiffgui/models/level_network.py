"""The network of the models of shares in levels: a residual multilayer perceptron with one
distribution over levels per share, with or without the masks of MADE (arXiv:1502.03509).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MaskedLinear(nn.Module):
    """A linear layer without the weights that ``mask`` (n_out, n_in) leaves out: these are neither
    stored nor counted as parameters.
    """

    mask: Tensor

    def __init__(self, mask: Tensor, bias: bool = True) -> None:
        super().__init__()
        self.register_buffer("mask", mask, persistent=False)
        self.weight = nn.Parameter(torch.zeros(int(mask.sum())))
        self.bias = nn.Parameter(torch.zeros(len(mask))) if bias else None

    def initialize(self, generator: torch.Generator) -> None:
        """Weights and biases from U(±1/sqrt(fan in)), with the fan in of each output."""
        bound = self.mask.sum(1).clamp(min=1).rsqrt()
        with torch.no_grad():
            self.weight.uniform_(-1, 1, generator=generator)
            self.weight.mul_(bound[:, None].expand_as(self.mask)[self.mask])
            if self.bias is not None:
                self.bias.uniform_(-1, 1, generator=generator).mul_(bound)

    def dense(self) -> Tensor:
        """The weights as a matrix (n_out, n_in), 0 where there is none."""
        return self.weight.new_zeros(self.mask.shape).masked_scatter(self.mask, self.weight)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(x, self.dense(), self.bias)


class Block(nn.Module):
    """h (B, n) to h + W silu(V silu(h))."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.first, self.second = MaskedLinear(mask), MaskedLinear(mask)

    def forward(self, h: Tensor) -> Tensor:
        inner = self.first(nn.functional.silu(h))
        return h + self.second(nn.functional.silu(inner))  # type: ignore[no-any-return]


class LevelNetwork(nn.Module):
    """Features of shares (B, n_shares, n_features), condition (B, c) and class index (B,) to the
    logits of the levels (B, n_shares, n_levels).

    ordered : whether the logits of share k depend on the shares before k only (MADE), or on all.
        Each hidden unit then has a number m: it sees the shares before m, and the logits of share
        k see the units with m up to k. The numbers rise evenly from unit to unit.

    The logits are those of ``marginals`` (n_classes, n_shares, n_levels), set by ``start_at``, plus
    what the network adds.
    """

    def __init__(
        self,
        n_shares: int,
        n_levels: int,
        n_features: int,
        n_condition: int,
        n_classes: int,
        n_hidden: int,
        n_blocks: int,
        ordered: bool,
    ) -> None:
        super().__init__()
        self.n_shares, self.n_levels = n_shares, n_levels
        share = torch.arange(n_shares)
        if ordered:
            # without a condition, a unit that sees no share would be a constant
            first = 0 if n_condition else min(1, n_shares - 1)
            unit = first + torch.arange(n_hidden) * (n_shares - first) // n_hidden
            inputs, out = share[None, :] < unit[:, None], share[:, None] >= unit[None, :]
            hidden = unit[:, None] >= unit[None, :]
        else:
            inputs, out = (
                torch.ones(n_hidden, n_shares, dtype=torch.bool),
                torch.ones(n_shares, n_hidden, dtype=torch.bool),
            )
            hidden = torch.ones(n_hidden, n_hidden, dtype=torch.bool)
        condition = torch.ones(n_hidden, n_condition, dtype=torch.bool)
        self.enter = MaskedLinear(
            torch.cat([inputs.repeat_interleave(n_features, dim=1), condition], dim=1)
        )
        self.blocks = nn.ModuleList(Block(hidden) for _ in range(n_blocks))
        self.leave = MaskedLinear(out.repeat_interleave(n_levels, dim=0), bias=False)
        self.marginals = nn.Parameter(torch.zeros(n_classes, n_shares, n_levels))

    def initialize(self, generator: torch.Generator) -> None:
        """Draw all weights (see ``MaskedLinear.initialize``) but the last ones, which stay 0: the
        network starts from the marginals.
        """
        for layer in self.modules():
            if isinstance(layer, MaskedLinear) and layer is not self.leave:
                layer.initialize(generator)

    def start_at(self, frequencies: Tensor) -> None:
        """Let the logits start from the frequencies (n_classes, n_shares, n_levels) of the levels
        in the training samples. A level that never occurs starts at a frequency of 1e-6.
        """
        with torch.no_grad():
            self.marginals.copy_(frequencies.clamp(min=1e-6).log())

    def hidden(self, features: Tensor, condition: Tensor) -> Tensor:
        """(B, n_hidden) activations of the last hidden layer."""
        h: Tensor = self.enter(torch.cat([features.flatten(1), condition], dim=1))
        for block in self.blocks:
            h = block(h)
        return nn.functional.silu(h)

    def forward(self, features: Tensor, condition: Tensor, place: Tensor) -> Tensor:
        logits = self.leave(self.hidden(features, condition))
        return logits.reshape(-1, self.n_shares, self.n_levels) + self.marginals[place]  # type: ignore[no-any-return]

    def logits_of(self, share: int, features: Tensor, condition: Tensor, place: Tensor) -> Tensor:
        """The logits (B, n_levels) of one share alone."""
        rows = slice(share * self.n_levels, (share + 1) * self.n_levels)
        added = self.hidden(features, condition) @ self.leave.dense()[rows].T
        return added + self.marginals[place, share]
