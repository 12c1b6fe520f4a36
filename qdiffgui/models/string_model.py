"""Probability distributions over bit strings, one per class: the base of IQP, QCBM, bit-flip and
MPS.

Strings are rows of 0 and 1, (B, n_bits). Bit 0 is the most significant bit of a code, and wire 0 of
a circuit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor, nn

MAX_ENUMERATED = 16
"""Largest number of bits, hidden ones included, whose probabilities training computes."""
MAX_STATE = 20
"""Largest number of qubits whose state vector sampling computes."""


@dataclass(frozen=True)
class Moments:
    """Means of the bits as signs z = (-1)^bit, by class.

    Parameters
    ----------
    first : Tensor, shape (n_classes, n_bits)
        E z_i.
    second : Tensor, shape (n_classes, n_bits, n_bits)
        E z_i z_j.
    """

    first: Tensor
    second: Tensor

    @classmethod
    def of(cls, bits: Tensor, place: Tensor, n_classes: int) -> Moments:
        """The moments of strings bits (N, n_bits) of classes place (N,); 0 for an empty class."""
        first, second = [], []
        for k in range(n_classes):
            z = 1 - 2 * bits[place == k].to(torch.float64)
            n = max(len(z), 1)
            first.append(z.sum(0) / n)
            second.append(z.T @ z / n)
        return cls(torch.stack(first), torch.stack(second))


class StringModel(nn.Module):
    """Distributions over strings of n_bits, one per class.

    A subclass gives ``probabilities`` or ``log_p``, ``draw`` unless it gives ``probabilities``, and
    ``word_means`` if it can be trained by MMD.
    """

    def __init__(self, n_bits: int, n_classes: int) -> None:
        super().__init__()
        self.n_bits, self.n_classes = n_bits, n_classes

    @property
    def enumerates(self) -> bool:
        """Whether ``probabilities`` is within reach."""
        return self.n_bits <= MAX_ENUMERATED

    @property
    def has_likelihood(self) -> bool:
        """Whether ``log_p`` is exact without a list of all strings."""
        return False

    def start(self, moments: Moments) -> None:
        """Set the first numbers from the data; by default leave the random ones."""

    def probabilities(self) -> Tensor:
        """(n_classes, 2^n_bits), in the order of the codes."""
        raise NotImplementedError

    def log_p(self, bits: Tensor, place: Tensor) -> Tensor:
        """log p (B,), nats, of strings bits (B, n_bits) of classes place (B,)."""
        return self.probabilities().clamp(min=1e-30).log()[place, codes_of(bits)]

    def word_means(
        self, words: Tensor, n_strings: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Unbiased estimates, (n_classes, W) each, of the means of words (W, n_bits) of 0 and 1 and
        of the squares of these means. A word is the sign (-1)^(sum of its bits).
        """
        raise NotImplementedError

    @torch.no_grad()
    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        """Strings (B, n_bits) int64 of classes place (B,)."""
        return draw_codes(self.probabilities(), self.n_bits, place, generator)


def draw_codes(p: Tensor, n_bits: int, place: Tensor, generator: torch.Generator) -> Tensor:
    """Strings (B, n_bits) of classes place (B,), drawn from p (n_classes, 2^n_bits)."""
    u = torch.rand(len(place), generator=generator, dtype=torch.float64)
    codes = torch.zeros(len(place), dtype=torch.int64)
    for k, row in enumerate(p.to(torch.float64).cumsum(1)):
        mine = place == k
        codes[mine] = torch.searchsorted(row, u[mine] * row[-1], right=True)
    return bits_of(codes.clamp(max=p.shape[1] - 1), n_bits)


def bits_of(codes: Tensor, n_bits: int) -> Tensor:
    """(B, n_bits) int64 of codes (B,).

    Examples
    --------
    >>> bits_of(torch.tensor([6]), 4)
    tensor([[0, 1, 1, 0]])
    """
    return (codes[:, None] >> torch.arange(n_bits - 1, -1, -1)) & 1


def codes_of(bits: Tensor) -> Tensor:
    """(B,) int64 of bits (B, n_bits), at most 62 of them.

    Examples
    --------
    >>> codes_of(torch.tensor([[0, 1, 1, 0]]))
    tensor([6])
    """
    return (bits.to(torch.int64) << torch.arange(bits.shape[1] - 1, -1, -1)).sum(1)


def terms(n: int, body: int, reach: int) -> list[tuple[int, ...]]:
    """The groups of up to ``body`` of n bits on which gates act, small groups first; with a reach
    other than 0, the first and the last bit of a group are at most that far apart.

    Examples
    --------
    >>> terms(4, 2, 1)
    [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3)]
    """
    return [
        group
        for size in range(1, min(body, n) + 1)
        for group in itertools.combinations(range(n), size)
        if not reach or group[-1] - group[0] <= reach
    ]


def supports(groups: list[tuple[int, ...]], n: int) -> Tensor:
    """(P, n) float32 of 0 and 1: the bits of each group."""
    rows = torch.zeros(len(groups), n)
    for row, group in zip(rows, groups):
        row[list(group)] = 1
    return rows


def first_angles(groups: list[tuple[int, ...]], moments: Moments) -> Tensor:
    """First angles (n_classes, P), radians, from the data (compare arXiv:2503.02934, App. C).

    The angle of a pair is π/2 times the covariance of its signs. The angle φ_i of a single bit
    then makes its mean right where that is possible: cos φ_i Π_j cos φ_ij = E z_i, which holds in
    IQP and in bit-flip circuits of one- and two-bit gates. All other angles are 0.
    """
    n = moments.first.shape[1]
    covariance = moments.second - moments.first[:, :, None] * moments.first[:, None, :]
    angles = torch.zeros(len(moments.first), len(groups), dtype=torch.float64)
    rest = torch.ones_like(moments.first)
    for place, group in enumerate(groups):
        if len(group) == 2 and max(group) < n:
            i, j = group
            angles[:, place] = torch.pi / 2 * covariance[:, i, j]
            rest[:, i] *= angles[:, place].cos()
            rest[:, j] *= angles[:, place].cos()
    for place, group in enumerate(groups):
        if len(group) == 1 and group[0] < n:
            angles[:, place] = (
                (moments.first[:, group[0]] / rest[:, group[0]]).clamp(-1, 1).arccos()
            )
    return angles
