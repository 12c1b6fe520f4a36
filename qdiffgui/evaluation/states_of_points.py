"""The report of points in a plane that a model learns as quantum states: they are compared as
states and as points, so that the same metrics judge all models of the points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def combined(as_states: Mapping[str, Any], as_points: Mapping[str, Any]) -> dict[str, Any]:
    """One report of two on the same samples: each row has the values of both.

    Parameters
    ----------
    as_states, as_points : mapping
        Reports with the same rows: ``columns``, ``rows``, ``notes`` and, of the second,
        ``histograms`` and ``judge``.

    Returns
    -------
    dict
        A report whose columns are the metrics of whole points, those of states, and those of one
        coordinate.
    """
    values = {(row["key"], row["class"]): row["values"] for row in as_points["rows"]}
    rows = [
        row | {"values": row["values"] | values.get((row["key"], row["class"]), {})}
        for row in as_states["rows"]
    ]
    of_points = as_points["columns"]
    whole = [column for column in of_points if ":" not in column["key"]]
    single = [column for column in of_points if ":" in column["key"]]
    return {
        **as_points,
        "columns": [*whole, *as_states["columns"], *single],
        "rows": rows,
        "notes": list(dict.fromkeys([*as_points["notes"], *as_states["notes"]])),
    }
