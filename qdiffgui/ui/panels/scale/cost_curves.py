"""Costs along an axis, counted and measured, as curves and in words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qdiffgui.duration import BUSY
from qdiffgui.evaluation.number_format import format_value
from qdiffgui.ui.panels.scale.time_law import TimeLaw, fit_time

_FLAT = 1.02  # a smaller ratio counts as no change
SIGMAS = 2.0
_FALL = 0.8  # a prediction that falls less has only scattered


@dataclass(frozen=True)
class Quantity:
    """One cost: ``rows`` are rows of the static cost with their weights, summed over circuits;
    ``twin`` the same for the classical twin. ``largest``: take the largest circuit instead of the
    sum.
    """

    key: str
    label: str
    rows: Mapping[str, float]
    twin: Mapping[str, float]
    largest: bool = False


QUANTITIES = (
    Quantity("seconds", "Predicted training time (CPU) / s", {}, {}),
    Quantity("n_parameters", "Parameters", {"n_parameters": 1}, {"twin_parameters": 1}),
    Quantity("two_qubit", "Two-qubit gates", {"two_qubit": 1}, {}),
    Quantity("depth", "Circuit depth", {"depth": 1}, {}, largest=True),
    Quantity(
        "step", "Operations per optimizer step / FLOP", {"flops_a_step": 1, "macs_a_step": 2}, {}
    ),
    Quantity(
        "sample",
        "Operations per sample / FLOP",
        {"flops_a_sample": 1, "macs_a_sample": 2},
        {"twin_macs_a_sample": 2},
    ),
    Quantity("memory", "Training memory / B", {"memory": 1}, {}),
    Quantity(
        "hardware", "Circuit executions per optimizer step on hardware", {"runs_a_step": 1}, {}
    ),
)


@dataclass(frozen=True)
class Curve:
    """A quantity along an axis; ``twin`` is empty where the twin has no such value, ``error`` where
    the values are counted and not measured. ``busy``: wall-clock seconds per CPU second. ``law``
    derives a measured time from the counted operations.
    """

    quantity: Quantity
    x: tuple[float, ...]
    y: tuple[float, ...]
    twin: tuple[float, ...]
    error: tuple[float, ...] = ()
    busy: float = 1.0
    law: TimeLaw | None = None

    def ratio(self, i: int, j: int) -> tuple[float, float]:
        """Point j over point i, and its error."""
        ratio = self.y[j] / self.y[i]
        if not self.error:
            return ratio, 0.0
        return ratio, math.hypot(ratio * self.error[i], self.error[j]) / self.y[i]

    @property
    def falls(self) -> bool:
        """Whether some value is below an earlier one by more than the errors."""
        pairs = itertools.combinations(range(len(self.x)), 2)
        ratios = (self.ratio(i, j) for i, j in pairs if self.y[i] > 0)
        return any(ratio < _FALL and 1 - ratio > SIGMAS * error for ratio, error in ratios)


def curves(xs: Sequence[float], found: Sequence[Mapping[str, Any]]) -> list[Curve]:
    """Curves from answers ``{"cost": ..., "seconds": ..., "error": ..., "busy": ...}``, one per x;
    a quantity missing at some point is left out.
    """
    made = []
    for kind in QUANTITIES:
        own = [
            answer["seconds"]
            if kind.key == "seconds"
            else _value(answer["cost"], kind.rows, kind.largest)
            for answer in found
        ]
        twin = [_value(answer["cost"], kind.twin, kind.largest) for answer in found]
        values = [value for value in own if value is not None]
        twins = [value for value in twin if value is not None]
        if len(values) == len(own):
            whole = len(twins) == len(twin)
            curve = Curve(kind, tuple(xs), tuple(values), tuple(twins) if whole else ())
            made.append(_measured(curve, found) if kind.key == "seconds" else curve)
    operations = next((curve.y for curve in made if curve.quantity.key == "step"), ())
    return [_with_law(c, operations) if c.error and operations else c for c in made]


def _with_law(curve: Curve, operations: tuple[float, ...]) -> Curve:
    """A time that the limit of the training cuts has no error, and then there is no law."""
    if not all(curve.error):
        return curve
    return replace(curve, law=fit_time(operations, curve.y, curve.error))


def _measured(curve: Curve, found: Sequence[Mapping[str, Any]]) -> Curve:
    """With the errors, and the largest load while the points were measured."""
    errors = [float(answer.get("error", 0.0)) for answer in found]
    busy = max((float(answer.get("busy", 1.0)) for answer in found), default=1.0)
    return replace(curve, error=tuple(errors), busy=busy)


def _value(cost: Mapping[str, Any], wanted: Mapping[str, float], largest: bool) -> float | None:
    """Rows of several circuits carry the circuit's name after a colon."""
    rows = [row for group in cost["groups"] for row in group["rows"]]
    values = [
        row["value"] * wanted[key]
        for row in rows
        if (key := row["key"].partition(":")[0]) in wanted and row["value"] is not None
    ]
    if not values:
        return None
    return float(max(values) if largest else sum(values))


def words(curve: Curve, label: str, *, by_factors: bool, adds_work: bool = False) -> str:
    """A sentence on the change from the first point to the last.

    Where larger values are more work (``adds_work``), a measured time that falls is refused.
    """
    (x0, x1), (y0, y1) = (curve.x[0], curve.x[-1]), (curve.y[0], curve.y[-1])
    if x0 == x1:
        return f"Only {label} = {x0:g} can be built."
    if is_refused(curve, adds_work):
        why = f"machine was too busy{_times(curve.busy)}"
        return (
            f"No law is given: the measured time falls with {label.lower()}, which cannot be. The "
            f"{why if curve.busy > BUSY else 'measurement was disturbed'}: measure again."
        )
    whole, load = f"{label} from {x0:g} to {x1:g}:", ""
    if curve.busy > BUSY:
        load = f" The machine was busy{_times(curve.busy)}: less exact than usual."
    if y0 <= 0 or y1 <= 0:
        return f"{whole} no change.{load}"
    ratio, error = curve.ratio(0, len(curve.x) - 1)
    if max(ratio, 1 / ratio) < _FLAT:
        return f"{whole} no change.{load}"
    if abs(ratio - 1) <= SIGMAS * error:
        return f"{whole} no change within the errors (factor {_with_error(ratio, error)}).{load}"
    steps, unit = (math.log2(x1 / x0), "doubling") if by_factors else (x1 - x0, "unit")
    each = f"{ratio ** (1 / steps):.3g} per {unit}"
    return f"{whole} factor {_with_error(ratio, error)} ({each}).{load}"


def share_of_operations(law: TimeLaw, place: int) -> str:
    """A sentence on what the time of the current settings consists of."""
    share = max(law.share(place), 0.0)
    return (
        "The line is a constant time plus one in proportion to the counted operations, which is "
        f"{share:.0%} at the current settings."
    )


def is_refused(curve: Curve, adds_work: bool) -> bool:
    """Whether the values cannot be: measured, and smaller where there is more work."""
    return adds_work and bool(curve.error) and curve.falls


def _times(busy: float) -> str:
    return f" (waiting took {busy:.1f} times the CPU time)"


def _with_error(ratio: float, error: float) -> str:
    if not error:
        return f"{ratio:.3g}"
    return format_value(ratio, error)
