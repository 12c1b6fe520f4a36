"""The Gaussian process: x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) epsilon (arXiv:2006.11239, eq. 4).

``alpha_bar`` is a float tensor of shape (n_steps + 1,) with ``alpha_bar[0] = 1`` (see ``diffusion.schedules``); ``t`` a long tensor
(batch,) of steps, or one int for the whole batch.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Prediction = Literal["epsilon", "x0"]


def coefficients(alpha_bar: Tensor, t: Tensor | int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Signal and noise amplitudes sqrt(alpha_bar_t), sqrt(1 - alpha_bar_t), shaped to multiply ``like`` (batch, ...)."""
    chosen = alpha_bar[t]
    shape = (-1,) + (1,) * (like.ndim - 1) if chosen.ndim else ()
    return chosen.sqrt().reshape(shape).to(like.dtype), (1 - chosen).sqrt().reshape(shape).to(like.dtype)


def add_noise(x0: Tensor, t: Tensor | int, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """x_t of clean samples x0 (batch, ...) and standard normal ``noise`` of the same shape."""
    a, s = coefficients(alpha_bar, t, x0)
    return a * x0 + s * noise


def noisier(x: Tensor, s: int, t: int, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """x_t of x_s for s < t: the Markov chain itself, over one step or several (arXiv:2006.11239, eq. 2)."""
    ratio = alpha_bar[t] / alpha_bar[s]
    return ratio.sqrt().to(x.dtype) * x + (1 - ratio).sqrt().to(x.dtype) * noise


def split(output: Tensor, x: Tensor, t: Tensor | int, alpha_bar: Tensor, prediction: Prediction) -> tuple[Tensor, Tensor]:
    """(x_0, epsilon) as a denoiser's ``output`` at x_t implies them (arXiv:2006.11239, eq. 15)."""
    a, s = coefficients(alpha_bar, t, x)
    if prediction == "epsilon":
        return (x - s * output) / a, output
    return output, (x - a * output) / s


def precondition(raw: Tensor, x: Tensor, t: Tensor | int, alpha_bar: Tensor, prediction: Prediction) -> Tensor:
    """A network's ``raw`` output as a prediction of epsilon or of x_0.

    For data of unit variance the best linear guess of epsilon is sqrt(1 - alpha_bar_t) x_t, that of x_0 sqrt(alpha_bar_t) x_t. The network
    adds what the linear guess lacks: epsilon = s x_t + a F, x_0 = a x_t - s F, with a² = alpha_bar_t = 1 - s². F is the "v" of
    arXiv:2202.00512 (appendix D) and has unit variance at every t, so a small circuit needs one range of outputs only. Fixed and without
    parameters: with F = 0 the model is an uncorrelated normal distribution.
    """
    a, s = coefficients(alpha_bar, t, x)
    return s * x + a * raw if prediction == "epsilon" else a * x - s * raw


def uniform_steps(n: int, n_steps: int, generator: torch.Generator) -> Tensor:
    """``n`` steps from 1 ... n_steps, each uniform, spread evenly over the batch (less variance than independent draws)."""
    return (uniform_times(n, generator) * n_steps).long().clamp(max=n_steps - 1) + 1


def uniform_times(n: int, generator: torch.Generator) -> Tensor:
    """``n`` float64 numbers from [0, 1), each uniform, ascending and spread evenly over the batch."""
    offset = torch.rand((), generator=generator, dtype=torch.float64)
    return (torch.arange(n, dtype=torch.float64) + offset) / n
