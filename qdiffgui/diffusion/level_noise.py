"""Noise on strings of levels: each level is masked, or redrawn uniformly (D3PM, arXiv:2107.03006,
sections A.2.1 and A.2.2).

With probability alpha_bar_t a level is still that of the data. Otherwise it is masked ("absorbing")
or drawn uniformly from all levels ("uniform").
"""

from __future__ import annotations

import torch
from torch import Tensor


class LevelNoise:
    """The forward process on levels, and the way back given a guess of the clean levels.

    Parameters
    ----------
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule; alpha_bar[0] = 1.
    n_levels : int
        Number of levels. The level ``n_levels`` stands for a masked one.
    kind : {"absorbing", "uniform"}
        Whether a level is masked or redrawn.

    Examples
    --------
    >>> import torch
    >>> noise = LevelNoise(torch.tensor([1.0, 0.5, 0.0]), n_levels=16, kind="absorbing")
    >>> generator = torch.Generator().manual_seed(0)
    >>> noise.noisy(torch.tensor([[3, 0, 15]]), 0, 2, generator)
    tensor([[16, 16, 16]])
    """

    def __init__(self, alpha_bar: Tensor, n_levels: int, kind: str) -> None:
        self.alpha_bar, self.n_levels = alpha_bar.to(torch.float64), n_levels
        self.absorbing = kind == "absorbing"

    def noisy(self, x_s: Tensor, s: int, t: Tensor | int, generator: torch.Generator) -> Tensor:
        """Draw x_t (n, d) from q(x_t | x_s) of levels x_s (n, d), for one step t or one per row."""
        keep = (self.alpha_bar[t] / self.alpha_bar[s]).expand(len(x_s))[:, None]
        u = torch.rand(x_s.shape, generator=generator, dtype=torch.float64)
        return torch.where(u < keep, x_s, self.pure(x_s.shape, generator))

    def pure(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Pure noise: all masked, or drawn uniformly."""
        if self.absorbing:
            return torch.full(shape, self.n_levels)
        return torch.randint(self.n_levels, shape, generator=generator)

    def back(self, x_t: Tensor, x_0: Tensor, s: int, t: int, generator: torch.Generator) -> Tensor:
        """Draw x_s (n, d) from q(x_s | x_t, x_0) of levels x_t, x_0 (n, d) and s < t.

        By Bayes' rule q(x_s | x_t, x_0) is proportional to
        [a δ(x_s, x_0) + (1 - a) π(x_s)] [b δ(x_t, x_s) + (1 - b) π(x_t)], with a = alpha_bar_s,
        b = alpha_bar_t / alpha_bar_s and π the noise.
        """
        if s == 0:
            return x_0
        if self.absorbing:
            return torch.where(self.revealed(x_t, s, t, generator), x_0, x_t)
        a, b = float(self.alpha_bar[s]), float(self.alpha_bar[t] / self.alpha_bar[s])
        u = torch.rand(x_t.shape, generator=generator, dtype=torch.float64)
        chance = 1 / self.n_levels
        stay_clean = a * (1 - b) * chance + (x_t == x_0) * a * b
        stay_noisy = (1 - a) * chance * b
        fresh = (1 - a) * chance * (1 - b)
        u = u * (stay_clean + stay_noisy + fresh)
        drawn = torch.where(u < stay_clean + stay_noisy, x_t, self.pure(x_t.shape, generator))
        return torch.where(u < stay_clean, x_0, drawn)

    def revealed(self, x_t: Tensor, s: int, t: int, generator: torch.Generator) -> Tensor:
        """Draw which of the masked levels of x_t (n, d) are no longer masked at step s < t: (n, d)
        bool. Absorbing noise only.
        """
        kept_s, kept_t = float(self.alpha_bar[s]), float(self.alpha_bar[t])
        chance = (kept_s - kept_t) / max(1 - kept_t, 1e-300) if s else 1.0
        u = torch.rand(x_t.shape, generator=generator, dtype=torch.float64)
        return (x_t == self.n_levels) & (u < chance)

    def counted(self, x_t: Tensor, s: int, t: int, generator: torch.Generator) -> Tensor:
        """Like ``revealed``, but at every step as many of the d levels of each row are masked as
        the schedule expects, round(d (1 - alpha_bar)): random places, fixed numbers
        (arXiv:2110.02037). Rows of x_t (n, d) must have that many.
        """
        before, after = (round(x_t.shape[1] * (1 - float(self.alpha_bar[i]))) for i in (t, s))
        u = torch.rand(x_t.shape, generator=generator, dtype=torch.float64)
        order = u.masked_fill(x_t != self.n_levels, 2).argsort(1).argsort(1)
        return order < before - after
