"""A small U-Net for maps of any height and width (arXiv:1505.04597, arXiv:2006.11239), built to a
chosen number of parameters.
"""

from __future__ import annotations

from itertools import pairwise, product

import torch
from torch import Tensor, nn
from torch.nn import functional

from qdiffgui.models.networks import Conv2d, Linear, largest_below


class Block(nn.Module):
    """Residual block: two 3x3 convolutions with the condition added between them. Tiny networks
    need no normalization.
    """

    def __init__(self, n_in: int, n_out: int, n_embedding: int) -> None:
        super().__init__()
        self.first = Conv2d(n_in, n_out, 3, padding=1)
        self.shift = Linear(n_embedding, n_out, bias=False)
        self.second = Conv2d(n_out, n_out, 3, padding=1)
        self.skip = Conv2d(n_in, n_out, 1, bias=False) if n_in != n_out else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        h = self.first(functional.silu(x)) + self.shift(embedding)[:, :, None, None]
        return self.skip(x) + self.second(functional.silu(h))  # type: ignore[no-any-return]


class UNet(nn.Module):
    """x (batch, height, width), or (batch, n_channels, height, width), and condition (batch,
    n_condition) to an output like x.

    ``widths`` : channels at each resolution, the finest first; each resolution is half the previous
    one, with odd sides rounded up. Two more input channels, the normalized row and column, give the
    position on the map, because jet maps are not translation invariant.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        n_condition: int,
        widths: tuple[int, ...],
        n_embedding: int,
        n_channels: int = 1,
    ) -> None:
        super().__init__()
        height, width = shape
        rows = torch.linspace(-1, 1, height)[:, None].expand(height, width)
        columns = torch.linspace(-1, 1, width)[None, :].expand(height, width)
        self.register_buffer("position", torch.stack([rows, columns]), persistent=False)
        self.embed = Linear(n_condition, n_embedding)
        self.enter = Conv2d(n_channels + 2, widths[0], 3, padding=1)
        inner = list(pairwise(widths))
        self.down = nn.ModuleList(Block(n_in, n_out, n_embedding) for n_in, n_out in inner)
        self.bottom = Block(widths[-1], widths[-1], n_embedding)
        self.up = nn.ModuleList(
            Block(n_out + n_in, n_in, n_embedding) for n_in, n_out in reversed(inner)
        )
        self.leave = Conv2d(widths[0], n_channels, 3, padding=1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        embedding = functional.silu(self.embed(condition))
        position = self.position.expand(len(x), -1, -1, -1)  # type: ignore[operator]
        pixels = x if x.ndim == 4 else x[:, None]
        h = self.enter(torch.cat([pixels, position], dim=1))
        skips = []
        for block in self.down:
            skips.append(h)
            h = block(functional.avg_pool2d(h, 2, ceil_mode=True), embedding)
        h = self.bottom(h, embedding)
        for block in self.up:
            skip = skips.pop()
            h = functional.interpolate(h, size=skip.shape[-2:], mode="nearest")
            h = block(torch.cat([h, skip], dim=1), embedding)
        return self.leave(functional.silu(h)).reshape(x.shape)  # type: ignore[no-any-return]


def unet_size(
    n_condition: int, widths: tuple[int, ...], n_embedding: int, n_channels: int = 1
) -> int:
    """Number of trainable parameters of such a ``UNet``."""

    def block(n_in: int, n_out: int) -> int:
        convolutions = (9 * n_in + 1) * n_out + (9 * n_out + 1) * n_out
        return convolutions + n_embedding * n_out + (n_in * n_out if n_in != n_out else 0)

    inner = list(pairwise(widths))
    convolutions = (9 * (n_channels + 2) + 1) * widths[0] + (9 * widths[0] + 1) * n_channels
    ends = (n_condition + 1) * n_embedding + convolutions
    return (
        ends + block(widths[-1], widths[-1]) + sum(block(a, b) + block(a + b, a) for a, b in inner)
    )


def matched_unet(
    shape: tuple[int, int], n_condition: int, n_parameters: int, n_channels: int = 1
) -> UNet:
    """The U-Net whose number of parameters is nearest to ``n_parameters``: two resolutions, three
    from 16x16 and 20 000 on.
    """
    n_levels = 3 if min(shape) >= 8 and n_parameters >= 20_000 else 2 if min(shape) >= 2 else 1

    def widths(first: int, step: int, tweak: int) -> tuple[int, ...]:
        return tuple(
            max(first + step * level + (tweak if level == n_levels - 1 else 0), 1)
            for level in range(n_levels)
        )

    def embedding(first: int) -> int:
        return max(2, min(2 * first, 64))

    def size(first: int) -> int:
        return unet_size(n_condition, widths(first, first, 0), embedding(first), n_channels)

    first = largest_below(size, n_parameters)
    choices = [
        (widths(base, step, tweak), width)
        for base, tweak in product(range(max(first - 2, 1), first + 3), range(-2, 3))
        for step in {0, 1, max(base // 2, 1), base}
        for width in range(max(embedding(base) - 4, 1), embedding(base) + 5)
    ]
    best = min(
        choices,
        key=lambda choice: abs(
            unet_size(n_condition, choice[0], choice[1], n_channels) - n_parameters
        ),
    )
    return UNet(shape, n_condition, best[0], best[1], n_channels)
