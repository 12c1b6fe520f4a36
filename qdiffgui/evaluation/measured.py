"""A number with its statistical error, as every metric returns it."""

from __future__ import annotations

import math
from typing import NamedTuple


class Measured(NamedTuple):
    """``value`` and one standard deviation of it, in the unit of the metric."""

    value: float
    error: float

    def plain(self) -> dict[str, float] | None:
        """As in ``metrics.json``: ``{"value", "error"}``, or ``None`` if either is not finite."""
        if not (math.isfinite(self.value) and math.isfinite(self.error)):
            return None
        return {"value": float(self.value), "error": float(self.error)}
