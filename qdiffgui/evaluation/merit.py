"""One number that says how good a figure is, whatever is better in its column. Imports nothing."""

from __future__ import annotations


def merit(value: float, floor: float | None, better: str) -> float:
    """Less is better, whatever is ``better`` of the figure (see ``catalog.metrics``): a distance from the best possible value."""
    best = {"half": 0.5, "floor": floor}.get(better)
    return -value if better == "higher" else value if best is None else abs(value - best)
