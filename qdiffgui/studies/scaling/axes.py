"""The axes of a scaling study: what can be made larger and smaller in a configuration."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError


@dataclass(frozen=True)
class ScalingAxis:
    """One axis.

    ``fields`` are the settings that it may change; the first one that exists is used. If
    ``by_factors``, its points are a factor apart and it is drawn logarithmically. ``adds_work``: at
    larger values a training never takes less time.
    """

    key: str
    label: str
    fields: tuple[str, ...]
    by_factors: bool = False
    adds_work: bool = False


AXES = {
    axis.key: axis
    for axis in (
        ScalingAxis(
            "n",
            "Qubits",
            (
                "data.n_qubits",
                "model.n_bits",
                "model.n_qubits",
                "representation.size",
                "representation.n_r",
                "representation.n_bins",
            ),
            adds_work=True,
        ),
        ScalingAxis("a", "Ancillas", ("model.n_ancillas",), adds_work=True),
        ScalingAxis("L", "Layers", ("model.n_layers",), by_factors=True, adds_work=True),
        ScalingAxis("T", "Diffusion steps", ("model.schedule.n_steps",), by_factors=True),
        ScalingAxis("P", "Parameters", ("model.n_parameters",), by_factors=True, adds_work=True),
        ScalingAxis("B", "Batch", ("training.batch_size",), by_factors=True, adds_work=True),
        ScalingAxis("data", "Training samples", ("data.n_jets", "data.n_states"), by_factors=True),
        ScalingAxis("threads", "Threads", ("training.threads",)),
    )
}
_SHAPES = ("representation.size", "representation.n_r", "representation.n_bins")


@dataclass(frozen=True)
class AxisPoint:
    """An experiment at x of an axis; ``is_base`` marks the configuration itself."""

    x: float
    experiment: Experiment
    is_base: bool


def axis_points(config: Experiment, key: str) -> list[AxisPoint]:
    """The experiments along an axis, in order of x; empty if there is no such axis.

    Configurations that cannot be built are left out.
    """
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
        found.append(AxisPoint(_x(field, value, changed), changed, value == present))
    return found if len(found) > 1 else []


def describe_axes(config: Experiment) -> list[dict[str, Any]]:
    """Every axis of ``config`` as JSON: ``key``, ``label``, ``by_factors`` and ``points``, which
    have ``x``, ``config`` and ``is_base``.
    """
    found = []
    for key, axis in AXES.items():
        along = [
            {"x": p.x, "config": p.experiment.model_dump(mode="json"), "is_base": p.is_base}
            for p in axis_points(config, key)
        ]
        if along:
            found.append(
                {
                    "key": key,
                    "label": axis.label,
                    "by_factors": axis.by_factors,
                    "adds_work": axis.adds_work,
                    "points": along,
                }
            )
    return found


def nearest_first(found: list[AxisPoint]) -> list[AxisPoint]:
    """The points ordered by distance from the configuration itself, which is first."""
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
    """The value, or for a shape the number of qubits of its cells."""
    if field not in _SHAPES:
        return value
    shape = config.representation
    cells = value * value if field.endswith("size") else value * getattr(shape, "n_phi", 1)
    return math.log2(cells)


def _follows(config: Experiment, field: str, value: int) -> list[str]:
    """Settings that must change too: training needs at least one iteration per step."""
    if field == "model.schedule.n_steps" and config.training.iterations < value:
        return [f"training.iterations={value}"]
    return []


def _idle(config: Experiment, key: str, field: str) -> bool:
    """Whether the field exists but has no effect: a hybrid U-Net has no ancillas, a classical one
    no circuit, an IQP circuit no layers.
    """
    model: Any = config.model
    if model.kind == "qg-unet":
        used = {
            "classical": (),
            "hybrid": ("model.n_qubits", "model.n_layers"),
            "quantum": ("model.n_layers", "model.n_ancillas"),
        }
        return (
            field in ("model.n_qubits", "model.n_layers", "model.n_ancillas")
            and field not in used[model.variant]
        )
    if model.kind == "latent":
        return (key == "a" and model.recipe == "re-uploading") or (
            field == "model.n_qubits" and model.recipe != "re-uploading"
        )
    if model.kind in ("born-machine", "classical-born"):  # maps have one bit per cell
        return (field == "model.n_bits" and config.representation.encodes == "map") or (
            field == "model.n_layers" and model.circuit != "qcbm"
        )
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
