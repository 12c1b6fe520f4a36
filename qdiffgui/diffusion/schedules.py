"""Schedules: how noise grows with the diffusion step, as numpy arrays.

Index convention of the whole project: step 0 is data, step ``n_steps`` is noise. A Gaussian, Haar,
blend, flow or channel schedule is an array of length ``n_steps + 1`` whose entry t belongs to x_t,
so ``alpha_bar[0] == 1``. (diffusers counts from 0: its ``alphas_cumprod[t]`` is
``alpha_bar[t + 1]`` here.) Scrambling strengths have one entry per step: h[s - 1] belongs to the
step from x_{s-1} to x_s.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdiffgui.config import schedules as settings

Array = NDArray[np.float64]

MAX_BETA = 0.999
"""Largest beta (arXiv:2102.09672, section 3.2): with beta = 1 the last step would be singular."""


def cosine(config: settings.Cosine) -> Array:
    """Squared-cosine schedule, with offset 0.008 and beta clipped at 0.999.

    Parameters
    ----------
    config : config.schedules.Cosine
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        alpha_bar.

    References
    ----------
    Nichol, Dhariwal, arXiv:2102.09672, eq. 17.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> cosine(settings.Cosine(n_steps=4)).round(3)
    array([1.   , 0.847, 0.494, 0.144, 0.   ])
    """
    f = np.cos((np.arange(config.n_steps + 1) / config.n_steps + 0.008) / 1.008 * np.pi / 2) ** 2
    return _alpha_bar(np.minimum(1 - f[1:] / f[:-1], MAX_BETA))


def trigonometric(config: settings.Trigonometric) -> Array:
    """alpha_bar = cos² φ of equal steps in φ from 0 to π/2, shape (n_steps + 1,) (arXiv:2202.00512,
    appendix D), beta clipped at 0.999.
    """
    f = np.cos(np.linspace(0, np.pi / 2, config.n_steps + 1)) ** 2
    return _alpha_bar(np.minimum(1 - f[1:] / f[:-1], MAX_BETA))


def linear(config: settings.Linear) -> Array:
    """Linear schedule: beta grows linearly.

    Parameters
    ----------
    config : config.schedules.Linear
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        alpha_bar.

    References
    ----------
    Ho, Jain, Abbeel, arXiv:2006.11239, section 4.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> linear(settings.Linear(n_steps=3, beta_start=0.1, beta_end=0.5)).round(3)
    array([1.   , 0.9  , 0.63 , 0.315])
    """
    return _alpha_bar(np.linspace(config.beta_start, config.beta_end, config.n_steps))


def sigmoid(config: settings.Sigmoid) -> Array:
    """Sigmoid schedule, with beta clipped at 0.999.

    Parameters
    ----------
    config : config.schedules.Sigmoid
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        alpha_bar, called gamma(t) in the paper.

    References
    ----------
    Jabri, Fleet, Chen, arXiv:2212.11972, algorithm 1.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> sigmoid(settings.Sigmoid(n_steps=4))[[0, 2]].round(3)
    array([1. , 0.5])
    """
    u = np.linspace(config.start, config.end, config.n_steps + 1) / config.temperature
    value = 1 / (1 + np.exp(-u))
    f = (value[-1] - value) / (value[-1] - value[0])
    return _alpha_bar(np.minimum(1 - f[1:] / f[:-1], MAX_BETA))


def linear_angles(config: settings.LinearAngles) -> Array:
    """Scrambling strengths that grow linearly.

    Parameters
    ----------
    config : config.schedules.LinearAngles
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps,)
        Strengths h_s of the steps.

    References
    ----------
    QuDDPM: Zhang et al., arXiv:2310.05866.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> linear_angles(settings.LinearAngles(n_steps=3, start=0.5, end=1.5))
    array([0.5, 1. , 1.5])
    """
    return np.linspace(config.start, config.end, config.n_steps)


def quadratic_angles(config: settings.QuadraticAngles) -> Array:
    """Scrambling strengths h_s = scale · s² for s = 1 … n_steps.

    Parameters
    ----------
    config : config.schedules.QuadraticAngles
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps,)
        Strengths h_s of the steps.

    References
    ----------
    QuDDPM: Zhang et al., arXiv:2310.05866, the circle.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> quadratic_angles(settings.QuadraticAngles(n_steps=3, scale=0.5))
    array([0.5, 2. , 4.5])
    """
    return config.scale * np.arange(1, config.n_steps + 1, dtype=np.float64) ** 2


def piecewise_angles(config: settings.PiecewiseAngles) -> Array:
    """Scrambling strengths that grow linearly in two pieces.

    Parameters
    ----------
    config : config.schedules.PiecewiseAngles
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps,)
        Strengths h_s of the steps.

    References
    ----------
    QuDDPM: Zhang et al., arXiv:2310.05866, the correlated noise.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> len(piecewise_angles(settings.PiecewiseAngles(n_steps=20)))
    20
    """
    early = np.linspace(config.start, config.middle, config.n_early)
    return np.concatenate(
        [early, np.linspace(config.restart, config.end, config.n_steps - config.n_early)]
    )


def haar(config: settings.HaarMixing | settings.HaarPatches) -> Array:
    """Share of the data in a state that is mixed with Haar noise: cos²(π t / 2T) or 1 - t/T.

    Parameters
    ----------
    config : config.schedules.HaarMixing or HaarPatches
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        alpha_bar: 1 at t = 0, exactly 0 at the last step.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> haar(settings.HaarMixing(n_steps=4, curve="linear"))
    array([1.  , 0.75, 0.5 , 0.25, 0.  ])
    """
    t = np.arange(config.n_steps + 1) / config.n_steps
    if config.curve == "linear":
        return 1 - t
    alpha_bar = np.cos(t * np.pi / 2) ** 2
    alpha_bar[-1] = 0
    return alpha_bar


def blend(config: settings.Blend) -> Array:
    """Weight of the data in a blend, 1 - (t / n_steps)**power.

    Parameters
    ----------
    config : config.schedules.Blend
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        The weights: 1 at t = 0, 0 at the last step.

    References
    ----------
    Q-Dense: arXiv:2401.07049, section II.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> blend(settings.Blend(n_steps=2, power=2.0))
    array([1.  , 0.75, 0.  ])
    """
    return 1 - (np.arange(config.n_steps + 1) / config.n_steps) ** config.power


def straight(config: settings.Straight) -> Array:
    """Weight of the data along a straight line, 1 - t / n_steps.

    Parameters
    ----------
    config : config.schedules.Straight
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        The weights: 1 at t = 0, 0 at the last step.

    References
    ----------
    Rectified flow: Liu, Gong, Liu, arXiv:2209.03003.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> straight(settings.Straight(n_steps=2))
    array([1. , 0.5, 0. ])
    """
    return 1 - np.arange(config.n_steps + 1) / config.n_steps


def depolarizing_cosine(config: settings.DepolarizingCosine) -> Array:
    """Depolarizing schedule: each step has strength q_t = (1 - ᾱ_t / ᾱ_{t-1})**exponent.

    Here ᾱ is the squared-cosine schedule, and q_t is clipped to [0.0001, 1].

    Parameters
    ----------
    config : config.schedules.DepolarizingCosine
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        Weight of the data: products of 1 - q_t.

    References
    ----------
    MSQuDDPM: arXiv:2411.17608.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> depolarizing_cosine(settings.DepolarizingCosine(n_steps=20))[[0, -1]]
    array([1., 0.])
    """
    f = np.cos((np.arange(config.n_steps + 1) / config.n_steps + 0.008) / 1.008 * np.pi / 2) ** 2
    return _kept((1 - f[1:] / f[:-1]) ** config.exponent)


def growing_channel(
    config: settings.DepolarizingLinear | settings.AmplitudeDamping | settings.Dephasing,
) -> Array:
    """Weight of the data under a noise channel whose strength grows linearly.

    Parameters
    ----------
    config : config.schedules.DepolarizingLinear, AmplitudeDamping or Dephasing
        Settings of the schedule.

    Returns
    -------
    array, shape (n_steps + 1,)
        Weight of the data: products of 1 - strength.

    Examples
    --------
    >>> from qdiffgui.config import schedules as settings
    >>> growing_channel(settings.Dephasing(n_steps=2, start=0.5, end=1.0))
    array([1. , 0.5, 0. ])
    """
    return _kept(np.linspace(config.start, config.end, config.n_steps))


def _kept(strength: Array) -> Array:
    """Products of 1 - q. Rounding sets the last q of the cosine to exactly 1, so that the channel
    reaches its limit.
    """
    q = np.clip(np.round(strength, 12), 1e-4, 1)
    return np.concatenate([[1.0], np.cumprod(1 - q)])


def _alpha_bar(beta: Array) -> Array:
    return np.concatenate([[1.0], np.cumprod(1 - beta)])
