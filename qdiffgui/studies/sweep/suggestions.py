"""Settings that a form suggests to sweep, with initial values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from qdiffgui import catalog
from qdiffgui.config import Config, Experiment, override
from qdiffgui.config.kinds import classes, schedules_of
from qdiffgui.config.setting_labels import choice_label, setting_label
from qdiffgui.errors import ConfigError

_LEFT_OUT = {
    "kind",
    "version",
    "name",
    "path",
    "seed",
    "threads",
    "max_seconds",
    "checkpoint_seconds",
    "preview_seconds",
    "backend",
}


class Suggestion(NamedTuple):
    """A setting: its dotted name, its label, and values to try. ``choices`` are the (label, value)
    of all that it can be, where these are words; its values to try are the present and the next.
    """

    field: str
    label: str
    values: str
    choices: tuple[tuple[str, str], ...] = ()


def suggest_axes(base: Experiment) -> list[Suggestion]:
    """The numbers and choices of an experiment: kinds of model, noise schedule and representation,
    then the settings of the model and the others.

    Seed, name and technical settings are left out. Each suggested value is valid on its own.
    """
    found = [
        *_kinds(base),
        *_of(base.model, "model."),
        *_of(base.training, "training."),
        *_of(base.representation, "representation."),
    ]
    kept = (_allowed(base, offer) for offer in (*found, *_of(base.data, "data.")))
    return [offer for offer in kept if offer is not None]


def _allowed(base: Experiment, offer: Suggestion) -> Suggestion | None:
    """The suggestion with the values that are valid with the other settings; ``None`` if there are
    none, or only one to choose.
    """
    if not offer.choices:
        values = [value for value in offer.values.split(",") if _is_valid(base, offer, value)]
        return offer._replace(values=",".join(values)) if values else None
    kept = tuple(pair for pair in offer.choices if _is_valid(base, offer, pair[1]))
    if len(kept) < 2:
        return None
    names = [value for _, value in kept]
    at = names.index(offer.values) if offer.values in names else 0
    tried = [names[at], names[(at + 1) % len(names)]]
    return offer._replace(values=",".join(tried), choices=kept)


def _is_valid(base: Experiment, offer: Suggestion, value: str) -> bool:
    with suppress(ConfigError):
        override(base, [f"{offer.field}={value}"])
        return True
    return False


def _kinds(base: Experiment) -> Iterator[Suggestion]:
    """The kinds of model, noise schedule and representation."""
    places = {"model": classes("model"), "model.schedule": schedules_of(type(base.model))}
    places["representation"] = classes("representation")
    for place, known in places.items():
        if len(known) > 1:
            now: Any = base
            for part in place.split("."):
                now = getattr(now, part)
            yield _choice(base, f"{place}.kind", now.kind, list(known))


def _choice(base: Experiment, field: str, value: str, known: Sequence[str]) -> Suggestion:
    pairs = tuple((choice_label(field, key), key) for key in known)
    return Suggestion(field, setting_label(base, field), value, pairs)


def _of(config: Config, prefix: str) -> Iterator[Suggestion]:
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        if isinstance(value, Config):
            yield from _of(value, f"{prefix}{name}.")
        elif name == "ansatz":
            pairs = tuple((entry.label, entry.key) for entry in catalog.ansatze.values())
            yield Suggestion(f"{prefix}{name}", info.title or name, str(value), pairs)
        elif known := _words(info):
            pairs = tuple((word, word) for word in known)
            yield Suggestion(f"{prefix}{name}", info.title or name, str(value), pairs)
        elif name not in _LEFT_OUT and (values := _values(info, value)):
            unit = (
                info.json_schema_extra.get("unit", "")
                if isinstance(info.json_schema_extra, dict)
                else ""
            )
            yield Suggestion(
                f"{prefix}{name}", f"{info.title or name}{f' ({unit})' if unit else ''}", values
            )


def _words(info: FieldInfo) -> tuple[str, ...]:
    """What a setting can be, if these are words."""
    if get_origin(info.annotation) is not Literal:
        return ()
    found = get_args(info.annotation)
    return found if all(isinstance(word, str) for word in found) else ()


def _values(info: FieldInfo, value: object) -> str:
    """Half, the same and twice the value; off and on; all choices; "" for other settings."""
    if get_origin(info.annotation) is Literal:
        return ",".join(map(str, get_args(info.annotation)))
    if info.annotation is bool:
        return "false,true"
    if (
        info.annotation not in (int, float)
        or isinstance(value, bool)
        or not isinstance(value, (int, float))
    ):
        return ""
    tried = [value / 2, value, value * 2] if value else [0, 1]
    return ",".join(
        dict.fromkeys(str(round(v)) if info.annotation is int else f"{v:.4g}" for v in tried)
    )
