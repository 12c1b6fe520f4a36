"""Noise on bit strings, exact: every bit apart (bit flip) or the string as a whole (depolarizing); arXiv:2107.03006, arXiv:2505.05151.

With probability alpha_bar_t a symbol is still that of the data, else it is drawn uniformly anew. A symbol is one bit ("bit-flip": a bit
then differs with probability (1 - alpha_bar_t)/2) or the whole string ("depolarizing": rho_t = alpha_bar_t rho_0 +
(1 - alpha_bar_t) I/2^n on basis states). Strings are integers in [0, 2^n), bit 0 the most significant.
"""

from __future__ import annotations

import torch
from torch import Tensor


class BitNoise:
    """The forward process on strings of ``n_bits`` bits and all that follows from it by Bayes' rule.

    alpha_bar : (n_steps + 1,), from 1 on.      kind : "bit-flip" or "depolarizing".
    """

    def __init__(self, alpha_bar: Tensor, n_bits: int, kind: str) -> None:
        self.alpha_bar, self.n_bits, self.whole = alpha_bar.to(torch.float64), n_bits, kind == "depolarizing"
        self.size: int = 2**n_bits
        self._weight = torch.tensor([bin(code).count("1") for code in range(self.size)])
        self._shifts = torch.arange(n_bits - 1, -1, -1)

    def bits(self, codes: Tensor) -> Tensor:
        """(..., n_bits) of 0 and 1, int64, of codes (...)."""
        return (codes[..., None] >> self._shifts) & 1

    def codes(self, bits: Tensor) -> Tensor:
        """(...) int64 of bits (..., n_bits)."""
        return torch.sum(bits << self._shifts, -1)

    def kept(self, s: int, t: int) -> float:
        """Probability that a symbol of x_s survives until x_t."""
        return float(self.alpha_bar[t] / self.alpha_bar[s])

    # ---- towards noise

    def likelihood(self, x_t: Tensor, t: Tensor) -> Tensor:
        """q(x_t | x_0) for all 2^n strings x_0: (B, 2^n) float32, for codes x_t (B,) and steps t (B,). Symmetric in its two strings."""
        distance = self._weight[x_t[:, None] ^ torch.arange(self.size)]
        return torch.gather(self._by_distance(t), 1, distance)

    def _by_distance(self, t: Tensor) -> Tensor:
        """(B, n_bits + 1) float32: q of two strings that differ in so many bits."""
        keep = self.alpha_bar[t][:, None]
        differing = torch.arange(self.n_bits + 1)[None, :]
        if self.whole:
            q = (1 - keep) / self.size + keep * (differing == 0)
        else:
            q = ((1 - keep) / 2) ** differing * ((1 + keep) / 2) ** (self.n_bits - differing)
        chances: Tensor = q.to(torch.float32)
        return chances

    def noisy(self, x_s: Tensor, s: int, t: Tensor | int, generator: torch.Generator) -> Tensor:
        """x_t (n,) drawn from q(x_t | x_s) for codes x_s (n,) and one step t, or one a string."""
        keep = (self.alpha_bar[t] / self.alpha_bar[s]).expand(len(x_s))[:, None]
        survive = torch.rand(len(x_s), 1 if self.whole else self.n_bits, generator=generator, dtype=torch.float64) < keep
        drawn = torch.where(survive.expand(-1, self.n_bits), self.bits(x_s), self._random_bits(len(x_s), generator))
        return self.codes(drawn)

    def uniform(self, n: int, generator: torch.Generator) -> Tensor:
        """(n,) codes of pure noise."""
        return torch.randint(self.size, (n,), generator=generator)

    # ---- back

    def posterior(self, s: int, t: int) -> Tensor:
        """q(x_s | x_t, x_0) of one symbol as the weights of its three ways: (2, 3) float64.

        Row 0 for x_t ≠ x_0, row 1 for x_t = x_0; columns: x_s is x_0, x_s is x_t, x_s is drawn uniformly.
        """
        a, b = self.kept(0, s), self.kept(s, t)
        size = self.size if self.whole else 2
        ways = torch.tensor([a * (1 - b) / size, (1 - a) * b / size, (1 - a) * (1 - b) / size], dtype=torch.float64)
        table = torch.stack([ways, ways])
        table[1, 0] += a * b
        return table / table.sum(1, keepdim=True).clamp(min=1e-300)

    def back(self, x_t: Tensor, x_0: Tensor, s: int, t: int, generator: torch.Generator) -> Tensor:
        """x_s (n,) drawn from q(x_s | x_t, x_0) for codes x_t, x_0 (n,) and s < t."""
        if s == 0:
            return x_0
        noisy, clean = self.bits(x_t), self.bits(x_0)
        same = (noisy == clean).all(1, keepdim=True) if self.whole else noisy == clean
        ways = self.posterior(s, t).cumsum(1)[same.long()]
        u = torch.rand(same.shape, generator=generator, dtype=torch.float64)
        fresh = self._random_bits(len(x_t), generator)
        taken = torch.where(
            (u < ways[..., 0]).expand_as(clean), clean, torch.where((u < ways[..., 1]).expand_as(clean), noisy, fresh)
        )
        return self.codes(taken)

    def pull_back(self, p_0: Tensor, x_t: Tensor, s: int, t: int) -> Tensor:
        """Σ_{x_0} q(x_s | x_t, x_0) p(x_0 | x_t), exactly: (B, 2^n) for distributions p_0 (B, 2^n) at codes x_t (B,)."""
        if s == 0:
            return p_0
        other, equal = self.posterior(s, t).to(p_0.dtype).unbind()
        if self.whole:
            own = p_0.gather(1, x_t[:, None])
            share = own * equal + (1 - own) * other  # of the three ways, over all x_0
            out: Tensor = p_0 * other[0] + share[:, 2:] / self.size
            return out.scatter_add(1, x_t[:, None], own * (equal[0] - other[0]) + share[:, 1:2])
        for bit in range(self.n_bits):
            noisy = ((x_t >> (self.n_bits - 1 - bit)) & 1)[:, None, None]
            blocks = p_0.reshape(len(p_0), 2**bit, 2, -1)
            # chance that x_s has a 1 where x_0 has a 0 and where it has a 1
            from_zero = torch.where(noisy == 1, other[1] + other[2] / 2, equal[2] / 2)
            from_one = torch.where(noisy == 1, 1 - equal[2] / 2, other[0] + other[2] / 2)
            one = blocks[:, :, 0] * from_zero + blocks[:, :, 1] * from_one
            p_0 = torch.stack([blocks.sum(2) - one, one], 2).reshape(len(p_0), -1)
        return p_0

    def _random_bits(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randint(2, (n, self.n_bits), generator=generator)
