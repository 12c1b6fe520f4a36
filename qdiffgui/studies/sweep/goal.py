"""The metric that a sweep improves and ranks its runs by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qdiffgui.evaluation.metric_value import distance_from_best, headline_key


def default_goal(report: Mapping[str, Any]) -> str:
    """Key of the headline metric of a report (``metrics.json``): the classifier test if it was
    measured, else mean W1, else the first measured metric.
    """
    return headline_key(
        [
            str(column["key"])
            for column in report["columns"]
            if _mean(report, "model", column["key"]) is not None
        ]
    )


def distance_to_best(report: Mapping[str, Any], goal: str) -> float | None:
    """Distance of a metric from its best possible value, averaged over classes; lower is better.

    ``None`` if it was not measured.
    """
    better = next(
        (str(column["better"]) for column in report["columns"] if column["key"] == goal), "lower"
    )
    model, floor = _mean(report, "model", goal), _mean(report, "floor", goal)
    if model is None:
        return None
    return distance_from_best(model, floor, better)


def _mean(report: Mapping[str, Any], key: str, column: str) -> float | None:
    cells = [row["values"].get(column) for row in report["rows"] if row["key"] == key]
    values = [cell["value"] for cell in cells if cell is not None and cell["value"] is not None]
    return float(np.mean(values)) if values else None
