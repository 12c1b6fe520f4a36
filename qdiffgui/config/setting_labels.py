"""Labels of settings, and of what a setting can be, as the form shows them."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from qdiffgui import catalog
from qdiffgui.config.experiment import Experiment


def choice_label(field: str, value: Any) -> str:
    """The label of a value of the setting ``field``: that of its registry, or the value as text.

    >>> choice_label("model.ansatz", "hardware-efficient")
    'Hardware-efficient'
    >>> choice_label("model.n_layers", 4)
    '4'
    """
    registry = {
        "data.kind": catalog.datasets,
        "representation.kind": catalog.representations,
        "model.kind": catalog.models,
        "model.schedule.kind": catalog.schedules,
        "model.ansatz": catalog.ansatze,
        "model.encoding": catalog.encodings,
    }.get(field)
    if registry is not None and isinstance(value, str) and value in registry:
        return str(registry[value].label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return " + ".join(choice_label("", part) for part in value)
    return "none" if value is None else str(value)


def setting_label(config: Experiment, field: str) -> str:
    """The label of a setting by its dotted name, as in the form; the name itself if there is none.

    >>> setting_label(Experiment(), "training.learning_rate")
    'Learning rate'
    """
    own = {
        "data.kind": "Data",
        "representation.kind": "Representation",
        "model.kind": "Model",
        "model.schedule.kind": "Noise schedule",
        "seed": "Seed",
    }
    if field in own:
        return own[field]
    info = setting_field(config, field)
    return str(info.title) if info is not None and info.title else field


def setting_field(config: Experiment, field: str) -> FieldInfo | None:
    """The definition of a setting by its dotted name; ``None`` for a setting of another kind."""
    *path, last = field.split(".")
    place: Any = config
    for part in path:
        place = getattr(place, part, None)
    found: dict[str, FieldInfo] = getattr(type(place), "model_fields", {})
    return found.get(last)
