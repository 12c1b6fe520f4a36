"""Samplers as free functions of one signature: DDPM (arXiv:2006.11239) and DDIM (arXiv:2010.02502).

A step goes from x_t to x_s, s < t, any stride; a sampler walks over a descending sequence of steps and lets a callback see each x.
Formulas agree with diffusers' DDPMScheduler (variance "fixed_small") and DDIMScheduler to rounding.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from qdiffgui.diffusion.gaussian import Prediction, split
from qdiffgui.errors import UserError

Denoiser = Callable[[Tensor, int], Tensor]
Clip = tuple[Tensor | float, Tensor | float]
StepFunction = Callable[..., Tensor]


def ddpm_step(
    output: Tensor, x: Tensor, t: int, s: int, alpha_bar: Tensor, noise: Tensor | None = None, *,
    prediction: Prediction = "epsilon", eta: float = 1.0, clip: Clip | None = None,
) -> Tensor:  # fmt: skip
    """x_s drawn from the posterior q(x_s | x_t, x_0) at the predicted x_0 (arXiv:2006.11239, eqs. 6 and 7, variance beta-tilde).

    output : what the denoiser said at x (batch, ...) and step t.   noise : standard normal like x; none is added at s = 0.
    clip : (low, high) of the predicted x_0.    ``eta`` belongs to DDIM and is not used.
    """
    x0, _ = split(output, x, t, alpha_bar, prediction)
    if clip is not None:
        x0 = _clipped(x0, clip)
    alpha = alpha_bar[t] / alpha_bar[s]
    to_x0 = alpha_bar[s].sqrt() * (1 - alpha) / (1 - alpha_bar[t])
    to_x = alpha.sqrt() * (1 - alpha_bar[s]) / (1 - alpha_bar[t])
    mean = to_x0.to(x.dtype) * x0 + to_x.to(x.dtype) * x
    if s == 0 or noise is None:
        return mean
    return mean + _variance(alpha_bar, t, s).sqrt().to(x.dtype) * noise


def ddim_step(
    output: Tensor, x: Tensor, t: int, s: int, alpha_bar: Tensor, noise: Tensor | None = None, *,
    prediction: Prediction = "epsilon", eta: float = 0.0, clip: Clip | None = None,
) -> Tensor:  # fmt: skip
    """x_s of arXiv:2010.02502, eq. 12: deterministic at ``eta`` = 0, as noisy as DDPM at 1. Arguments as in ``ddpm_step``."""
    x0, epsilon = split(output, x, t, alpha_bar, prediction)
    if clip is not None:
        x0 = _clipped(x0, clip)
    variance = eta**2 * _variance(alpha_bar, t, s)
    direction = (1 - alpha_bar[s] - variance).clamp(min=0).sqrt()
    mean = alpha_bar[s].sqrt().to(x.dtype) * x0 + direction.to(x.dtype) * epsilon
    if eta == 0 or s == 0 or noise is None:
        return mean
    return mean + variance.sqrt().to(x.dtype) * noise


STEPS: dict[str, StepFunction] = {"ddpm": ddpm_step, "ddim": ddim_step}


def timesteps(n_steps: int, n_used: int = 0) -> tuple[int, ...]:
    """Descending steps that a sampler visits, ending at 0: all of them, or ``n_used`` evenly spaced ones from ``n_steps`` on.

    The spacing is "trailing" (arXiv:2305.08891): sampling always starts from pure noise. Raises ``UserError`` if ``n_used > n_steps``.
    """
    if n_used > n_steps:
        raise UserError(
            f"Sampling with {n_used} steps was asked for, but there are {n_steps} diffusion steps: choose at most that many."
        )
    n_used = n_used or n_steps
    return (*(round(n_steps - i * n_steps / n_used) for i in range(n_used)), 0)


@torch.no_grad()
def sample(
    denoise: Denoiser, x: Tensor, alpha_bar: Tensor, *, sampler: str = "ddpm", steps: Sequence[int] | None = None,
    prediction: Prediction = "epsilon", eta: float = 0.0, clip: Clip | None = None,
    generator: torch.Generator | None = None, callback: Callable[[int, Tensor], None] | None = None,
) -> Tensor:  # fmt: skip
    """Walk from noise x (batch, ...) to samples.

    denoise(x, t) gives the prediction at step t.   steps : descending, ending at 0 (default: all).   callback(t, x_t) sees every x, the
    first and the last included. Noise is drawn from ``generator``, in the order of the steps.
    """
    step = STEPS[sampler]
    visited = tuple(steps) if steps is not None else timesteps(len(alpha_bar) - 1)
    if callback is not None:
        callback(visited[0], x)
    for t, s in itertools.pairwise(visited):
        noisy = s > 0 and (sampler == "ddpm" or eta > 0)
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device) if noisy else None
        x = step(denoise(x, t), x, t, s, alpha_bar, noise, prediction=prediction, eta=eta, clip=clip)
        if callback is not None:
            callback(s, x)
    return x


def _variance(alpha_bar: Tensor, t: int, s: int) -> Tensor:
    """Variance of q(x_s | x_t, x_0), beta-tilde; arXiv:2010.02502, eq. 16 at eta = 1."""
    return (1 - alpha_bar[s]) / (1 - alpha_bar[t]) * (1 - alpha_bar[t] / alpha_bar[s])


def _clipped(x0: Tensor, clip: Clip) -> Tensor:
    low, high = (torch.as_tensor(bound, dtype=x0.dtype, device=x0.device) for bound in clip)
    return torch.minimum(torch.maximum(x0, low), high)
