"""Benchmarks: quantum models and classical references, trained and judged on the same data.

``jobs`` follows benchmarks without torch or PennyLane, which are imported on use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdiffgui.studies.benchmark.lineup import Contestant, Lineup

__all__ = ["Contestant", "Lineup", "benchmark"]

if TYPE_CHECKING:
    from qdiffgui.studies.benchmark.run import benchmark


def __getattr__(name: str) -> Any:
    if name == "benchmark":
        from qdiffgui.studies.benchmark.run import benchmark

        return benchmark
    raise AttributeError(f"module 'qdiffgui.studies.benchmark' has no attribute '{name}'")
