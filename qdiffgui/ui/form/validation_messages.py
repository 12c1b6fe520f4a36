"""Validation errors of settings as sentences with the labels of the form in place of keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qdiffgui import catalog
from qdiffgui.config import Config, Evaluation, Experiment, Training
from qdiffgui.config.kinds import classes
from qdiffgui.evaluation.number_format import NARROW, format_number

PLACES = {
    "data": "Data",
    "representation": "Representation",
    "model": "Model",
    "model.schedule": "Noise",
    "training": "Training",
    "evaluation": "Training",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
    "too_short": ("at least", "min_length"),
    "too_long": ("at most", "max_length"),
    "string_too_long": ("at most", "max_length"),
}
_KEY = re.compile(r"'([a-z0-9][\w-]*)'")
_DOTTED = re.compile(r"\b(data|representation|model\.schedule|model|training|evaluation)\.(\w+)\b")


@cache
def _labels() -> dict[tuple[str, str], str]:
    """Place and name of every setting -> its label."""
    members: list[tuple[str, type[Config]]] = [
        ("", Experiment),
        ("training", Training),
        ("evaluation", Evaluation),
    ]
    members += [
        (place, member)
        for place in PLACES
        if place not in ("training", "evaluation")
        for member in classes(place).values()
    ]
    return {
        (place, name): info.title
        for place, member in members
        for name, info in member.model_fields.items()
        if info.title
    }


def label_of(place: str, name: str, kind: str = "") -> str:
    """The name of a setting in the form: its card and its label.

    Kinds may label a setting of the same name differently; ``kind`` selects one.
    """
    members = classes(place) if kind else {}
    info = members[kind].model_fields.get(name) if kind in members else None
    label = info.title if info is not None else _labels().get((place, name))
    return f"{PLACES[place]}, {label}" if label and place in PLACES else label or name


def in_words(sentence: str) -> str:
    """``sentence`` with keys of settings and choices replaced by the labels of the form."""
    registries = (
        catalog.datasets,
        catalog.representations,
        catalog.models,
        catalog.schedules,
        catalog.ansatze,
    )

    def label(found: re.Match[str]) -> str:
        known = next(
            (registry[found[1]].label for registry in registries if found[1] in registry), None
        )
        return f"“{known}”" if known else found[0]

    def setting(found: re.Match[str]) -> str:
        return (
            f"“{label_of(found[1], found[2])}”" if (found[1], found[2]) in _labels() else found[0]
        )

    return _DOTTED.sub(setting, _KEY.sub(label, sentence))


def validation_messages(
    error: ValidationError, settings: Mapping[str, Any] | None = None
) -> tuple[list[str], dict[str, dict[str, str]]]:
    """All errors of ``settings`` as sentences, and the same by place ("" for the top) and
    field ("schedule.x" inside a schedule).
    """
    sentences: list[str] = []
    by_place: dict[str, dict[str, str]] = {}
    for item in error.errors(include_url=False):
        location = [str(part) for part in item["loc"]]
        words = _words(item)
        if not location:
            sentences.append(words)
            continue
        inner = location[:2] == ["model", "schedule"]
        place = location[0] if location[0] in PLACES else ""
        name = next((part for part in reversed(location) if not part.isdigit()), location[-1])
        by_place.setdefault(place, {})[f"schedule.{name}" if inner else name] = words
        if ".".join(location) in PLACES:
            sentences.append(words)
            continue
        path = location[:2] if inner else [place]
        kind = _kind(settings or {}, path)
        sentences.append(f"{label_of('.'.join(path), name, kind)}: {words}")
    return sentences, by_place


def _kind(settings: Mapping[str, Any], path: Sequence[str]) -> str:
    """The kind that the settings choose at a place; "" where there is no choice."""
    found: Any = settings
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return str(found.get("kind", "")) if isinstance(found, Mapping) else ""


def _words(item: ErrorDetails) -> str:
    """One error of Pydantic as a sentence without the name of the setting."""
    if item["type"] in ("int_from_float", "int_parsing_size"):
        return f"expected a whole number, found {_number(item['input'])}."
    if item["type"] == "int_parsing":
        return f"expected a whole number, found {item['input']}."
    if item["type"] == "float_parsing":
        return f"expected a number with a decimal point, such as 0.05; found {item['input']}."
    message = str(item["msg"]).removeprefix("Value error, ").rstrip(".")
    bound = _BOUNDS.get(item["type"])
    if bound is None:
        return f"{in_words(message)}."
    unit = ""
    if item["type"] == "string_too_long":
        unit = " characters"
    elif item["type"].startswith("too_"):
        unit = " entry" if item["ctx"][bound[1]] == 1 else " entries"
    found = "" if unit else f", found {_number(item['input'])}"
    return f"expected {bound[0]} {_number(item['ctx'][bound[1]])}{unit}{found}."


def _number(value: object) -> str:
    """Whole numbers in full, up to a length that can be read."""
    if not isinstance(value, (int, float)):
        return repr(value)
    whole = float(value).is_integer() and abs(value) < 1e12
    return f"{int(value):,}".replace(",", NARROW) if whole else format_number(float(value), 6)
