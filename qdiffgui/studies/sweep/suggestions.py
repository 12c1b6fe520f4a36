"""Settings that a form suggests to sweep, with initial values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from qdiffgui.config import Config, Experiment, override
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
    """A setting: its dotted name, its label, and values to try."""

    field: str
    label: str
    values: str


def suggest_axes(base: Experiment) -> list[Suggestion]:
    """The numbers and choices of an experiment, those of the model first.

    Seed, name and technical settings are left out. Each suggested value is valid on its own.
    """
    found = [
        *_of(base.model, "model."),
        *_of(base.training, "training."),
        *_of(base.representation, "representation."),
    ]
    kept = [(offer, _allowed(base, offer)) for offer in (*found, *_of(base.data, "data."))]
    return [offer._replace(values=values) for offer, values in kept if values]


def _allowed(base: Experiment, offer: Suggestion) -> str:
    """The suggested values that are valid with the other settings."""
    kept = []
    for value in offer.values.split(","):
        with suppress(ConfigError):
            override(base, [f"{offer.field}={value}"])
            kept.append(value)
    return ",".join(kept)


def _of(config: Config, prefix: str) -> Iterator[Suggestion]:
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        if isinstance(value, Config):
            yield from _of(value, f"{prefix}{name}.")
        elif name not in _LEFT_OUT and (values := _values(info, value)):
            unit = (
                info.json_schema_extra.get("unit", "")
                if isinstance(info.json_schema_extra, dict)
                else ""
            )
            yield Suggestion(
                f"{prefix}{name}", f"{info.title or name}{f' ({unit})' if unit else ''}", values
            )


def _values(info: FieldInfo, value: object) -> str:
    """Half, the same and twice the value; or all choices; "" for other settings."""
    if get_origin(info.annotation) is Literal:
        return ",".join(map(str, get_args(info.annotation)))
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
