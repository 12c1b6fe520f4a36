"""Power laws and exponentials through a few points with errors, and which of the two fits better.

Both are straight lines in ln y: ln y = c + k ln x for a power law, ln y = c + γ x for an
exponential. They are fitted by weighted least squares. The errors of the slopes follow from the
errors of the points and are scaled up if the points scatter more than that (Birge ratio).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Form = Literal["power", "exponential"]
SURE = 6.0
"""AIC difference above which one form is better (Burnham and Anderson 2002: "considerably less
support").
"""
_LEAST_ERROR = 1e-3  # of ln y: smallest error of a point


@dataclass(frozen=True)
class Fit:
    """y = exp(c) x^slope, or exp(c + slope x).

    ``error`` is one standard deviation of ``slope``. ``chi2`` and ``dof`` use the points' own
    errors. ``lowest`` and ``highest`` bound the fitted x; beyond them the law is extrapolated.
    """

    form: Form
    slope: float
    error: float
    constant: float
    chi2: float
    dof: int
    lowest: float
    highest: float

    def __call__(self, x: Any) -> NDArray[np.float64]:
        """y at x."""
        x = np.asarray(x, dtype=np.float64)
        y: NDArray[np.float64] = np.exp(
            self.constant + self.slope * (np.log(x) if self.form == "power" else x)
        )
        return y

    @property
    def change(self) -> float:
        """The ratio of y at the two ends of the fitted x."""
        return float(self(self.highest) / self(self.lowest))

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Decision:
    """Both fits. ``better`` is the form with the smaller AIC, or None if they differ by less than
    ``SURE``.
    """

    power: Fit
    exponential: Fit
    better: Form | None

    @property
    def chosen(self) -> Fit:
        """The better fit, or the one with the smaller χ² if neither is better."""
        form = self.better or (
            "power" if self.power.chi2 <= self.exponential.chi2 else "exponential"
        )
        return self.power if form == "power" else self.exponential

    def plain(self) -> dict[str, Any]:
        return {
            "power": self.power.plain(),
            "exponential": self.exponential.plain(),
            "better": self.better,
        }


def fit(x: Sequence[float], y: Sequence[float], error: Sequence[float], form: Form) -> Fit:
    """Fit a law to positive points.

    ``error`` is the relative error of each y (one standard deviation). Raises ``ValueError`` for
    fewer than three points, y that are not positive, and, for a power law, x that are not positive.

    >>> round(fit([1, 2, 4, 8], [3, 6, 12, 24], [0.01] * 4, "power").slope, 6)
    1.0
    """
    at, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if (
        len(at) < 3
        or (values <= 0).any()
        or (form == "power" and (at <= 0).any())
        or len(set(at)) < 2
    ):
        raise ValueError(
            "a fit needs at least three points with positive y (and positive x for a power law), "
            "not all at one x"
        )
    sigma = np.maximum(np.asarray(error, dtype=np.float64), _LEAST_ERROR)
    basis = (
        np.stack([np.ones_like(at), np.log(at) if form == "power" else at], axis=1) / sigma[:, None]
    )
    target = np.log(values) / sigma
    covariance = np.linalg.inv(basis.T @ basis)
    constant, slope = covariance @ basis.T @ target
    chi2 = float(((target - basis @ np.array([constant, slope])) ** 2).sum())
    dof = len(at) - 2
    widened = max(1.0, chi2 / dof) ** 0.5
    return Fit(
        form,
        float(slope),
        float(covariance[1, 1] ** 0.5 * widened),
        float(constant),
        chi2,
        dof,
        float(at.min()),
        float(at.max()),
    )


def decide(x: Sequence[float], y: Sequence[float], error: Sequence[float]) -> Decision:
    """Fit both forms and decide between them.

    Both have two parameters, so AIC compares χ², with the errors scaled up until the better fit is
    a good one.

    >>> decide([1, 2, 3, 4], [2, 4, 8, 16], [0.01] * 4).better
    'exponential'
    """
    power, exponential = fit(x, y, error, "power"), fit(x, y, error, "exponential")
    scale = max(1.0, min(power.chi2, exponential.chi2) / power.dof)
    gap = (power.chi2 - exponential.chi2) / scale
    better: Form | None = None if abs(gap) < SURE else "exponential" if gap > 0 else "power"
    return Decision(power, exponential, better)
