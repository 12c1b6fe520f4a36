"""How good is the quantum model against a classical reference on the same data, and at what cost: line-ups, trained, judged, reported.

``jobs`` follows benchmarks without torch or PennyLane: what needs them is imported on use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdiffgui.benchmark.lineup import Contestant, Lineup

__all__ = ["Contestant", "Lineup", "benchmark"]

if TYPE_CHECKING:
    from qdiffgui.benchmark.run import benchmark


def __getattr__(name: str) -> Any:
    if name == "benchmark":
        from qdiffgui.benchmark.run import benchmark

        return benchmark
    raise AttributeError(f"module 'qdiffgui.benchmark' has no attribute '{name}'")
