"""What experiment trackers show of a run: settings, curves and final metrics, by plain names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from qdiffgui.events import Loss, Metrics
from qdiffgui.exports.report_page import flat_settings
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import Follower

_ODD = re.compile(r"[^\w./-]+", re.ASCII)


class Point(NamedTuple):
    """A value at an optimizer step, with the training time in seconds."""

    name: str
    step: int
    seconds: float
    value: float


def curves(run: RunDirectory) -> Iterator[Point]:
    """Losses (``train/``), and metrics during training with their floors (``live/``, ``floor/``).

    Values that are not finite are left out.
    """
    for event in Follower(run).poll().events:
        found: dict[str, float | None] = {}
        if isinstance(event, Loss):
            found = {
                f"train/{name}": getattr(event, name)
                for name in ("loss", "grad_norm", "learning_rate")
            }
        elif isinstance(event, Metrics) and not event.final:
            found = {f"live/{name}": value for name, value in event.values.items()}
            found |= {f"floor/{name}": value for name, value in event.floor.items()}
        for name, value in found.items():
            if value is not None and math.isfinite(value):
                yield Point(plain_name(name), event.step, event.seconds, value)


def final_metrics(report: Mapping[str, Any] | None) -> dict[str, float]:
    """Metrics of the report: ``final/CLASS/METRIC`` of the model, ``final_floor/...`` and
    ``final_GENERATOR/...`` of the floor and the trivial generators.
    """
    found = {}
    for row in (report or {}).get("rows", ()):
        prefix = "final" if row["key"] == "model" else f"final_{row['key']}"
        for key, cell in row["values"].items():
            if cell is not None and math.isfinite(cell["value"]):
                found[plain_name(f"{prefix}/{row['class']}/{key}")] = float(cell["value"])
    return found


def plain_settings(run: RunDirectory) -> dict[str, str]:
    """All settings as texts, by dotted names."""
    return dict(flat_settings(run.config().model_dump(mode="json")))


def plain_name(name: str) -> str:
    """A name with the characters that all trackers allow.

    >>> plain_name("final/gluon/w1:mass")
    'final/gluon/w1_mass'
    """
    return _ODD.sub("_", name)
