"""Bounds of the numbers and texts in stored files, so that everything that was read can be
shown: a date has a year, a count fits a column.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_LATEST = datetime(9998, 12, 31, tzinfo=UTC).timestamp()
LONGEST = 1e11
"""Longest duration in seconds, about 3000 years."""
_MOST = 10**15


def _estimated(found: Any) -> Any:
    """An estimate that is not a duration is unknown."""
    if isinstance(found, (int, float)) and not 0 <= found <= LONGEST:
        return None
    return found


def _cut(length: int) -> BeforeValidator:
    """Cuts a longer text, and replaces halves of characters, which could not be written again."""

    def cut(found: Any) -> Any:
        if not isinstance(found, str):
            return found
        return found[:length].encode("utf-8", "replace").decode()

    return BeforeValidator(cut)


Instant = Annotated[float, Field(ge=0, le=_LATEST, allow_inf_nan=False)]
"""A time in seconds since the epoch that has a date in every time zone."""
Duration = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
"""A duration in seconds."""
Estimate = Annotated[Duration | None, BeforeValidator(_estimated)]
"""An estimated duration in seconds; None instead of one that is not finite."""
Count = Annotated[int, Field(ge=0, le=_MOST)]
"""A number of things."""
Text = Annotated[str, _cut(20_000)]
"""A text that is shown; a longer one is cut."""
Name = Annotated[str, _cut(120)]
"""A name that is shown in one line; a longer one is cut."""


def instant(seconds: float) -> float:
    """The nearest time that has a date; 0 for NaN.

    Examples
    --------
    >>> instant(-5.0), instant(12.5)
    (0.0, 12.5)
    """
    return 0.0 if math.isnan(seconds) else min(max(float(seconds), 0.0), _LATEST)
