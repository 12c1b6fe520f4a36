"""Rectified flow: straight lines between data and noise, x_s = (1 - s) x_0 + s epsilon
(arXiv:2209.03003, eq. 1; arXiv:2210.02747).

Time s runs from 0 (data) to 1 (noise), as the diffusion steps of the project do. The velocity along
a line is epsilon - x_0. Its mean over all lines through a point, v(x, s) = E[epsilon - x_0 | x_s =
x], transports the noise exactly to the data distribution if dx/ds = v(x, s) is integrated from
s = 1 to 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]
Integrator = Literal["euler", "heun"]


def between(x0: Tensor, noise: Tensor, s: Tensor | float) -> Tensor:
    """Interpolate between data and noise, (1 - s) x_0 + s epsilon.

    Parameters
    ----------
    x0, noise : Tensor, shape (batch, ...)
        Clean samples and standard normal noise.
    s : float or Tensor, shape (batch,)
        Times in [0, 1].

    Returns
    -------
    Tensor, shape (batch, ...)
        The points x_s.

    References
    ----------
    Liu, Gong, Liu, arXiv:2209.03003, eq. 1.

    Examples
    --------
    >>> import torch
    >>> between(torch.zeros(1, 2), torch.ones(1, 2), 0.25)
    tensor([[0.2500, 0.2500]])
    """
    share = _to_multiply(s, x0)
    return (1 - share) * x0 + share * noise


def variance(s: Tensor | float, like: Tensor) -> Tensor:
    """Variance (1 - s)² + s² of x_s for data of unit variance, shaped to multiply ``like``
    (batch, ...).
    """
    share = _to_multiply(s, like)
    return (1 - share) ** 2 + share**2


def precondition(raw: Tensor, x: Tensor, s: Tensor | float) -> Tensor:
    """Turn a network's raw output F into a velocity.

    For data of unit variance the best linear estimate of the velocity is (2s - 1) x / D with
    D = (1 - s)² + s², and its error has variance 1 / D. The network corrects it:
    v = (2s - 1) x / D + F / sqrt(D). There are no parameters: with F = 0 the flow does not change
    a standard normal distribution.

    Parameters
    ----------
    raw : Tensor, shape (batch, ...)
        The network's output F, of unit variance.
    x : Tensor, shape (batch, ...)
        The points x_s.
    s : float or Tensor, shape (batch,)
        Times in [0, 1].

    Returns
    -------
    Tensor, shape (batch, ...)
        The velocities.

    Examples
    --------
    >>> import torch
    >>> precondition(torch.zeros(1, 1), torch.ones(1, 1), 1.0)
    tensor([[1.]])
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
    """Integrate dx/ds = velocity(x, s) from s = 1 (noise) to 0 (data) in equal steps.

    Parameters
    ----------
    velocity : callable
        ``velocity(x, s)`` for x (batch, ...) at time s.
    x : Tensor, shape (batch, ...)
        Standard normal noise.
    n_steps : int
        Number of steps.
    integrator : {"euler", "heun"}
        First order with one velocity per step, or second order with two.
    callback : callable, optional
        ``callback(t, x)`` gets x at every step t = n_steps … 0, with s = t / n_steps.

    Returns
    -------
    Tensor, shape (batch, ...)
        The samples.

    Examples
    --------
    >>> import torch
    >>> integrate(lambda x, s: torch.ones_like(x), torch.ones(1, 2), n_steps=4)
    tensor([[0., 0.]])
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
