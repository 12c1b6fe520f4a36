"""Stored reports (``metrics.json``): those of older versions under today's names, and the values
that a list of runs shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def with_current_names(report: dict[str, Any]) -> dict[str, Any]:
    """A stored report under today's names: before there was a strong classifier, "auc" was the
    quick one.
    """
    keys = {column.get("key") for column in report.get("columns", ())}
    if "auc" not in keys or "quick-auc" in keys or "judge" in report:
        return report
    columns = [
        column | {"key": "quick-auc", "label": "Quick AUC"} if column["key"] == "auc" else column
        for column in report["columns"]
    ]
    rows = [
        row | {"values": {_renamed(key): cell for key, cell in row["values"].items()}}
        for row in report["rows"]
    ]
    return report | {"columns": columns, "rows": rows}


def _renamed(key: str) -> str:
    return "quick-auc" if key == "auc" else key


def headline_values(report: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The metrics of a report as ``{"values", "floor"}``, averaged over classes."""
    found: dict[str, dict[str, list[float]]] = {"model": {}, "floor": {}}
    for row in report["rows"]:
        for column, cell in row["values"].items() if row["key"] in found else ():
            if cell is not None:
                found[row["key"]].setdefault(column, []).append(cell["value"])
    return {
        "values": {name: float(np.mean(v)) for name, v in found["model"].items()},
        "floor": {name: float(np.mean(v)) for name, v in found["floor"].items()},
    }
