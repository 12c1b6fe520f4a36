"""How a figure with its error is written."""

from __future__ import annotations

import math
from collections.abc import Mapping

_DIGITS = 5


def number(cell: Mapping[str, float] | None) -> str:
    """A figure with its error, to the error's first digits: ``0.577 ± 0.006``."""
    if cell is None:
        return "unknown"
    value, error = cell["value"], cell["error"]
    if error == 0:
        return f"{value:.3f}"
    digits = max(3, -math.floor(math.log10(error)))
    if digits > _DIGITS:
        return f"{value:.{_DIGITS}g} ± {error:.1g}"
    return f"{value:.{digits}f} ± {error:.{digits}f}"
