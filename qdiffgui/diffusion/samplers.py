"""Samplers as free functions with one signature: DDPM (arXiv:2006.11239), DDIM (arXiv:2010.02502).

A step goes from x_t to x_s for any s < t. ``sample`` follows a descending sequence of steps. A
single step agrees with diffusers' DDPMScheduler (variance "fixed_small") and DDIMScheduler to
rounding. Whole DDIM trajectories agree only if the number of used steps divides the number of
diffusion steps: otherwise diffusers updates from t to t - n_steps // n_used, although the next step
that it visits is a different one. Here every update ends at the next step that is visited.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from qdiffgui.diffusion.gaussian import Prediction, split
from qdiffgui.errors import UserError

Denoiser = Callable[[Tensor, int], Tensor]
"""denoise(x, t) returns the prediction for x (batch, ...) at step t."""
Clip = tuple[Tensor | float, Tensor | float]
"""Lower and upper bound of the predicted x_0."""
StepFunction = Callable[..., Tensor]


def ddpm_step(
    output: Tensor,
    x: Tensor,
    t: int,
    s: int,
    alpha_bar: Tensor,
    noise: Tensor | None = None,
    *,
    prediction: Prediction = "epsilon",
    eta: float = 1.0,
    clip: Clip | None = None,
) -> Tensor:
    """Draw x_s from the posterior q(x_s | x_t, x_0) at the predicted x_0 (variance beta-tilde).

    Parameters
    ----------
    output : Tensor, shape (batch, ...)
        The denoiser's output for x at step t.
    x : Tensor, shape (batch, ...)
        The samples x_t.
    t, s : int
        Current and next step, s < t.
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule.
    noise : Tensor, shape (batch, ...), optional
        Standard normal noise; not used at s = 0.
    prediction : {"epsilon", "x0"}
        What ``output`` predicts.
    eta : float
        Not used; DDIM has this argument.
    clip : (low, high), optional
        Bounds of the predicted x_0.

    Returns
    -------
    Tensor, shape (batch, ...)
        The samples x_s.

    References
    ----------
    Ho, Jain, Abbeel, arXiv:2006.11239, eqs. 6 and 7.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.tensor([1.0, 0.5, 0.1])
    >>> x0 = torch.ones(1, 2)
    >>> ddpm_step(x0, torch.zeros(1, 2), 2, 0, alpha_bar, prediction="x0")
    tensor([[1., 1.]])
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
    output: Tensor,
    x: Tensor,
    t: int,
    s: int,
    alpha_bar: Tensor,
    noise: Tensor | None = None,
    *,
    prediction: Prediction = "epsilon",
    eta: float = 0.0,
    clip: Clip | None = None,
) -> Tensor:
    """Compute x_s by DDIM: deterministic for ``eta`` = 0, as noisy as DDPM for ``eta`` = 1.

    Parameters
    ----------
    output, x, t, s, alpha_bar, noise, prediction, clip
        As in ``ddpm_step``.
    eta : float
        Share of DDPM's noise, in [0, 1].

    Returns
    -------
    Tensor, shape (batch, ...)
        The samples x_s.

    References
    ----------
    Song, Meng, Ermon, arXiv:2010.02502, eq. 12.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.tensor([1.0, 0.64, 0.36])
    >>> ddim_step(torch.zeros(1, 1), torch.full((1, 1), 0.6), 2, 1, alpha_bar)
    tensor([[0.8000]])
    """
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
"""The samplers by name."""


def timesteps(n_steps: int, n_used: int = 0) -> tuple[int, ...]:
    """List the steps that a sampler visits, from ``n_steps`` down to 0.

    Parameters
    ----------
    n_steps : int
        Number of diffusion steps.
    n_used : int
        Number of sampling steps; 0 for all. Their spacing is "trailing", so sampling always starts
        from pure noise.

    Returns
    -------
    tuple of int
        The n_used + 1 steps, descending.

    Raises
    ------
    UserError
        If ``n_used`` is larger than ``n_steps``.

    References
    ----------
    Lin et al., arXiv:2305.08891, section 3.3.

    Examples
    --------
    >>> timesteps(10, 4)
    (10, 8, 5, 2, 0)
    """
    if n_used > n_steps:
        raise UserError(
            f"Sampling can use at most as many steps as the diffusion has ({n_steps}); found "
            f"{n_used}."
        )
    n_used = n_used or n_steps
    return (*(round(n_steps - i * n_steps / n_used) for i in range(n_used)), 0)


@torch.no_grad()
def sample(
    denoise: Denoiser,
    x: Tensor,
    alpha_bar: Tensor,
    *,
    sampler: str = "ddpm",
    steps: Sequence[int] | None = None,
    prediction: Prediction = "epsilon",
    eta: float = 0.0,
    clip: Clip | None = None,
    generator: torch.Generator | None = None,
    callback: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Turn noise into samples, step by step.

    Parameters
    ----------
    denoise : callable
        ``denoise(x, t)`` returns the prediction for x (batch, ...) at step t.
    x : Tensor, shape (batch, ...)
        Standard normal noise.
    alpha_bar : Tensor, shape (n_steps + 1,)
        The schedule.
    sampler : {"ddpm", "ddim"}
        The step function.
    steps : sequence of int, optional
        The steps to visit, descending to 0; all by default.
    prediction : {"epsilon", "x0"}
        What ``denoise`` predicts.
    eta : float
        Noise of DDIM, in [0, 1].
    clip : (low, high), optional
        Bounds of the predicted x_0.
    generator : torch.Generator, optional
        Source of the noise, drawn in the order of the steps.
    callback : callable, optional
        ``callback(t, x)`` gets every x_t, including the first and the last.

    Returns
    -------
    Tensor, shape (batch, ...)
        The samples.

    Examples
    --------
    >>> import torch
    >>> alpha_bar = torch.linspace(1, 0.01, 11)
    >>> def denoise(x, t):
    ...     return torch.ones_like(x)  # every sample is 1
    >>> x = torch.randn(3, 2)
    >>> sample(denoise, x, alpha_bar, prediction="x0", steps=timesteps(10, 5))
    tensor([[1., 1.],
            [1., 1.],
            [1., 1.]])
    """
    step = STEPS[sampler]
    visited = tuple(steps) if steps is not None else timesteps(len(alpha_bar) - 1)
    if callback is not None:
        callback(visited[0], x)
    for t, s in itertools.pairwise(visited):
        noisy = s > 0 and (sampler == "ddpm" or eta > 0)
        noise = (
            torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
            if noisy
            else None
        )
        x = step(
            denoise(x, t), x, t, s, alpha_bar, noise, prediction=prediction, eta=eta, clip=clip
        )
        if callback is not None:
            callback(s, x)
    return x


def _variance(alpha_bar: Tensor, t: int, s: int) -> Tensor:
    """Variance of q(x_s | x_t, x_0), beta-tilde; arXiv:2010.02502, eq. 16 at eta = 1."""
    return (1 - alpha_bar[s]) / (1 - alpha_bar[t]) * (1 - alpha_bar[t] / alpha_bar[s])


def _clipped(x0: Tensor, clip: Clip) -> Tensor:
    low, high = (torch.as_tensor(bound, dtype=x0.dtype, device=x0.device) for bound in clip)
    return torch.minimum(torch.maximum(x0, low), high)
