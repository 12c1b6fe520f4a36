"""How much of a sample of states belongs to each of two families: the p of QuDDPM's correlated noise (arXiv:2310.05866, figure 4).

A family is a curve of states psi(δ), given on a fine grid. Two ways to the share of the first family:

- by projection: each state goes to the family whose nearest member has the higher fidelity. Where the curves cross, a little scatter
  sends half of the states to the wrong one, so this is pulled towards 1/2 as soon as the sample is blurred;
- by maximum likelihood: states are scattered about the curves with density ∝ exp(κ F), of one sharpness κ for both; p and κ are fitted
  together (expectation maximisation), which takes the crossing into account.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import hyp1f1, logsumexp

from qdiffgui.evaluation.quantum import Array, fidelity

_SHARPNESS = np.geomspace(3, 3000, 31)
_ROUNDS = 200


class Share(NamedTuple):
    """``by_likelihood`` with the ``sharpness`` κ found beside it, and ``by_projection``."""

    by_likelihood: float
    sharpness: float
    by_projection: float


def share_of_first(psi: Array, first: Array, second: Array) -> Share:
    """The share of the first family in psi (n, d); first, second : (k, d) states of each family, evenly spaced in its parameter."""
    near = [fidelity(psi, family) for family in (first, second)]
    by_projection = float((near[0].max(1) > near[1].max(1)).mean())
    p, sharpness = _most_likely(near[0], near[1], np.asarray(psi).shape[1])
    return Share(p, sharpness, by_projection)


def _most_likely(near_first: NDArray[np.float64], near_second: NDArray[np.float64], d: int) -> tuple[float, float]:
    """(p, κ) of the highest likelihood, κ on a grid. exp(κ F) about a state integrates over the Haar measure to 1F1(1; d; κ)."""
    best = (-np.inf, 0.5, 0.0)
    for kappa in _SHARPNESS:
        log_first, log_second = (logsumexp(kappa * near, axis=1) - np.log(near.shape[1]) for near in (near_first, near_second))
        p = _maximise(log_first, log_second)
        likelihood = np.logaddexp(np.log(p) + log_first, np.log1p(-p) + log_second).sum() - len(log_first) * _log_norm(kappa, d)
        best = max(best, (float(likelihood), p, float(kappa)))
    return best[1], best[2]


def _log_norm(kappa: float, d: int) -> float:
    """log 1F1(1; d; κ), by Kummer's e^κ 1F1(d-1; d; -κ): the first form overflows."""
    return float(kappa + np.log(hyp1f1(d - 1, d, -kappa)))


def _maximise(log_first: NDArray[np.float64], log_second: NDArray[np.float64]) -> float:
    """The p that maximises Σ log(p e^a + (1-p) e^b), kept off 0 and 1."""
    ratio = np.exp(np.clip(log_second - log_first, -50, 50))
    p = 0.5
    for _ in range(_ROUNDS):
        p = float(np.clip((p / (p + (1 - p) * ratio)).mean(), 1e-6, 1 - 1e-6))
    return p
