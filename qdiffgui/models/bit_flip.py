"""The classical, stochastic version of an IQP circuit (arXiv:2503.02934, Sec. V): the string starts
as 0...0, and each gate flips all bits of its group with probability sin²(φ/2).

The mean of a word is the product of cos φ over the gates that share an odd number of bits with it,
so it is known exactly. In the circuit the amplitudes of these flips interfere; here their
probabilities add.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from qdiffgui.models.string_model import Moments, StringModel, first_angles, supports, terms

SPREAD = 0.1  # standard deviation of random first angles, radians


class BitFlip(StringModel):
    """Random flips of groups of bits, with one set of angles (P,) per class.

    With groups of one bit these are independent bits.
    """

    def __init__(self, n_bits: int, n_classes: int, body: int, reach: int) -> None:
        super().__init__(n_bits, n_classes)
        self.groups = terms(n_bits, body, reach)
        self.angles = nn.Parameter(torch.zeros(n_classes, len(self.groups)))
        self.support = supports(self.groups, n_bits)

    def initialize(self, generator: torch.Generator) -> None:
        with torch.no_grad():
            self.angles.normal_(0, SPREAD, generator=generator)

    def start(self, moments: Moments) -> None:
        with torch.no_grad():
            self.angles.add_(first_angles(self.groups, moments))

    def probabilities(self) -> Tensor:
        p = torch.zeros(self.n_classes, 2**self.n_bits, dtype=torch.float64)
        p[:, 0] = 1
        p = p.reshape(self.n_classes, *[2] * self.n_bits)
        flips = (self.angles.double() / 2).sin().square()
        for chance, group in zip(flips.T, self.groups):
            share = chance.reshape(-1, *[1] * self.n_bits)
            p = (1 - share) * p + share * p.flip([bit + 1 for bit in group])
        return p.flatten(1)

    def word_means(
        self, words: Tensor, n_strings: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        odd = (words @ self.support.T).remainder(2) == 1
        mean = torch.where(odd, self.angles.cos()[:, None], 1.0).prod(-1)
        return mean, mean.square()

    @torch.no_grad()
    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        chance = (self.angles / 2).sin().square()[place]
        flips = torch.rand(chance.shape, generator=generator) < chance
        return (flips.float() @ self.support).remainder(2).long()
