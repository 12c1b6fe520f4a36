"""Spans of time in words."""

from __future__ import annotations


def duration(seconds: float | None) -> str:
    """Seconds as a person says them."""
    if seconds is None or seconds != seconds:
        return "–"
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
