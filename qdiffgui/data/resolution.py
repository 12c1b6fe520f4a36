"""When a spread is rounding, and what to divide by then: one rule wherever values are measured in
units of their spread.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.data.observables import OBSERVABLES
from qdiffgui.data.types import Array

RELATIVE = 1e-6
"""A spread below this share of the largest value is the rounding of float32."""
ABSOLUTE = 1e-6
"""No observable of jets (GeV, rad or without unit) is known better than this."""


def is_constant(values: Array, name: str = "") -> bool:
    """Whether values (n,) differ by rounding only.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values of one quantity.
    name : str
        Its key, if it is an observable of jets.

    Returns
    -------
    bool
        True if the standard deviation is rounding.

    Examples
    --------
    >>> is_constant(np.array([2.0, 2.0 + 1e-9]))
    True
    >>> is_constant(np.array([1e-16, 3e-16]), "width"), is_constant(np.array([1e-16, 3e-16]))
    (True, False)
    """
    return bool(_rounding(values[:, None], ABSOLUTE if name in OBSERVABLES else 0.0)[0])


def unit_scales(values: Array) -> Array:
    """What each component of values (n, d) is measured in, (d,): its standard deviation.

    A constant component is measured in the median of the other standard deviations; if all are
    constant, in its own size, or 1 if it is 0.

    Examples
    --------
    >>> unit_scales(np.array([[0.0, 3.0], [2.0, 3.0]]))
    array([1., 1.])
    >>> unit_scales(np.array([[3.0], [3.0]]))
    array([3.])
    """
    spread: Array = values.std(axis=0, dtype=np.float64)
    constant = _rounding(values)
    if not constant.any():
        return spread
    if constant.all():
        size = np.abs(values).max(axis=0, initial=0.0).astype(np.float64)
        found: Array = np.where(size > 0, size, 1.0)
    else:
        found = np.where(constant, np.median(spread[~constant]), spread)
    return found


def _rounding(values: Array, absolute: float = 0.0) -> Array:
    """Which components of values (n, d) differ by rounding only, (d,) bool."""
    if not len(values):
        return np.ones(values.shape[1], dtype=bool)
    size = np.abs(values).max(axis=0)
    found: Array = ~(values.std(axis=0, dtype=np.float64) > np.maximum(RELATIVE * size, absolute))
    return found
