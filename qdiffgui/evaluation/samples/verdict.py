"""The verdict on samples whose training data are not known: no generator to beat, but a floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.metric_value import class_prefix
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.evaluation.verdict import HEADLINE_METRICS, against_floor

NO_TRAINING = (
    "Without training samples there are no trivial generators to beat: give them (--train) for a "
    "full verdict."
)


def verdict(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, str]], classes: Sequence[str]
) -> list[str]:
    """One sentence for each class and headline metric, and one on what is missing.

    Parameters
    ----------
    rows, columns, classes
        As for ``verdict_sentences``.

    Returns
    -------
    list of str
    """
    known = {column["key"]: column for column in columns}
    sentences = []
    for name in classes:
        of_class = {row["key"]: row for row in rows if row["class"] == name}
        prefix = class_prefix(name, ": ")
        found = [
            prefix + _sentence(of_class, key, label, known[key])
            for key, label in HEADLINE_METRICS
            if key in known and of_class["model"]["values"].get(key)
        ]
        sentences += found or [f"{prefix}There are too few samples to judge these."]
    return [*sentences, NO_TRAINING]


def _sentence(
    rows: Mapping[str, Mapping[str, Any]], key: str, label: str, column: Mapping[str, str]
) -> str:
    if rows.get("floor", {}).get("values", {}).get(key):
        return against_floor(
            rows, key, label, column["better"], column["unit"], floor="other reference samples"
        )
    value = format_with_error(rows["model"]["values"][key])
    unit = f" {column['unit']}" if column["unit"] else ""
    ideal = "0.5 if a classifier cannot separate them" if key == "auc" else "0 is best"
    what = "W1, mean of observables," if key == MEAN else f"{label[0].upper()}{label[1:]}"
    return f"{what} is {value}{unit} ({ideal})."
