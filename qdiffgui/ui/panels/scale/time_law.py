"""Training time as a constant plus the counted operations times another constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_ERROR = 0.05  # relative, of a measured time
_MISFIT = 0.2  # a law that is further from a point, and by more than its error, is none


@dataclass(frozen=True)
class TimeLaw:
    """``seconds`` at each point, of which ``constant`` do not depend on the operations.

    Neither constant is negative, so that more operations never take less time.
    """

    constant: float
    seconds: tuple[float, ...]

    def share(self, i: int) -> float:
        """The share of the time at point i that depends on the operations."""
        return 1 - self.constant / self.seconds[i]


def fit_time(
    operations: Sequence[float], seconds: Sequence[float], error: Sequence[float]
) -> TimeLaw | None:
    """Fit measured times by least squares.

    Parameters
    ----------
    operations : sequence of float
        Counted operations at each point.
    seconds, error : sequence of float
        Measured times and their errors, in seconds.

    Returns
    -------
    TimeLaw or None
        None if there are fewer than three points, a time is not positive, or the law does not
        describe every point: part of the work is not counted, or the measurement was disturbed.

    Examples
    --------
    >>> law = fit_time([1e6, 2e6, 4e6], [3.0, 4.0, 6.0], [0.1, 0.1, 0.1])
    >>> round(law.constant, 3), round(law.share(2), 3)
    (2.0, 0.667)
    >>> fit_time([1e6, 2e6, 4e6], [27.0, 20.0, 10.0], [1.0, 1.0, 1.0]) is None
    True
    """
    x, y = np.asarray(operations, float), np.asarray(seconds, float)
    if len(x) < 3 or min(y) <= 0 or max(x) <= 0:
        return None
    sigma = np.maximum(error, LEAST_ERROR * y)
    x = x / x.max()
    columns = np.stack([np.ones_like(x), x])
    candidates = [np.linalg.lstsq((columns / sigma).T, y / sigma, rcond=None)[0]]
    if min(candidates[0]) < 0:  # then one of the two is zero
        only = [float(((c * y) / sigma**2).sum() / (c**2 / sigma**2).sum()) for c in columns]
        candidates = [np.array([only[0], 0.0]), np.array([0.0, only[1]])]
    laws = [k @ columns for k in candidates]
    best = int(np.argmin([(((law - y) / sigma) ** 2).sum() for law in laws]))
    if (np.abs(laws[best] - y) > np.maximum(sigma, _MISFIT * y)).any():
        return None
    return TimeLaw(float(candidates[best][0]), tuple(laws[best].tolist()))
