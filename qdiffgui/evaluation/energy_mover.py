"""Energy mover's distance between jets, and coverage and minimum matching distance on it, by exact
optimal transport (POT).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
R = 1.0
"""rad; JetNet's. It must be at least half the largest distance of two particles."""
N_JETS, N_BATCHES = 50, 4  # 10 000 distances: about a second


def emd(a: Array, b: Array, radius: float = R) -> float:
    """Energy mover's distance: the least work that turns one jet into another.

    It is Σ f_ij ΔR_ij / R + |Σ pT_a - Σ pT_b| with the optimal transport plan f; surplus pT moves
    the distance R.

    Parameters
    ----------
    a : ndarray, shape (n, 3)
        One jet: eta and phi (rad) and pT of each particle; particles of pT 0 are padding.
    b : ndarray, shape (m, 3)
        The other jet.
    radius : float
        R, rad. JetNet and EnergyFlow have 1 by default.

    Returns
    -------
    float
        The distance, in the unit of pT.

    References
    ----------
    Komiske, Metodiev and Thaler, arXiv:1902.02346, eq. 1 (β = 1).

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import emd
    >>> emd(np.array([[0.0, 0.0, 100.0]]), np.array([[0.1, 0.0, 100.0]]), radius=0.4)
    25.0
    """
    a, b = a[a[:, 2] > 0], b[b[:, 2] > 0]
    if not len(a) or not len(b):
        return float(a[:, 2].sum() + b[:, 2].sum())
    cost = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]) / radius
    left, right = a[:, 2].copy(), b[:, 2].copy()
    more = left.sum() - right.sum()
    if more < 0:
        cost, left = np.vstack([cost, np.ones(cost.shape[1])]), np.append(left, -more)
    elif more > 0:
        cost, right = np.hstack([cost, np.ones((len(cost), 1))]), np.append(right, more)
    import ot  # a second, most of it for scikit-learn

    return float(ot.emd2(left, right * (left.sum() / right.sum()), np.ascontiguousarray(cost)))


def radius_note(radius: float) -> str:
    """A sentence that says which R the distance has."""
    return (
        f"The energy mover's distance has R = {radius:g}"
        f"{' (as in JetNet)' if radius == 1 else ' (JetNet: 1)'}."
    )


def emds(first: Array, second: Array, radius: float = R) -> Array:
    """Distances (n, m) of all pairs of clouds (n, n_particles, 3) and (m, n_particles, 3)."""
    return np.array([[emd(a, b, radius) for b in second] for a in first]).reshape(
        len(first), len(second)
    )


def coverage_and_matching(
    generated: Array, real: Array, *, seed: int = 0, radius: float = R
) -> tuple[MetricValue, MetricValue]:
    """Coverage and minimum matching distance in energy mover's distance.

    Coverage is the fraction of held-out jets that are the nearest one to some generated jet; it is
    about 0.55 for the floor of the jets that ship with qdiffgui. The minimum matching distance is
    the mean distance of held-out jets to the nearest generated one. Both are means over 4 pairs of
    batches of 50 jets, with the standard errors of these means. JetNet has 10 pairs of 100 jets:
    both depend on the number of jets, so compare values of equal batches only.

    Parameters
    ----------
    generated : ndarray, shape (n, n_particles, 3)
        Generated jets: eta and phi relative to the jet axis (rad) and pT over jet pT of each
        particle; particles of pT 0 are padding.
    real : ndarray, shape (m, n_particles, 3)
        Held-out jets.
    seed : int
        Seed of the batches.
    radius : float
        R of the distance, rad. JetNet and EnergyFlow have 1; the radius of the jets weighs angles
        more.

    Returns
    -------
    tuple of (MetricValue, MetricValue)
        Coverage, and minimum matching distance in units of jet pT.

    References
    ----------
    Kansal et al., arXiv:2106.11535.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import coverage_and_matching
    >>> jets = np.random.default_rng(0).random((20, 3, 3))
    >>> coverage, matching = coverage_and_matching(jets, jets)
    >>> coverage.value, matching.value < 1e-9
    (1.0, True)
    """
    batches = _batches(generated, real, seed, radius)
    covered = [len(set(d.argmin(1).tolist())) / d.shape[1] for d in batches]
    return _mean(covered), _mean([float(d.min(0).mean()) for d in batches])


def _batches(generated: Array, real: Array, seed: int, radius: float) -> list[Array]:
    rng = np.random.default_rng(seed)
    n = min(N_JETS, len(generated), len(real))
    n_batches = max(1, min(N_BATCHES, len(generated) // n, len(real) // n))
    left, right = rng.permutation(len(generated)), rng.permutation(len(real))
    return [
        emds(generated[left[i * n : (i + 1) * n]], real[right[i * n : (i + 1) * n]], radius)
        for i in range(n_batches)
    ]


def _mean(values: list[float]) -> MetricValue:
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return MetricValue(float(np.mean(values)), float(error))
