"""Which settings of an experiment a form offers to sweep over, and values to begin with."""

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


class Offer(NamedTuple):
    """A setting: its dotted name, what a person calls it, and values to try."""

    field: str
    label: str
    values: str


def offers(base: Experiment) -> list[Offer]:
    """Numbers and choices of an experiment, those of the model first; without seed, name and housekeeping. Each value alone is allowed."""
    found = [*_of(base.model, "model."), *_of(base.training, "training."), *_of(base.representation, "representation.")]
    kept = [(offer, _allowed(base, offer)) for offer in (*found, *_of(base.data, "data."))]
    return [offer._replace(values=values) for offer, values in kept if values]


def _allowed(base: Experiment, offer: Offer) -> str:
    """Of the suggested values those that fit together with everything else."""
    kept = []
    for value in offer.values.split(","):
        with suppress(ConfigError):
            override(base, [f"{offer.field}={value}"])
            kept.append(value)
    return ",".join(kept)


def _of(config: Config, prefix: str) -> Iterator[Offer]:
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        if isinstance(value, Config):
            yield from _of(value, f"{prefix}{name}.")
        elif name not in _LEFT_OUT and (values := _values(info, value)):
            unit = info.json_schema_extra.get("unit", "") if isinstance(info.json_schema_extra, dict) else ""
            yield Offer(f"{prefix}{name}", f"{info.title or name}{f' ({unit})' if unit else ''}", values)


def _values(info: FieldInfo, value: object) -> str:
    """Half, the same and twice; or all choices; nothing for what is no number and no choice."""
    if get_origin(info.annotation) is Literal:
        return ",".join(map(str, get_args(info.annotation)))
    if info.annotation not in (int, float) or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    tried = [value / 2, value, value * 2] if value else [0, 1]
    return ",".join(dict.fromkeys(str(round(v)) if info.annotation is int else f"{v:.4g}" for v in tried))
