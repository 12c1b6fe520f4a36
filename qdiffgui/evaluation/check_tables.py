"""The checks of a report as tables of text, for the page, the HTML report and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qdiffgui.evaluation.number_format import format_number, format_p, format_with_error

HEADS = ("Test", "value", "null median", "null 95 %", "p", "samples")
"""Heads of ``rows_of_tests``, after the class."""
Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def rows_of_tests(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Two-sample tests: class, then the cells under ``HEADS``. Old reports have none."""
    found = list(report.get("tests") or ())
    for checked in _thorough(report):
        found += [{"class": checked["class"], **test} for test in checked["tests"]]
    order = list(dict.fromkeys(test["class"] for test in found))
    return [
        (
            test["class"],
            test["label"],
            *(format_number(test[name]) for name in ("value", "median", "high")),
            format_p(test["p"], test["n_null"]),
            str(test["n"]),
        )
        for test in sorted(found, key=lambda test: order.index(test["class"]))
    ]


def thorough_tables(report: Mapping[str, Any]) -> Iterator[Table]:
    """Title, heads and rows of the tables of the thorough checks; none if there are no such."""
    for checked in _thorough(report):
        of_class = "" if checked["class"] == "all" else f", {checked['class']}"
        if "classifiers" in checked:
            yield (
                f"Classifiers{of_class}",
                ("Classifier", "AUC"),
                [(row["label"], format_with_error(row)) for row in checked["classifiers"]],
            )
            yield f"Reweighting{of_class}", ("Metric", "before", "after"), _reweighted(checked)
            weights = checked["weights"]
            yield (
                f"Weights p/(1-p){of_class}",
                ("Property", "value"),
                [
                    *(
                        (f"Quantile {100 * float(q):g} %", format_number(value))
                        for q, value in weights["quantiles"].items()
                    ),
                    ("Generated samples with a weight below 1/3", _percent(weights["low_tail"])),
                    ("Held-out samples with a weight above 3", _percent(weights["high_tail"])),
                    ("Effective fraction of generated samples", _percent(weights["effective"])),
                ],
            )
        if checked["tails"]:
            yield (
                f"Tails{of_class}",
                ("Beyond", "generated", "held out", "difference"),
                [
                    (
                        _limit(row),
                        _percent(row["generated"]),
                        _percent(row["real"]),
                        f"{row['pull']:+.1f}σ",
                    )
                    for row in checked["tails"]
                ],
            )


def classes_with_weights(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The thorough checks of the classes that have calibration and weights of the classifier; old
    reports have none.
    """
    return [checked for checked in _thorough(report) if "weights" in checked]


def _thorough(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list((report.get("thorough") or {}).get("classes", ()))


def _reweighted(checked: Mapping[str, Any]) -> list[tuple[str, ...]]:
    found = checked["reweighted"]
    rows: list[tuple[str, ...]] = [
        ("Classifier AUC", format_with_error(found["before"]), format_with_error(found["after"]))
    ]
    for row in found["w1"]:
        unit = f" / {row['unit']}" if row["unit"] else ""
        rows.append(
            (f"W1 {row['label']}{unit}", format_number(row["before"]), format_number(row["after"]))
        )
    return rows


def _limit(row: Mapping[str, Any]) -> str:
    unit = f" {row['unit']}" if row["unit"] else ""
    sign = "<" if row["quantile"] < 0.5 else ">"
    return f"{row['label']} {sign} {row['limit']:.4g}{unit}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
