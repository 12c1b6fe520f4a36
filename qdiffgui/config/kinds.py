"""The classes behind each ``kind`` of a discriminated union, by the place where it stands in an experiment."""

from __future__ import annotations

from typing import Any

from qdiffgui.config import data, models, representation, schedule
from qdiffgui.config.base import Config
from qdiffgui.errors import ConfigError

_MEMBERS: dict[str, tuple[type[Config], ...]] = {
    "data": (data.QuarkGluonJets, data.JetFile, data.Digits, data.Cluster, data.Circle),
    "representation": (
        representation.Observables, representation.LogPolar, representation.Radial, representation.Image, representation.State,
    ),
    "model": (models.QuDDPM, models.QDense, models.QuantumDenoiser, models.ClassicalDDPM),
    "model.schedule": (
        schedule.Cosine, schedule.Linear, schedule.LinearAngles, schedule.QuadraticAngles, schedule.Blend,
    ),
}  # fmt: skip


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
