"""Durations in words."""

from __future__ import annotations

BUSY = 1.5
"""Wall-clock seconds per CPU second above which a machine has other load."""


def duration(seconds: float | None) -> str:
    """A duration with a unit, rounded.

    Parameters
    ----------
    seconds : float or None
        The duration in seconds; None or nan if unknown.

    Returns
    -------
    str
        The text to show.

    Examples
    --------
    >>> duration(0.2), duration(42), duration(600), duration(9000)
    ('under 1 s', '42 s', '10 min', '2.5 h')
    """
    if seconds is None or seconds != seconds:
        return "–"
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
