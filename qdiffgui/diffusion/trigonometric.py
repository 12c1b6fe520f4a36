"""Gaussian diffusion as a rotation: ``x(φ) = cos φ x₀ + sin φ ε``, its velocity, and targets of
small variance.

With cos φ = √ᾱ every Gaussian schedule is such a path (Salimans and Ho, arXiv:2202.00512, appendix
D); φ runs from 0 (data) to π/2 (noise). The velocity is ``F = dx/dφ = cos φ ε - sin φ x₀``. Of
whitened Gaussian data its mean given x is 0: a model that answers 0 is the Gaussian itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

LEAST_ANGLE = 0.02
"""Radians; below it targets of the velocity have the variance of the noise and teach nothing."""
_SLICE = 64
_LEAST_EXPONENT = -80.0
"""Smaller ones have no part in a sum of float32 numbers around 1, but their exponentials are
denormal numbers, with which a processor calculates slowly.
"""

Velocity = Callable[[Tensor, float], Tensor]


def angles(alpha_bar: Tensor) -> Tensor:
    """φ of each step, radians (n_steps + 1,), from alpha_bar (n_steps + 1,): cos φ = √ᾱ.

    Examples
    --------
    >>> angles(torch.tensor([1.0, 0.5, 0.0])).tolist()
    [0.0, 0.7853981852531433, 1.5707963705062866]
    """
    return alpha_bar.clamp(0, 1).sqrt().acos()


def angle_at(t: Tensor, table: Tensor) -> Tensor:
    """φ at real steps t, shape (batch,), linear between the steps of ``table`` (n_steps + 1,)."""
    low = t.floor().long().clamp(0, len(table) - 2)
    share = t - low
    return (1 - share) * table[low] + share * table[low + 1]


def rotate(x0: Tensor, noise: Tensor, phi: Tensor) -> tuple[Tensor, Tensor]:
    """x and F at angles φ, shape (batch,), of x₀ and ε, shape (batch, *shape)."""
    c, s = _like(phi.cos(), x0), _like(phi.sin(), x0)
    return c * x0 + s * noise, c * noise - s * x0


def envelope(phi: Tensor) -> Tensor:
    """``2 sin φ cos φ``: a factor without parameters in front of a network's answer.

    The velocity of whitened data is known at both ends: at φ = π/2 it is the mean of the data, 0,
    and at φ = 0 it is that of the noise, 0.
    """
    return 2 * phi.sin() * phi.cos()


def posterior_mean(x: Tensor, phi: Tensor, data: Tensor) -> Tensor:
    """E[x₀ | x], shape (n, d), exactly, where x₀ is one of the rows of ``data`` (m, d).

    The rows are weighted by ``exp(-|x - cos φ x_i|² / (2 sin² φ))``: Xu et al., Stable Target Field
    (arXiv:2302.00670), eq. 6, with all training data as the reference batch. x (n, d), φ (n,) > 0.

    Examples
    --------
    >>> data = torch.tensor([[-1.0], [1.0]])
    >>> posterior_mean(torch.tensor([[0.0]]), torch.tensor([0.5]), data).item()
    0.0
    """
    # One product with the rows and their squares gives the terms of the exponent that differ
    # between rows; few points at a time, so that their weights stay in the cache.
    rows = torch.cat([data, -data.square().sum(1, keepdim=True) / 2], dim=1).T.contiguous()
    values = torch.cat([data, torch.ones_like(data[:, :1])], dim=1)
    c, s_squared = phi.cos()[:, None], phi.sin().square()[:, None]
    queries = torch.cat([c * x / s_squared, c.square() / s_squared], dim=1)
    means = []
    for part in torch.split(queries, _SLICE):
        exponent = part @ rows
        exponent.sub_(exponent.amax(1, keepdim=True)).clamp_(min=_LEAST_EXPONENT)
        weighted = exponent.exp_() @ values
        means.append(weighted[:, :-1] / weighted[:, -1:])
    return torch.cat(means)


def stable_velocity(x: Tensor, phi: Tensor, data: Tensor) -> Tensor:
    """E[F | x], shape (n, d), exactly, where x₀ is one of the rows of ``data``: ``(cos φ x - m) /
    sin φ`` with m the ``posterior_mean``.
    """
    mean = posterior_mean(x, phi, data)
    return (phi.cos()[:, None] * x - mean) / phi.sin()[:, None]


def heun(
    velocity: Velocity,
    start: Tensor,
    table: Tensor,
    steps: Sequence[int],
    callback: Callable[[int, Tensor], None],
) -> None:
    """From noise ``start`` to samples along dx/dφ = F by Heun's method.

    Parameters
    ----------
    velocity : callable
        ``velocity(x, t)`` is F of x, shape (batch, *shape), at the real step t.
    start : Tensor, shape (batch, *shape)
        Noise.
    table : Tensor, shape (n_steps + 1,)
        φ of each step, radians, from ``angles``.
    steps : sequence of int
        Descending steps to pass, from the noise to 0.
    callback : callable
        ``callback(t, x)`` sees every x, the first and the last included.
    """
    x = start
    callback(steps[0], x)
    for before, after in itertools.pairwise(steps):
        change = float(table[after] - table[before])
        first = velocity(x, float(before))
        second = velocity(x + change * first, float(after))
        x = x + change * (first + second) / 2
        callback(after, x)


def _like(factor: Tensor, x: Tensor) -> Tensor:
    return factor.reshape(-1, *[1] * (x.ndim - 1))
