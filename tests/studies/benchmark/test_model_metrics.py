"""The held-out loss of a benchmark is that of the runs' own reports."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from qdiffgui.evaluation.columns import Column
from qdiffgui.studies.benchmark.measure import Measurement
from qdiffgui.studies.benchmark.model_metrics import add_model_metrics

KEY = "held-out-loss"


def report(value: float, group: str) -> dict[str, Any]:
    cell = {"value": value, "error": 0.01}
    return {
        "rows": [
            {"key": "model", "class": "gluon", "values": {KEY: cell}},
            {"key": "gaussian-copula", "class": "gluon", "values": {KEY: cell}},
            {"key": "floor", "class": "gluon", "values": {KEY: None}},
        ],
        "model_metrics": [{"key": KEY, "class": "gluon", "group": group, "blocks": [value]}],
    }


def training(key: str, found: dict[str, Any] | None) -> Any:
    return SimpleNamespace(
        contestant=SimpleNamespace(key=key), run=SimpleNamespace(metrics=lambda: found)
    )


def test_values_are_read_and_groups_are_named() -> None:
    columns = tuple(Column(key, key, "", "lower") for key in ("auc", "w1:mass"))
    labels = {"circuit": "Circuit", "network": "Network", "bits": "Bits", "old": "Old"}
    rows = {"gluon": {key: {"auc": None} for key in (*labels, "floor")}}
    first = Measurement(columns, labels, rows, {}, {}, ())
    found = add_model_metrics(
        first,
        [
            training("circuit", report(0.9, "velocity")),
            training("network", report(0.8, "velocity")),
            training("bits", report(4.0, "likelihood")),
            training("old", {"rows": []}),  # a report of an older version
        ],
    )
    assert [column.key for column in found.columns] == ["auc", KEY, "w1:mass"]
    assert found.rows["gluon"]["network"][KEY] == {"value": 0.8, "error": 0.01}
    assert KEY not in found.rows["gluon"]["old"]
    assert KEY not in first.rows["gluon"]["network"]
    assert found.notes == (
        "Held-out loss: only values of one group can be compared: velocity (Circuit, Network); "
        "likelihood (Bits).",
    )
    assert add_model_metrics(first, [training("old", None)]) is first
