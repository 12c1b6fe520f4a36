"""The Gaussian process: x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) epsilon
(arXiv:2006.11239, eq. 4).

``alpha_bar`` is a float tensor of shape (n_steps + 1,) with ``alpha_bar[0] = 1`` (see
``diffusion.schedules``); ``t`` is a long tensor (batch,) of steps, or one int for the whole batch.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Prediction = Literal["epsilon", "x0"]
"""What a denoiser predicts: the noise or the clean sample."""


def coefficients(alpha_bar: Tensor, t: Tensor | int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Signal and noise amplitudes sqrt(alpha_bar_t), sqrt(1 - alpha_bar_t), shaped to multiply
    ``like`` (batch, ...).
    """
    chosen = alpha_bar[t]
    shape = (-1,) + (1,) * (like.ndim - 1) if chosen.ndim else ()
    return chosen.sqrt().reshape(shape).to(like.dtype), (1 - chosen).sqrt().reshape(shape).to(
        like.dtype
    )


def add_noise(x0: Tensor, t: Tensor | int, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """Add noise to clean samples.

    Parameters
    ----------
    x0 : Tensor, shape (batch, ...)
        Clean samples.
    t : int or Tensor, shape (batch,)
        Diffusion steps.
    noise : Tensor, shape (batch, ...)
        Standard normal noise.
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule.

    Returns
    -------
    Tensor, shape (batch, ...)
        The noisy samples x_t.

    References
    ----------
    Ho, Jain, Abbeel, arXiv:2006.11239, eq. 4.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.tensor([1.0, 0.64])
    >>> add_noise(torch.ones(1, 2), 1, torch.tensor([[0.0, 1.0]]), alpha_bar)
    tensor([[0.8000, 1.4000]])
    """
    a, s = coefficients(alpha_bar, t, x0)
    return a * x0 + s * noise


def velocity(x0: Tensor, t: Tensor | int, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """``a epsilon - s x_0`` with a² = alpha_bar_t = 1 - s²: the "v" of arXiv:2202.00512."""
    a, s = coefficients(alpha_bar, t, x0)
    return a * noise - s * x0


def noisier(x: Tensor, s: int, t: int, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """Compute x_t from x_s for s < t: one or several steps of the Markov chain (arXiv:2006.11239,
    eq. 2).
    """
    ratio = alpha_bar[t] / alpha_bar[s]
    return ratio.sqrt().to(x.dtype) * x + (1 - ratio).sqrt().to(x.dtype) * noise


def split(
    output: Tensor, x: Tensor, t: Tensor | int, alpha_bar: Tensor, prediction: Prediction
) -> tuple[Tensor, Tensor]:
    """Compute x_0 and epsilon from a denoiser's output.

    Parameters
    ----------
    output : Tensor, shape (batch, ...)
        The prediction for x.
    x : Tensor, shape (batch, ...)
        The noisy samples x_t.
    t : int or Tensor, shape (batch,)
        Diffusion steps.
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule.
    prediction : {"epsilon", "x0"}
        What ``output`` predicts.

    Returns
    -------
    x0, epsilon : Tensor, shape (batch, ...)
        The clean samples and the noise.

    References
    ----------
    Ho, Jain, Abbeel, arXiv:2006.11239, eq. 15.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.tensor([1.0, 0.64])
    >>> x0, epsilon = split(torch.zeros(1, 1), torch.full((1, 1), 0.8), 1, alpha_bar, "epsilon")
    >>> x0
    tensor([[1.]])
    """
    a, s = coefficients(alpha_bar, t, x)
    if prediction == "epsilon":
        return (x - s * output) / a, output
    return output, (x - a * output) / s


def precondition(
    raw: Tensor, x: Tensor, t: Tensor | int, alpha_bar: Tensor, prediction: Prediction
) -> Tensor:
    """Turn a network's raw output F into a prediction of epsilon or of x_0.

    For data of unit variance the best linear estimate of epsilon is sqrt(1 - alpha_bar_t) x_t, and
    that of x_0 is sqrt(alpha_bar_t) x_t. The network corrects it: epsilon = s x_t + a F,
    x_0 = a x_t - s F, where a² = alpha_bar_t = 1 - s². F has unit variance at every t, so the
    outputs of a small circuit need only one range. There are no parameters: with F = 0 the model
    is an uncorrelated normal distribution.

    Parameters
    ----------
    raw : Tensor, shape (batch, ...)
        The network's output F.
    x : Tensor, shape (batch, ...)
        The noisy samples x_t.
    t : int or Tensor, shape (batch,)
        Diffusion steps.
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule.
    prediction : {"epsilon", "x0"}
        What to predict.

    Returns
    -------
    Tensor, shape (batch, ...)
        The prediction.

    References
    ----------
    F is v of Salimans, Ho, arXiv:2202.00512, appendix D.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.tensor([1.0, 0.64])
    >>> precondition(torch.zeros(1, 1), torch.ones(1, 1), 1, alpha_bar, "x0")
    tensor([[0.8000]])
    """
    a, s = coefficients(alpha_bar, t, x)
    return s * x + a * raw if prediction == "epsilon" else a * x - s * raw


def uniform_steps(n: int, n_steps: int, generator: torch.Generator) -> Tensor:
    """Draw n steps from 1 … n_steps, each uniform and spread evenly over the batch, which has less
    variance than independent draws.
    """
    return (uniform_times(n, generator) * n_steps).long().clamp(max=n_steps - 1) + 1


def uniform_times(n: int, generator: torch.Generator) -> Tensor:
    """Draw n ascending float64 numbers from [0, 1), each uniform, spread evenly over the batch."""
    offset = torch.rand((), generator=generator, dtype=torch.float64)
    return (torch.arange(n, dtype=torch.float64) + offset) / n
