"""Scaling studies: static cost, measured cost, trainability and quality with size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdiffgui.studies.scaling.cost_table import StaticCost
from qdiffgui.studies.scaling.static_cost import static

__all__ = ["ScalingStudy", "Stage", "StaticCost", "run_study", "static"]

if TYPE_CHECKING:
    from qdiffgui.studies.scaling.result import ScalingStudy
    from qdiffgui.studies.scaling.run import Stage, run_study


def __getattr__(name: str) -> Any:
    if name in ("ScalingStudy", "Stage", "run_study"):
        from qdiffgui.studies.scaling import run

        return getattr(run, name)
    raise AttributeError(f"module 'qdiffgui.studies.scaling' has no attribute '{name}'")
