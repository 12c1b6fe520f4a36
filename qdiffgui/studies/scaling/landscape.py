"""The loss of a model: gradients at the start of training, and slices of the loss."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.models.base import Array, DiffusionModel
from qdiffgui.studies.scaling.axes import axis_points, nearest_first
from qdiffgui.studies.scaling.counting import has_network
from qdiffgui.studies.scaling.fits import Decision, decide
from qdiffgui.studies.scaling.gradients import Variance
from qdiffgui.studies.scaling.time_budget import TimeBudget
from qdiffgui.studies.scaling.timing import MeasurementCache

SPAN, WEIGHTS = math.pi, 2.0
"""Root-mean-square displacement of a parameter at the ends of a slice: in radians if only circuits
are trained, and in units of the root-mean-square weight if there is a network."""
LEAST_DRAWS = 4


@dataclass(frozen=True)
class GradientCurve:
    """Mean squared derivatives along an axis at the start of training, and their fit."""

    axis: str
    x: tuple[float, ...]
    variances: tuple[Variance, ...]
    fit: Decision | None

    def plain(self) -> dict[str, Any]:
        fitted = None if self.fit is None else self.fit.plain()
        return {
            "axis": self.axis,
            "x": list(self.x),
            "value": [v.value for v in self.variances],
            "error": [v.error for v in self.variances],
            "fit": fitted,
        }


def at_start(
    config: Experiment,
    *,
    draws: int,
    prepared: Prepared | None = None,
    allowance: TimeBudget | None = None,
) -> Variance:
    """Mean squared derivative with respect to a parameter at the model's initial parameters.

    Averages over ``draws`` seeds, or fewer (at least ``LEAST_DRAWS``) if the time runs out. For a
    model that is trained circuit by circuit, only the first circuit counts.
    """
    prepared = prepare(config) if prepared is None else prepared
    allowance = allowance or TimeBudget(math.inf)
    powers: list[float] = []
    while len(powers) < draws and (len(powers) < LEAST_DRAWS or allowance.left > 0):
        model = build(config.model_copy(update={"seed": config.seed + len(powers)}), prepared)
        model.fit(prepared.train)
        known = model.circuit_uses()
        sets = known[0].weight_sets.value(**known[0].symbols) if known else 1
        powers.append(model.step(0).grad_norm ** 2 / (model.n_parameters / sets))
    found = np.array(powers)
    return Variance(float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5), len(found))


def gradients_along(
    config: Experiment,
    axis: str,
    *,
    draws: int,
    allowance: TimeBudget | None = None,
    known: MeasurementCache | None = None,
) -> GradientCurve | None:
    """``at_start`` along an axis, from the configuration outwards.

    Returns None if there is no such axis or the time was too short for two points.
    """
    allowance, known = allowance or TimeBudget(math.inf), known or MeasurementCache(config)
    found: dict[float, Variance] = {}
    for point in nearest_first(axis_points(config, axis)):
        if not allowance.allows(f"{axis} = {point.x:g}"):
            continue
        with allowance.piece(), contextlib.suppress(UserError):
            prepared = known.prepared(point.experiment)
            found[point.x] = at_start(
                point.experiment, draws=draws, prepared=prepared, allowance=allowance
            )
    if len(found) < 2:
        return None
    x = sorted(found)
    variances = [found[place] for place in x]
    enough = len(x) > 2 and all(v.value > 0 for v in variances)
    fitted = (
        decide(x, [v.value for v in variances], [v.relative for v in variances]) if enough else None
    )
    return GradientCurve(axis, tuple(x), tuple(variances), fitted)


def slices(
    model: DiffusionModel, i: int, *, directions: int, n_points: int, seed: int
) -> tuple[Array, Array]:
    """Displacements (n_points,) and losses (directions, n_points) along random directions.

    The loss is that of the batch of step ``i``. The model must be fitted and trained for i steps;
    its parameters are restored at the end.
    """
    here = model.state()
    names = [name for name in here if "parameter" in name.split("/")[:-1]]
    rng = np.random.default_rng(seed)
    rms = math.sqrt(
        sum(float((here[name] ** 2).sum()) for name in names)
        / sum(here[name].size for name in names)
    )
    span = WEIGHTS * rms if has_network(model) else SPAN
    shifts = (
        span * np.linspace(-1, 1, n_points) ** 3
    )  # denser in the middle, because valleys are narrow with many parameters
    losses = np.empty((directions, n_points))
    for d in range(directions):
        way = {name: rng.standard_normal(here[name].shape) for name in names}
        size = math.sqrt(
            sum(float((v**2).sum()) for v in way.values()) / sum(v.size for v in way.values())
        )
        for k, shift in enumerate(shifts):
            model.load_state(_moved(here, way, shift / size))
            losses[d, k] = model.step(i).loss
    model.load_state(here)
    return shifts, losses


def _moved(state: Mapping[str, Array], way: Mapping[str, Array], by: float) -> dict[str, Array]:
    return {
        name: (values + by * way[name]).astype(values.dtype) if name in way else values
        for name, values in state.items()
    }
