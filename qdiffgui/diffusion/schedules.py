"""How noise grows with the diffusion step, as plain numpy arrays (the page draws them, so nothing heavier is imported).

Index convention, everywhere in the project: step 0 is data, step ``n_steps`` is noise. A Gaussian, Haar, blend or flow schedule is an
array of length ``n_steps + 1`` whose entry t belongs to x_t, so ``alpha_bar[0] == 1``. (diffusers counts from 0 what is here step 1: its
``alphas_cumprod[t]`` is ``alpha_bar[t + 1]``.) Scrambling strengths have one entry a step, h[s - 1] for the step from x_{s-1} to x_s.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdiffgui.config import schedule as settings

Array = NDArray[np.float64]

MAX_BETA = 0.999  # Nichol and Dhariwal, section 3.2: without it alpha_bar would reach 0 and the last step be singular


def cosine(config: settings.Cosine) -> Array:
    """Squared-cosine alpha_bar, shape (n_steps + 1,) (arXiv:2102.09672, eq. 17, offset .008, beta clipped at .999)."""
    f = np.cos((np.arange(config.n_steps + 1) / config.n_steps + 0.008) / 1.008 * np.pi / 2) ** 2
    return _alpha_bar(np.minimum(1 - f[1:] / f[:-1], MAX_BETA))


def linear(config: settings.Linear) -> Array:
    """alpha_bar of linearly growing beta, shape (n_steps + 1,) (arXiv:2006.11239, section 4)."""
    return _alpha_bar(np.linspace(config.beta_start, config.beta_end, config.n_steps))


def sigmoid(config: settings.Sigmoid) -> Array:
    """Sigmoid alpha_bar, shape (n_steps + 1,) (arXiv:2212.11972, algorithm 1, there gamma(t)), beta clipped at .999."""
    u = np.linspace(config.start, config.end, config.n_steps + 1) / config.temperature
    value = 1 / (1 + np.exp(-u))
    f = (value[-1] - value) / (value[-1] - value[0])
    return _alpha_bar(np.minimum(1 - f[1:] / f[:-1], MAX_BETA))


def linear_angles(config: settings.LinearAngles) -> Array:
    """Scrambling strengths h_s growing linearly, shape (n_steps,) (arXiv:2310.05866)."""
    return np.linspace(config.start, config.end, config.n_steps)


def quadratic_angles(config: settings.QuadraticAngles) -> Array:
    """Scrambling strengths h_s = scale * s**2 for s = 1 ... n_steps, shape (n_steps,) (arXiv:2310.05866, the circle)."""
    return config.scale * np.arange(1, config.n_steps + 1, dtype=np.float64) ** 2


def piecewise_angles(config: settings.PiecewiseAngles) -> Array:
    """Scrambling strengths in two linear pieces, shape (n_steps,) (arXiv:2310.05866, the correlated noise)."""
    early = np.linspace(config.start, config.middle, config.n_early)
    return np.concatenate([early, np.linspace(config.restart, config.end, config.n_steps - config.n_early)])


def haar(config: settings.HaarMixing | settings.HaarPatches) -> Array:
    """alpha_bar, the share of the data in a mixed state, shape (n_steps + 1,): 1 at t = 0 and exactly 0 at the last step (no singularity
    there, as nothing is divided by it): cos²(π t / 2T) or 1 - t/T."""
    t = np.arange(config.n_steps + 1) / config.n_steps
    if config.curve == "linear":
        return 1 - t
    alpha_bar = np.cos(t * np.pi / 2) ** 2
    alpha_bar[-1] = 0
    return alpha_bar


def blend(config: settings.Blend) -> Array:
    """Weight of the data, 1 - (t / n_steps)**power, shape (n_steps + 1,): 1 at t = 0, 0 at the last step (arXiv:2401.07049)."""
    return 1 - (np.arange(config.n_steps + 1) / config.n_steps) ** config.power


def straight(config: settings.Straight) -> Array:
    """Weight of the data along a straight line, 1 - t / n_steps, shape (n_steps + 1,) (arXiv:2209.03003)."""
    return 1 - np.arange(config.n_steps + 1) / config.n_steps


def depolarizing_cosine(config: settings.DepolarizingCosine) -> Array:
    """Weight of the data, shape (n_steps + 1,): steps of q_t = (1 - ᾱ_t/ᾱ_{t-1})**exponent with the squared-cosine ᾱ, q clipped to
    [1e-4, 1] (MSQuDDPM, arXiv:2411.17608)."""
    f = np.cos((np.arange(config.n_steps + 1) / config.n_steps + 0.008) / 1.008 * np.pi / 2) ** 2
    return _kept((1 - f[1:] / f[:-1]) ** config.exponent)


def growing_channel(config: settings.DepolarizingLinear | settings.AmplitudeDamping | settings.Dephasing) -> Array:
    """What a channel leaves of the data, shape (n_steps + 1,): strengths grow linearly from ``start`` to ``end``."""
    return _kept(np.linspace(config.start, config.end, config.n_steps))


def _kept(strength: Array) -> Array:
    """Products of 1 - q: rounding makes the cosine's last q a hair less than 1, and the channel is to end at its limit."""
    q = np.clip(np.round(strength, 12), 1e-4, 1)
    return np.concatenate([[1.0], np.cumprod(1 - q)])


def _alpha_bar(beta: Array) -> Array:
    return np.concatenate([[1.0], np.cumprod(1 - beta)])
