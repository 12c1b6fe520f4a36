"""A small set transformer for clouds of particles (Lee et al., arXiv:1810.00825; pre-norm blocks of
Xiong et al., arXiv:2002.04745).

The network is permutation equivariant: exchanging two particles exchanges their outputs. Each block
applies self-attention among the present particles, then a layer to each of them; step, class and
number of particles enter every block as a shift.
"""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional

from qdiffgui.models.networks import Linear, largest_below


class SetBlock(nn.Module):
    """Maps h (batch, n_particles, width) to the same shape: attention among particles, then two
    layers on each particle, both residual.
    """

    def __init__(self, width: int, n_hidden: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.before = nn.LayerNorm(width)
        # keys have no bias: the softmax is invariant to it
        self.project = Linear(width, 3 * width, bias=False)
        self.join = Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.first = Linear(width, n_hidden)
        self.shift = Linear(width, n_hidden, bias=False)
        self.second = Linear(n_hidden, width)

    def forward(self, h: Tensor, embedding: Tensor, present: Tensor) -> Tensor:
        parts = (
            self.project(self.before(h)).unflatten(2, (3, self.n_heads, -1)).permute(2, 0, 3, 1, 4)
        )
        attended = functional.scaled_dot_product_attention(
            parts[0], parts[1], parts[2], attn_mask=present[:, None, None, :]
        )
        h = h + self.join(attended.transpose(1, 2).flatten(2))
        hidden = functional.silu(self.first(self.between(h)) + self.shift(embedding)[:, None, :])
        transformed: Tensor = h + self.second(hidden)
        return transformed


class SetTransformer(nn.Module):
    """x (batch, n_particles, n_features) and condition (batch, n_condition) to an output like x.

    The last number of the condition is the number of present particles, over ``n_particles``; these
    are the first ones. The others are ignored; the output at their places has no meaning.
    """

    def __init__(
        self,
        n_features: int,
        n_condition: int,
        width: int,
        n_hidden: int,
        n_blocks: int,
        n_heads: int,
    ) -> None:
        super().__init__()
        self.embed = Linear(n_condition, width)
        self.enter = Linear(n_features, width)
        self.blocks = nn.ModuleList(SetBlock(width, n_hidden, n_heads) for _ in range(n_blocks))
        self.after = nn.LayerNorm(width)
        self.leave = Linear(width, n_features)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        n_particles = x.shape[1]
        # at least one, because attention needs a key; an empty cloud has no weight in the loss
        count = (condition[:, -1] * n_particles).round().clamp(min=1)
        present = torch.arange(n_particles)[None, :] < count[:, None]
        embedding = functional.silu(self.embed(condition))
        h = self.enter(x) + embedding[:, None, :]
        for block in self.blocks:
            h = block(h, embedding, present)
        return self.leave(self.after(h))  # type: ignore[no-any-return]


def set_transformer_size(
    n_features: int, n_condition: int, width: int, n_hidden: int, n_blocks: int
) -> int:
    """Number of trainable parameters of such a ``SetTransformer``, for any number of heads."""
    ends = (
        (n_condition + 1) * width + (n_features + 1) * width + 2 * width + (width + 1) * n_features
    )
    block = (
        4 * width
        + 3 * width**2
        + (width + 1) * width
        + (width + 1) * n_hidden
        + width * n_hidden
        + (n_hidden + 1) * width
    )
    return ends + n_blocks * block


def matched_set_transformer(n_features: int, n_condition: int, n_parameters: int) -> SetTransformer:
    """The set transformer whose number of parameters is nearest to ``n_parameters``: one block
    below 3000, two below 12 000, else three; hidden layers about twice as wide as the rest."""
    n_blocks = 1 if n_parameters < 3000 else 2 if n_parameters < 12_000 else 3
    n_heads = 4 if n_parameters >= 3000 else 2

    def size(units: int) -> int:
        return set_transformer_size(
            n_features, n_condition, n_heads * units, 2 * n_heads * units, n_blocks
        )

    units = largest_below(size, n_parameters)
    widths = {n_heads * u for u in (units, units + 1)}
    choices = [
        (w, h) for w, h in product(widths, range(1, 3 * n_heads * (units + 1))) if h >= w
    ] or [(n_heads * units, n_heads)]
    width, n_hidden = min(
        choices,
        key=lambda c: abs(
            set_transformer_size(n_features, n_condition, c[0], c[1], n_blocks) - n_parameters
        ),
    )
    return SetTransformer(n_features, n_condition, width, n_hidden, n_blocks, n_heads)
