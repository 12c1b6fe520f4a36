"""Rectified flow: data and noise joined by straight lines, x_s = (1 - s) x_0 + s epsilon (arXiv:2209.03003, eq. 1; arXiv:2210.02747).

Time s runs from 0 (data) to 1 (noise), as the diffusion steps of the project do. The velocity along a line is epsilon - x_0; its mean over
all lines through a point, v(x, s) = E[epsilon - x_0 | x_s = x], carries the distribution of noise exactly to that of the data when
dx/ds = v(x, s) is followed from s = 1 to 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]
Integrator = Literal["euler", "heun"]


def between(x0: Tensor, noise: Tensor, s: Tensor | float) -> Tensor:
    """x_s of clean samples x0 (batch, ...) and noise like it; ``s`` of each sample (batch,), or one for all."""
    share = _to_multiply(s, x0)
    return (1 - share) * x0 + share * noise


def variance(s: Tensor | float, like: Tensor) -> Tensor:
    """(1 - s)² + s², the variance of x_s for data of unit variance, shaped to multiply ``like`` (batch, ...)."""
    share = _to_multiply(s, like)
    return (1 - share) ** 2 + share**2


def precondition(raw: Tensor, x: Tensor, s: Tensor | float) -> Tensor:
    """A network's ``raw`` output F as a velocity at x (batch, ...).

    For data of unit variance the best linear guess of the velocity is (2s - 1) x / D with D = (1 - s)² + s², and what it lacks has variance
    1 / D at every s: v = (2s - 1) x / D + F / sqrt(D). Fixed and without parameters: with F = 0 the flow leaves a standard normal
    distribution as it is.
    """
    d = variance(s, x)
    return (2 * _to_multiply(s, x) - 1) * x / d + raw / d.sqrt()


@torch.no_grad()
def integrate(
    velocity: Velocity,
    x: Tensor,
    n_steps: int,
    integrator: Integrator = "euler",
    callback: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Follow dx/ds = velocity(x, s) from s = 1 to 0 in ``n_steps`` equal steps, from noise x (batch, ...) to samples.

    "euler" asks for one velocity a step, "heun" (the trapezoidal rule on Euler's guess, second order) for two. ``callback(t, x)`` sees x at
    every step t = n_steps ... 0, s = t / n_steps.
    """
    if callback is not None:
        callback(n_steps, x)
    for t in range(n_steps, 0, -1):
        here, there = t / n_steps, (t - 1) / n_steps
        v = velocity(x, here)
        guess = x - v / n_steps
        x = guess if integrator == "euler" else x - (v + velocity(guess, there)) / (2 * n_steps)
        if callback is not None:
            callback(t - 1, x)
    return x


def _to_multiply(s: Tensor | float, like: Tensor) -> Tensor:
    share = torch.as_tensor(s, dtype=like.dtype)
    return share.reshape((-1,) + (1,) * (like.ndim - 1)) if share.ndim else share
