"""Exact noise on bit strings: on every bit (bit flip) or on the whole string (depolarizing); see
D3PM, arXiv:2107.03006, and QD3PM, arXiv:2505.05151.

With probability alpha_bar_t a symbol is still that of the data; otherwise it is replaced by a
uniformly drawn one. A symbol is one bit ("bit-flip": a bit then differs with probability
(1 - alpha_bar_t)/2) or the whole string ("depolarizing": rho_t = alpha_bar_t rho_0 +
(1 - alpha_bar_t) I/2^n on basis states). Strings are integers in [0, 2^n), called codes; bit 0 is
the most significant.
"""

from __future__ import annotations

import torch
from torch import Tensor


class BitNoise:
    """The forward process on bit strings, and what follows from it by Bayes' rule.

    Parameters
    ----------
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule; alpha_bar[0] = 1.
    n_bits : int
        Bits of a string.
    kind : {"bit-flip", "depolarizing"}
        Whether each bit or the whole string is a symbol.

    Examples
    --------
    >>> import torch
    >>> noise = BitNoise(torch.tensor([1.0, 0.5]), n_bits=2, kind="bit-flip")
    >>> noise.bits(torch.tensor([2]))
    tensor([[1, 0]])
    >>> noise.likelihood(torch.tensor([2]), torch.tensor([1]))  # q(x_1 = "10" | x_0), all four x_0
    tensor([[0.1875, 0.0625, 0.5625, 0.1875]])
    """

    def __init__(self, alpha_bar: Tensor, n_bits: int, kind: str) -> None:
        self.alpha_bar, self.n_bits, self.whole = (
            alpha_bar.to(torch.float64),
            n_bits,
            kind == "depolarizing",
        )
        self.size: int = 2**n_bits
        self._weight = torch.tensor([bin(code).count("1") for code in range(self.size)])
        self._shifts = torch.arange(n_bits - 1, -1, -1)

    def bits(self, codes: Tensor) -> Tensor:
        """Bits (..., n_bits), 0 or 1, int64, from codes (...)."""
        return (codes[..., None] >> self._shifts) & 1

    def codes(self, bits: Tensor) -> Tensor:
        """Codes (...), int64, from bits (..., n_bits)."""
        return torch.sum(bits << self._shifts, -1)

    def kept(self, s: int, t: int) -> float:
        """Probability that a symbol of x_s survives until x_t."""
        return float(self.alpha_bar[t] / self.alpha_bar[s])

    # ---- toward noise

    def likelihood(self, x_t: Tensor, t: Tensor) -> Tensor:
        """q(x_t | x_0) of codes x_t (B,) at steps t (B,) for all strings x_0: (B, 2^n) float32.

        Symmetric in x_t and x_0.
        """
        distance = self._weight[x_t[:, None] ^ torch.arange(self.size)]
        return torch.gather(self._by_distance(t), 1, distance)

    def _by_distance(self, t: Tensor) -> Tensor:
        """q of two strings by the number of bits in which they differ: (B, n_bits + 1) float32."""
        keep = self.alpha_bar[t][:, None]
        differing = torch.arange(self.n_bits + 1)[None, :]
        if self.whole:
            q = (1 - keep) / self.size + keep * (differing == 0)
        else:
            q = ((1 - keep) / 2) ** differing * ((1 + keep) / 2) ** (self.n_bits - differing)
        chances: Tensor = q.to(torch.float32)
        return chances

    def noisy(self, x_s: Tensor, s: int, t: Tensor | int, generator: torch.Generator) -> Tensor:
        """Draw x_t (n,) from q(x_t | x_s) for codes x_s (n,) and one step t, or one per string."""
        keep = (self.alpha_bar[t] / self.alpha_bar[s]).expand(len(x_s))[:, None]
        survive = (
            torch.rand(
                len(x_s), 1 if self.whole else self.n_bits, generator=generator, dtype=torch.float64
            )
            < keep
        )
        drawn = torch.where(
            survive.expand(-1, self.n_bits), self.bits(x_s), self._random_bits(len(x_s), generator)
        )
        return self.codes(drawn)

    def uniform(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n codes of pure noise."""
        return torch.randint(self.size, (n,), generator=generator)

    # ---- back

    def posterior(self, s: int, t: int) -> Tensor:
        """q(x_s | x_t, x_0) of one symbol as a mixture of three cases: weights (2, 3), float64.

        Row 0 holds for x_t ≠ x_0, row 1 for x_t = x_0. The cases: x_s is x_0, x_s is x_t, x_s is
        drawn uniformly.
        """
        a, b = self.kept(0, s), self.kept(s, t)
        size = self.size if self.whole else 2
        cases = torch.tensor(
            [a * (1 - b) / size, (1 - a) * b / size, (1 - a) * (1 - b) / size], dtype=torch.float64
        )
        table = torch.stack([cases, cases])
        table[1, 0] += a * b
        return table / table.sum(1, keepdim=True).clamp(min=1e-300)

    def back(self, x_t: Tensor, x_0: Tensor, s: int, t: int, generator: torch.Generator) -> Tensor:
        """Draw x_s (n,) from q(x_s | x_t, x_0) for codes x_t, x_0 (n,) and s < t."""
        if s == 0:
            return x_0
        noisy, clean = self.bits(x_t), self.bits(x_0)
        same = (noisy == clean).all(1, keepdim=True) if self.whole else noisy == clean
        cases = self.posterior(s, t).cumsum(1)[same.long()]
        u = torch.rand(same.shape, generator=generator, dtype=torch.float64)
        fresh = self._random_bits(len(x_t), generator)
        drawn = torch.where(
            (u < cases[..., 0]).expand_as(clean),
            clean,
            torch.where((u < cases[..., 1]).expand_as(clean), noisy, fresh),
        )
        return self.codes(drawn)

    def pull_back(self, p_0: Tensor, x_t: Tensor, s: int, t: int) -> Tensor:
        """The exact distribution of x_s, Σ_{x_0} q(x_s | x_t, x_0) p(x_0 | x_t), shape (B, 2^n).

        p_0 (B, 2^n) are the predicted distributions of x_0 at codes x_t (B,).
        """
        if s == 0:
            return p_0
        other, equal = self.posterior(s, t).to(p_0.dtype).unbind()
        if self.whole:
            own = p_0.gather(1, x_t[:, None])
            share = own * equal + (1 - own) * other  # of the three cases, over all x_0
            out: Tensor = p_0 * other[0] + share[:, 2:] / self.size
            return out.scatter_add(1, x_t[:, None], own * (equal[0] - other[0]) + share[:, 1:2])
        for bit in range(self.n_bits):
            noisy = ((x_t >> (self.n_bits - 1 - bit)) & 1)[:, None, None]
            blocks = p_0.reshape(len(p_0), 2**bit, 2, -1)
            # probability that x_s has a 1 if x_0 has a 0, and if x_0 has a 1
            from_zero = torch.where(noisy == 1, other[1] + other[2] / 2, equal[2] / 2)
            from_one = torch.where(noisy == 1, 1 - equal[2] / 2, other[0] + other[2] / 2)
            one = blocks[:, :, 0] * from_zero + blocks[:, :, 1] * from_one
            p_0 = torch.stack([blocks.sum(2) - one, one], 2).reshape(len(p_0), -1)
        return p_0

    def _random_bits(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randint(2, (n, self.n_bits), generator=generator)
