"""Fractions of a sample of states that belong to two families: the p of QuDDPM's correlated noise
(arXiv:2310.05866, fig. 4).

A family is a curve of states psi(δ), given on a fine grid. The fraction of the first family is
estimated in two ways:

- by projection: each state belongs to the family whose nearest member has the higher fidelity.
  Where the curves cross, a little scatter assigns half of the states to the wrong family, so the
  estimate is biased toward 1/2 if the sample is blurred.
- by maximum likelihood: states scatter about the curves with density ∝ exp(κ F) and the same
  sharpness κ for both families. p and κ are fitted together (expectation maximization), which
  accounts for the crossing.
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
    """The fraction of the first family by maximum likelihood, with its sharpness κ, and by
    projection.

    Parameters
    ----------
    by_likelihood : float
        The fraction with the highest likelihood.
    sharpness : float
        The κ fitted with it.
    by_projection : float
        The fraction of states closer to the first family.

    Examples
    --------
    >>> from qdiffgui.evaluation import Share
    >>> Share(0.8, 100.0, 0.75).by_likelihood
    0.8
    """

    by_likelihood: float
    sharpness: float
    by_projection: float


def share_of_first(psi: Array, first: Array, second: Array) -> Share:
    """Fraction of the states that belong to the first of two families.

    Parameters
    ----------
    psi : ndarray, shape (n, d), complex
        The states.
    first, second : ndarray, shape (k, d), complex
        States of each family, evenly spaced in its parameter.

    Returns
    -------
    Share
        By maximum likelihood and by projection.

    References
    ----------
    Zhang et al., arXiv:2310.05866, fig. 4.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import share_of_first
    >>> psi = np.repeat(np.eye(2), [75, 25], axis=0)
    >>> round(share_of_first(psi, np.eye(2)[:1], np.eye(2)[1:]).by_likelihood, 2)
    0.75
    """
    near = [fidelity(psi, family) for family in (first, second)]
    by_projection = float((near[0].max(1) > near[1].max(1)).mean())
    p, sharpness = _most_likely(near[0], near[1], np.asarray(psi).shape[1])
    return Share(p, sharpness, by_projection)


def _most_likely(
    near_first: NDArray[np.float64], near_second: NDArray[np.float64], d: int
) -> tuple[float, float]:
    """(p, κ) with the highest likelihood, with κ on a grid. The integral of exp(κ F) over the Haar
    measure is 1F1(1; d; κ).
    """
    best = (-np.inf, 0.5, 0.0)
    for kappa in _SHARPNESS:
        log_first, log_second = (
            logsumexp(kappa * near, axis=1) - np.log(near.shape[1])
            for near in (near_first, near_second)
        )
        p = _maximize(log_first, log_second)
        likelihood = np.logaddexp(np.log(p) + log_first, np.log1p(-p) + log_second).sum() - len(
            log_first
        ) * _log_norm(kappa, d)
        best = max(best, (float(likelihood), p, float(kappa)))
    return best[1], best[2]


def _log_norm(kappa: float, d: int) -> float:
    """log 1F1(1; d; κ), by Kummer's e^κ 1F1(d-1; d; -κ): the first form overflows."""
    return float(kappa + np.log(hyp1f1(d - 1, d, -kappa)))


def _maximize(log_first: NDArray[np.float64], log_second: NDArray[np.float64]) -> float:
    """The p that maximizes Σ log(p e^a + (1-p) e^b), kept away from 0 and 1."""
    ratio = np.exp(np.clip(log_second - log_first, -50, 50))
    p = 0.5
    for _ in range(_ROUNDS):
        p = float(np.clip((p / (p + (1 - p) * ratio)).mean(), 1e-6, 1 - 1e-6))
    return p
