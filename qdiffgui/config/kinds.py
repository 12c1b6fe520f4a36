"""The settings classes behind each ``kind``, by the place where it stands in an experiment."""

from __future__ import annotations

from typing import Any

from qdiffgui.config.base import Config
from qdiffgui.config.data import DataConfig
from qdiffgui.config.models import ModelConfig
from qdiffgui.config.registered import RegisteredConfig, choices, field_choices
from qdiffgui.config.representation import RepresentationConfig
from qdiffgui.config.schedules import ScheduleConfig
from qdiffgui.errors import ConfigError

_BASES: dict[str, type[RegisteredConfig]] = {
    "data": DataConfig,
    "representation": RepresentationConfig,
    "model": ModelConfig,
    "model.schedule": ScheduleConfig,
}


def classes(place: str) -> dict[str, type[RegisteredConfig]]:
    """Kind to class for ``data``, ``representation``, ``model`` or ``model.schedule``."""
    return choices((_BASES[place],))


def schedules_of(model: type[Config]) -> dict[str, type[RegisteredConfig]]:
    """Kind to class of the schedules that a model can use; empty for a model without one."""
    info = model.model_fields.get("schedule")
    return field_choices(info) if info is not None else {}


def defaults(place: str, kind: str) -> dict[str, Any]:
    """The settings a fresh member of ``kind`` starts with; raises ``ConfigError`` for an unknown
    kind.
    """
    if place not in _BASES:
        raise ConfigError(f"'{place}' has no kind to choose.")
    known = classes(place)
    if kind not in known:
        raise ConfigError(
            f"There is no {place} of kind '{kind}': choose one of {', '.join(known)}."
        )
    return known[kind]().model_dump(mode="json")
