"""The verdict of an ablation study: one plain sentence for each variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qdiffgui.evaluation.metric_value import distance_from_best
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.studies.ablation.result import LOSS, AblationStudy, Cell

SIGMAS = 2.0
LEAST_SEEDS = 3
_REAL = ("floor", "bootstrap")  # samples of the data, which nothing can beat
_OPENINGS = {
    "no-entanglement": "Without entangling gates",
    "frozen": "With angles that stay at their first values",
    "twin": "With a network in place of the circuit",
    "untrained": "Without training",
}
_MEANINGS = {
    "no-entanglement": {
        1: "entanglement matters",
        0: "entanglement makes no difference beyond seed noise",
        -1: "entanglement does not help",
    },
    "frozen": {
        1: "training the angles matters",
        0: "training the angles makes no difference beyond seed noise",
        -1: "training the angles does not help",
    },
    "twin": {
        1: "the circuit is better than its twin",
        0: "circuit and twin are level",
        -1: "the circuit is worse than its twin",
    },
    "untrained": {
        1: "training matters",
        0: "training makes no difference beyond seed noise",
        -1: "training does not help",
    },
}
_WORDS = {1: "worse", 0: "level", -1: "better"}


def verdict(found: AblationStudy) -> list[str]:
    """One sentence for each variant, then what the model is compared with."""
    if not found.goal:
        return ["There are too few samples for a verdict: generate more."]
    base = found.rows[0]
    sentences = [_of_variant(found, row, base) for row in found.rows[1:]]
    sentences += list(_references(found, base))
    if len(found.seeds) < LEAST_SEEDS:
        sentences.append(
            f"With fewer than {LEAST_SEEDS} seeds, the spread over seeds is hardly known: "
            "small changes are not conclusive."
        )
    if found.effort != 1:
        sentences.append(
            f"Every variant trained {found.effort:g} times the optimizer steps of the run: full "
            "training may differ."
        )
    return sentences


def side(change: Cell | None) -> int | None:
    """1 if a change is worse by more than two errors, -1 if it is better, 0 if it is neither."""
    if change is None:
        return None
    if abs(change["value"]) <= SIGMAS * change["error"]:
        return 0
    return 1 if change["value"] > 0 else -1


def _of_variant(found: AblationStudy, row: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    key = row["key"]
    opening, meanings = _OPENINGS[key], _MEANINGS[key]
    goal, loss = side(row["changes"].get(found.goal)), side(row["changes"].get(LOSS))
    label = _name(found, found.goal)
    if goal is None:
        return f"{opening} there is no value of {label}."
    values = [row["values"][found.goal], base["values"][found.goal]]
    new, old = map(format_with_error, values)
    if goal == 0:
        said = f"{opening} the {label} is level ({new} instead of {old})"
    else:
        verb = "rises" if values[0]["value"] > values[1]["value"] else "falls"
        said = f"{opening} the {label} {verb} from {old} to {new}"
    if loss is None:
        return f"{said}: {meanings[goal]}."
    joint = ", and" if loss == goal else ", but"
    said += f"{joint} the held-out loss is {_WORDS[loss]} ({_change(row['changes'][LOSS])})"
    if loss * goal < 0:
        return f"{said}: the two disagree."
    return f"{said}: {meanings[goal or loss]}."


def _change(change: Cell) -> str:
    sign = "+" if change["value"] > 0 else ""
    return f"{sign}{format_with_error(change)}"


def _name(found: AblationStudy, key: str) -> str:
    label = found.column(key)["label"]
    first = label.partition(" ")[0]
    return label if first.isupper() or not first.isalpha() else label[0].lower() + label[1:]


def _references(found: AblationStudy, base: Mapping[str, Any]) -> Iterator[str]:
    """The floor and the best trivial generator."""
    key, better = found.goal, found.column(found.goal)["better"]
    floor = found.baselines.get("floor", {}).get(key)
    trivial = [
        (found.labels[name], cells[key])
        for name, cells in found.baselines.items()
        if name not in _REAL and key in cells
    ]
    if floor is None or not trivial:
        return
    label, best = min(
        trivial, key=lambda pair: distance_from_best(pair[1]["value"], floor["value"], better)
    )
    yield (
        f"Unchanged, the model has the {_name(found, key)} "
        f"{format_with_error(base['values'][key])}; the floor is {format_with_error(floor)}, and "
        f"the best trivial generator, {label}, has {format_with_error(best)}."
    )
