"""What is wrong with settings, in the words that the form uses: labels where an error names keys."""

from __future__ import annotations

import re
from functools import cache

from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.config import Config, Evaluation, Experiment, Training
from qdiffgui.config.kinds import classes
from qdiffgui.evaluation.number import NARROW, quantity

PLACES = {
    "data": "Data", "representation": "Representation", "model": "Model", "model.schedule": "Noise", "training": "Training",
    "evaluation": "Training",
}  # fmt: skip
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"), "less_than": ("less than", "lt"),
    "too_short": ("at least", "min_length"), "too_long": ("at most", "max_length"), "string_too_long": ("at most", "max_length"),
}  # fmt: skip
_KEY = re.compile(r"'([a-z0-9][\w-]*)'")
_DOTTED = re.compile(r"\b(data|representation|model\.schedule|model|training|evaluation)\.(\w+)\b")


@cache
def _labels() -> dict[tuple[str, str], str]:
    """Place and name of every setting -> its label."""
    members: list[tuple[str, type[Config]]] = [("", Experiment), ("training", Training), ("evaluation", Evaluation)]
    members += [
        (place, member) for place in PLACES if place not in ("training", "evaluation") for member in classes(place).values()
    ]
    return {
        (place, name): info.title for place, member in members for name, info in member.model_fields.items() if info.title
    }  # fmt: skip


def label_of(place: str, name: str) -> str:
    """How the form calls a setting: its label, and the card where it stands."""
    label = _labels().get((place, name))
    return f"{PLACES[place]}, {label}" if label and place in PLACES else label or name


def in_words(sentence: str) -> str:
    """``sentence`` with the labels of the form for the keys of settings and choices in it."""
    registries = (catalog.datasets, catalog.representations, catalog.models, catalog.schedules, catalog.ansatze)

    def label(found: re.Match[str]) -> str:
        known = next((registry[found[1]].label for registry in registries if found[1] in registry), None)
        return f"“{known}”" if known else found[0]

    def setting(found: re.Match[str]) -> str:
        return f"“{label_of(found[1], found[2])}”" if (found[1], found[2]) in _labels() else found[0]

    return _DOTTED.sub(setting, _KEY.sub(label, sentence))


def complaints(error: ValidationError) -> tuple[list[str], dict[str, dict[str, str]]]:
    """All that is wrong as sentences, and the same by place ("" for the top) and field ("schedule.x" inside a schedule)."""
    sentences, beside = [], {}
    for item in error.errors(include_url=False):
        location = [str(part) for part in item["loc"]]
        words = _words(item)
        if not location:
            sentences.append(words)
            continue
        inner = "schedule" in location[1:-1]
        place = location[0] if len(location) > 1 else ""
        name = next((part for part in reversed(location) if not part.isdigit()), location[-1])
        beside.setdefault(place, {})[f"schedule.{name}" if inner else name] = words
        stands = name in PLACES or (len(location) == 2 and place in ("data", "representation", "model"))
        sentences.append(words if stands else f"{label_of('model.schedule' if inner else place, name)}: {words}")
    return sentences, beside


def _words(item: object) -> str:
    """One error of Pydantic as a sentence without the name of the setting."""
    if item["type"] in ("int_from_float", "int_parsing_size"):
        return f"expected a whole number, found {_figure(item['input'])}."
    message = str(item["msg"]).removeprefix("Value error, ").rstrip(".")
    bound = _BOUNDS.get(item["type"])
    if bound is None:
        return f"{in_words(message)}."
    unit = " characters" if item["type"] == "string_too_long" else " of them" if item["type"].startswith("too_") else ""
    found = "" if unit else f", found {_figure(item['input'])}"
    return f"expected {bound[0]} {_figure(item['ctx'][bound[1]])}{unit}{found}."


def _figure(value: object) -> str:
    """Whole numbers in full, up to a length that can be read."""
    if not isinstance(value, (int, float)):
        return repr(value)
    whole = float(value).is_integer() and abs(value) < 1e12
    return f"{int(value):,}".replace(",", NARROW) if whole else quantity(float(value), 6)
