"""A small report in the form of ``metrics.json``, with numbers made for the tests."""

from __future__ import annotations

from typing import Any


def histogram(
    observable: str = "mass", class_name: str = "gluon", **changed: Any
) -> dict[str, Any]:
    return {
        "observable": observable,
        "label": observable.capitalize(),
        "unit": "GeV",
        "class": class_name,
        "edges": [0.0, 1.0, 2.0, 4.0],
        "real": [0.5, 0.5, 0.0],
        "model": [0.25, 0.75, 0.0],
        "floor_error": [0.05, 0.1, 0.01],
        **changed,
    }


def report(auc: float = 0.6, classes: tuple[str, ...] = ("gluon", "quark")) -> dict[str, Any]:
    values = {"model": auc, "floor": 0.5, "pca-gaussian": 0.66, "zero": 1.0}
    return {
        "columns": [
            {"key": "auc", "label": "AUC", "unit": "", "better": "half"},
            {"key": "w1", "label": "W1", "unit": "GeV", "better": "lower"},
        ],
        "rows": [_row(key, value, name) for name in classes for key, value in values.items()],
        "histograms": [histogram(o, c) for c in classes for o in ("mass", "width")],
        "profile": {},
    }


def _row(key: str, auc: float, class_name: str) -> dict[str, Any]:
    w1 = {"value": 10 * (auc - 0.49), "error": 0.1} if key != "zero" else None
    return {
        "key": key,
        "label": key.upper(),
        "class": class_name,
        "values": {"auc": {"value": auc, "error": 0.01}, "w1": w1},
    }
