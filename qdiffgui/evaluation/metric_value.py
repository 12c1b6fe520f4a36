"""The value of a metric with its statistical error, its distance from the best possible value, and
the prefix that names the class it belongs to.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

Cell = dict[str, float] | None
"""A value in a table: ``{"value": ..., "error": ...}``, or ``None`` if there is none."""


_HEADLINES = ("auc", "w1:mean")


def headline_key(keys: Collection[str]) -> str:
    """The key of the headline metric among those measured: the classifier test, else the mean W1,
    else the first one; empty if there is none.

    Examples
    --------
    >>> headline_key(["quick-auc", "w1:mean"])
    'w1:mean'
    """
    return next((key for key in (*_HEADLINES, *keys) if key in keys), "")


class MetricValue(NamedTuple):
    """A metric and its standard error, both in the unit of the metric.

    Parameters
    ----------
    value : float
        The metric.
    error : float
        One standard deviation of ``value``.

    Examples
    --------
    >>> from qdiffgui.evaluation import MetricValue
    >>> MetricValue(0.566, 0.004).plain()
    {'value': 0.566, 'error': 0.004}
    """

    value: float
    error: float

    def plain(self) -> dict[str, float] | None:
        """``{"value": ..., "error": ...}`` as in ``metrics.json``, or ``None`` if the value or the
        error is not finite.
        """
        if not (math.isfinite(self.value) and math.isfinite(self.error)):
            return None
        return {"value": float(self.value), "error": float(self.error)}


def distance_from_best(value: float, floor: float | None, better: str) -> float:
    """How far a metric is from its best possible value, so that less is better for every metric.

    Parameters
    ----------
    value : float
        The metric, in its own unit.
    floor : float or None
        The same metric between training and held-out samples; used if ``better`` is ``"floor"``.
    better : {"lower", "higher", "half", "floor"}
        Which values are good: low ones, high ones, those near 0.5, or those near the floor.

    Returns
    -------
    float
        The distance, in the unit of the metric. It is negative for ``"higher"``.

    Examples
    --------
    >>> from qdiffgui.evaluation import distance_from_best
    >>> round(distance_from_best(0.75, None, "half"), 3)
    0.25
    >>> distance_from_best(0.75, None, "higher")
    -0.75
    """
    best = {"half": 0.5, "floor": floor}.get(better)
    return -value if better == "higher" else value if best is None else abs(value - best)


def class_prefix(name: str, mark: str) -> str:
    """The class ``name`` at the start of a sentence, capitalized and followed by ``mark``.

    Units keep their case ("10-32 GeV"). The result is empty for "all", which stands for all samples
    together.
    """
    return "" if name == "all" else f"{name[:1].upper()}{name[1:]}{mark}"
