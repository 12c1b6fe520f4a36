"""Reduce long series for drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MAX_POINTS = 2000


def thin(
    x: Sequence[float] | Array, y: Sequence[float] | Array, limit: int = MAX_POINTS
) -> tuple[list[float], list[float]]:
    """At most ``limit`` points of a curve: both ends, and the minimum and maximum of each interval,
    so that no peak is lost."""
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(xs) <= limit:
        return short(xs), short(ys)
    keep = {0, len(xs) - 1}
    for rows in np.array_split(np.arange(len(xs)), (limit - 2) // 2):
        finite = rows[np.isfinite(ys[rows])]
        if len(finite):
            keep |= {int(finite[np.argmin(ys[finite])]), int(finite[np.argmax(ys[finite])])}
    index = sorted(keep)
    return short(xs[index]), short(ys[index])


def short(values: Sequence[float] | Array) -> list[float]:
    """Round to six significant digits, which is enough to draw and halves the size."""
    return [
        int(value) if value.is_integer() else value
        for value in (float(f"{v:.6g}") for v in np.asarray(values, dtype=float))
    ]


def smooth(y: Sequence[float] | Array, weight: float) -> Array:
    """Exponential moving average, corrected for its start as in TensorBoard.

    ``weight`` is the weight of the past. Values that are not finite are skipped.
    """
    average, norm = 0.0, 0.0
    out = np.empty(len(y))
    for i, value in enumerate(np.asarray(y, dtype=float)):
        if np.isfinite(value):
            average = weight * average + (1 - weight) * value
            norm = weight * norm + (1 - weight)
        out[i] = average / norm if norm else np.nan
    return out
