"""How good is the quantum model against a classical reference on the same data, and at what cost: line-ups, trained, judged, reported."""

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.benchmark.run import benchmark

__all__ = ["Contestant", "Lineup", "benchmark"]
