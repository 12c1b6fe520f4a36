"""A matrix product state as Born machine (Han et al., arXiv:1709.01662): the amplitude of a string
is a product of one real matrix per bit, its probability the squared amplitude over the norm.

Likelihood and samples are exact at any number of bits, on a classical computer.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from qdiffgui.models.string_model import Moments, StringModel

SPREAD = 0.1  # standard deviation of the first entries around those of independent bits


class MPS(StringModel):
    """Real matrix product states of bond dimension at most ``bond``, one per class."""

    def __init__(self, n_bits: int, n_classes: int, bond: int) -> None:
        super().__init__(n_bits, n_classes)
        sizes = [min(2**k, 2 ** (n_bits - k), bond) for k in range(n_bits + 1)]
        self.cores = nn.ParameterList(
            nn.Parameter(torch.zeros(n_classes, left, 2, right))
            for left, right in itertools.pairwise(sizes)
        )

    def initialize(self, generator: torch.Generator) -> None:
        with torch.no_grad():
            for core in self.cores:
                core.normal_(0, SPREAD, generator=generator)
                core[:, 0, :, 0] += 0.5**0.5

    def start(self, moments: Moments) -> None:
        """Independent bits with the means of the data, in the first entry of every matrix."""
        with torch.no_grad():
            for core, mean in zip(self.cores, moments.first.T):
                share = torch.stack([1 + mean, 1 - mean], dim=1) / 2
                core[:, 0, :, 0] += share.clamp(1e-3, 1).sqrt() - 0.5**0.5

    @property
    def has_likelihood(self) -> bool:
        return True

    def probabilities(self) -> Tensor:
        psi = torch.ones(self.n_classes, 1, 1)
        for core in self.cores:
            psi = torch.einsum("kxl,klbr->kxbr", psi, core).flatten(1, 2)
            psi = psi / psi.flatten(1).norm(dim=1)[:, None, None].clamp(min=1e-30)
        p = psi[:, :, 0].double().square()
        return p / p.sum(1, keepdim=True)

    def log_p(self, bits: Tensor, place: Tensor) -> Tensor:
        rows = torch.arange(len(bits))
        psi, total = torch.ones(len(bits), 1), torch.zeros(len(bits))
        for k, core in enumerate(self.cores):
            psi = torch.einsum("bl,blr->br", psi, core[place][rows, :, bits[:, k]])
            size = psi.norm(dim=1).clamp(min=1e-30)
            total, psi = total + 2 * size.log(), psi / size[:, None]
        return total - self._log_norm()[place]

    def _log_norm(self) -> Tensor:
        """log Σ amplitude², (n_classes,)."""
        left, total = torch.ones(self.n_classes, 1, 1), torch.zeros(self.n_classes)
        for core in self.cores:
            left = torch.einsum("kab,kaxc,kbxd->kcd", left, core, core)
            size = left.diagonal(dim1=1, dim2=2).sum(1).clamp(min=1e-30)
            total, left = total + size.log(), left / size[:, None, None]
        return total

    @torch.no_grad()
    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        right = [torch.ones(self.n_classes, 1, 1)]
        for core in reversed(self.cores):
            r = torch.einsum("kaxc,kbxd,kcd->kab", core, core, right[-1])
            right.append(r / r.diagonal(dim1=1, dim2=2).sum(1)[:, None, None].clamp(min=1e-30))
        right.reverse()
        psi, bits = torch.ones(len(place), 1), []
        for k, core in enumerate(self.cores):
            both = torch.einsum("bl,blxr->bxr", psi, core[place])
            weight = torch.einsum("bxr,brs,bxs->bx", both, right[k + 1][place], both).clamp(min=0)
            u = torch.rand(len(place), generator=generator)
            bit = (u * weight.sum(1) >= weight[:, 0]).long()
            psi = both[torch.arange(len(place)), bit]
            psi = psi / psi.norm(dim=1, keepdim=True).clamp(min=1e-30)
            bits.append(bit)
        return torch.stack(bits, dim=1)
