"""The classes behind each ``kind`` of a discriminated union, by the place where it stands in an experiment."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from qdiffgui.config.base import Config
from qdiffgui.config.data import DataConfig
from qdiffgui.config.models import ModelConfig
from qdiffgui.config.representation import RepresentationConfig
from qdiffgui.errors import ConfigError


def _members(union: Any) -> tuple[type[Config], ...]:
    """The classes of a discriminated union, in order; of one class alone, that class."""
    if get_origin(union) is Annotated:
        union = get_args(union)[0]
    return get_args(union) or (union,)


def _schedules() -> tuple[type[Config], ...]:
    """Every schedule of every model, each once, in the order of the models."""
    found: dict[type[Config], None] = {}
    for model in _members(ModelConfig):
        field: FieldInfo | None = model.model_fields.get("schedule")
        if field is not None:
            found.update(dict.fromkeys(_members(field.annotation)))
    return tuple(found)


_MEMBERS: dict[str, tuple[type[Config], ...]] = {
    "data": _members(DataConfig),
    "representation": _members(RepresentationConfig),
    "model": _members(ModelConfig),
    "model.schedule": _schedules(),
}


def classes(place: str) -> dict[str, type[Config]]:
    """Kind to class for ``data``, ``representation``, ``model`` or ``model.schedule``."""
    return {member.model_fields["kind"].default: member for member in _MEMBERS[place]}


def defaults(place: str, kind: str) -> dict[str, Any]:
    """The settings a fresh member of ``kind`` starts with; raises ``ConfigError`` for an unknown kind."""
    if place not in _MEMBERS:
        raise ConfigError(f"'{place}' has no kind to choose.")
    known = classes(place)
    if kind not in known:
        raise ConfigError(f"There is no {place} of kind '{kind}': choose one of {', '.join(known)}.")
    return known[kind]().model_dump(mode="json")
