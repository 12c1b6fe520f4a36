"""What of a configuration can be made larger and smaller: qubits, ancillas, layers, steps, batch, parameters, data, threads."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError


@dataclass(frozen=True)
class Axis:
    """One direction. ``fields`` : where it may stand in an experiment, the first that is there is taken. ``by_factors`` : its points lie a
    factor apart, and it is drawn on a logarithmic axis."""

    key: str
    label: str
    fields: tuple[str, ...]
    by_factors: bool = False


AXES = {
    axis.key: axis
    for axis in (
        Axis("n", "Qubits", ("data.n_qubits", "model.n_bits", "model.n_qubits", "representation.size", "representation.n_r",
                             "representation.n_bins")),
        Axis("a", "Ancillas", ("model.n_ancillas",)),
        Axis("L", "Layers", ("model.n_layers",), by_factors=True),
        Axis("T", "Diffusion steps", ("model.schedule.n_steps",), by_factors=True),
        Axis("P", "Parameters", ("model.n_parameters",), by_factors=True),
        Axis("B", "Batch", ("training.batch_size",), by_factors=True),
        Axis("data", "Training samples", ("data.n_jets", "data.n_states"), by_factors=True),
        Axis("threads", "Threads", ("training.threads",)),
    )
}  # fmt: skip
_SHAPES = ("representation.size", "representation.n_r", "representation.n_bins")


@dataclass(frozen=True)
class Point:
    """An experiment at x of an axis; ``is_base`` : the one that was asked about."""

    x: float
    experiment: Experiment
    is_base: bool


def points(config: Experiment, key: str) -> list[Point]:
    """The experiments along an axis, in order of x; none where the configuration has no such axis. What cannot be built is left out."""
    field = next((path for path in AXES[key].fields if _has(config, path)), None)
    if field is None or _idle(config, key, field):
        return []
    present = _get(config, field)
    found = []
    for value in sorted({present, *_values(key, field, present)}):
        try:
            changed = override(config, [f"{field}={value}", *_follows(config, field, value)])
        except UserError:
            continue
        found.append(Point(_x(field, value, changed), changed, value == present))
    return found if len(found) > 1 else []


def described(config: Experiment) -> list[dict[str, Any]]:
    """As JSON, every axis that ``config`` has: ``key``, ``label``, ``by_factors``, ``points`` with ``x``, ``config`` and ``is_base``."""
    found = []
    for key, axis in AXES.items():
        along = [{"x": p.x, "config": p.experiment.model_dump(mode="json"), "is_base": p.is_base} for p in points(config, key)]
        if along:
            found.append({"key": key, "label": axis.label, "by_factors": axis.by_factors, "points": along})
    return found


def outwards(found: list[Point]) -> list[Point]:
    """The configuration itself first, then the nearest on either side, and so on: what comes last may be left out."""
    place = next((k for k, point in enumerate(found) if point.is_base), 0)
    return [found[k] for k in sorted(range(len(found)), key=lambda k: (abs(k - place), k))]


def _values(key: str, field: str, present: int) -> Iterator[int]:
    if field in _SHAPES:
        yield from (present // 2, 2 * present)
    elif key in ("n", "a"):
        yield from range(max(1, present - 2), present + 3)
    elif key == "threads":
        yield from (n for n in (1, 2, 4, 8) if n <= (os.cpu_count() or 1))
    elif key == "P":
        yield from (round(present * factor) for factor in (0.25, 0.5, 2, 4, 16))
    elif key == "data":
        yield from (round(present * factor) for factor in (0.05, 0.2))
    else:
        yield from (max(1, round(present * factor)) for factor in (0.25, 0.5, 2, 4))


def _x(field: str, value: int, config: Experiment) -> float:
    """Of a shape, the qubits that its cells need."""
    if field not in _SHAPES:
        return value
    shape = config.representation
    cells = value * value if field.endswith("size") else value * getattr(shape, "n_phi", 1)
    return math.log2(cells)


def _follows(config: Experiment, field: str, value: int) -> list[str]:
    """Settings that must change with this one: a training needs an iteration a step."""
    if field == "model.schedule.n_steps" and config.training.iterations < value:
        return [f"training.iterations={value}"]
    return []


def _idle(config: Experiment, key: str, field: str) -> bool:
    """Whether the field is there and does nothing: a hybrid U-Net has no ancillas, a classical one no circuit."""
    model: Any = config.model
    if model.kind == "qg-unet":
        used = {
            "classical": (),
            "hybrid": ("model.n_qubits", "model.n_layers"),
            "quantum": ("model.n_layers", "model.n_ancillas"),
        }
        return field in ("model.n_qubits", "model.n_layers", "model.n_ancillas") and field not in used[model.variant]
    if model.kind == "latent":
        return (key == "a" and model.recipe == "re-uploading") or (field == "model.n_qubits" and model.recipe != "re-uploading")
    return not model.quantum and key == "n" and field != "model.n_bits"


def _has(config: Experiment, path: str) -> bool:
    found: Any = config
    for part in path.split("."):
        if part not in getattr(type(found), "model_fields", {}):
            return False
        found = getattr(found, part)
    return True


def _get(config: Experiment, path: str) -> int:
    found: Any = config
    for part in path.split("."):
        found = getattr(found, part)
    return int(found)
