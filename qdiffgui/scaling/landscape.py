"""A model's own loss: gradients where training starts, and slices of the loss around where it stands."""

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
from qdiffgui.models.base import Array, Family
from qdiffgui.scaling.allowance import Allowance
from qdiffgui.scaling.axes import outwards, points
from qdiffgui.scaling.counting import has_network
from qdiffgui.scaling.families import uses
from qdiffgui.scaling.fits import Decision, decide
from qdiffgui.scaling.gradients import Variance
from qdiffgui.scaling.measured import Known

SPAN, WEIGHTS = math.pi, 2.0
"""Root mean square displacement of a parameter at the ends of a slice: radians where circuits alone are trained, in units of the root mean
square of the weights where there is a network."""
LEAST_DRAWS = 4


@dataclass(frozen=True)
class Gradients:
    """Mean squared derivatives along an axis at the start of training, and what fits them."""

    axis: str
    x: tuple[float, ...]
    variances: tuple[Variance, ...]
    fit: Decision | None

    def plain(self) -> dict[str, Any]:
        fitted = None if self.fit is None else self.fit.plain()
        return {"axis": self.axis, "x": list(self.x), "value": [v.value for v in self.variances],
                "error": [v.error for v in self.variances], "fit": fitted}  # fmt: skip


def at_start(config: Experiment, *, draws: int, prepared: Prepared | None = None, allowance: Allowance | None = None) -> Variance:
    """Mean squared derivative by a parameter at the family's own first parameters, over ``draws`` seeds, fewer (at least ``LEAST_DRAWS``)
    where they are not allowed; of a family trained circuit by circuit, of the circuit trained first."""
    prepared = prepare(config) if prepared is None else prepared
    allowance = allowance or Allowance(math.inf)
    powers: list[float] = []
    while len(powers) < draws and (len(powers) < LEAST_DRAWS or allowance.left > 0):
        model = build(config.model_copy(update={"seed": config.seed + len(powers)}), prepared)
        model.fit(prepared.train)
        known = uses(model)
        sets = known[0].weight_sets.value(**known[0].symbols) if known else 1
        powers.append(model.step(0).grad_norm ** 2 / (model.n_parameters / sets))
    found = np.array(powers)
    return Variance(float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5), len(found))


def gradients_along(
    config: Experiment, axis: str, *, draws: int, allowance: Allowance | None = None, known: Known | None = None
) -> Gradients | None:
    """``at_start`` along an axis, from the configuration outwards; None where it has no such axis, or too little of it was allowed."""
    allowance, known = allowance or Allowance(math.inf), known or Known(config)
    found: dict[float, Variance] = {}
    for point in outwards(points(config, axis)):
        if not allowance.allows(f"{axis} = {point.x:g}"):
            continue
        with allowance.piece(), contextlib.suppress(UserError):
            prepared = known.prepared(point.experiment)
            found[point.x] = at_start(point.experiment, draws=draws, prepared=prepared, allowance=allowance)
    if len(found) < 2:
        return None
    x = sorted(found)
    variances = [found[place] for place in x]
    enough = len(x) > 2 and all(v.value > 0 for v in variances)
    fitted = decide(x, [v.value for v in variances], [v.relative for v in variances]) if enough else None
    return Gradients(axis, tuple(x), tuple(variances), fitted)


def slices(model: Family, i: int, *, directions: int, n_points: int, seed: int) -> tuple[Array, Array]:
    """Displacements (n_points,) and losses (directions, n_points) of the batch of step i, along random directions from where the model
    stands, which is fitted and has trained i steps; it is left where it was."""
    here = model.state()
    names = [name for name in here if "parameter" in name.split("/")[:-1]]
    rng = np.random.default_rng(seed)
    rms = math.sqrt(sum(float((here[name] ** 2).sum()) for name in names) / sum(here[name].size for name in names))
    span = WEIGHTS * rms if has_network(model) else SPAN
    shifts = span * np.linspace(-1, 1, n_points) ** 3  # close together in the middle: with many parameters a valley is narrow
    losses = np.empty((directions, n_points))
    for d in range(directions):
        way = {name: rng.standard_normal(here[name].shape) for name in names}
        size = math.sqrt(sum(float((v**2).sum()) for v in way.values()) / sum(v.size for v in way.values()))
        for k, shift in enumerate(shifts):
            model.load_state(_moved(here, way, shift / size))
            losses[d, k] = model.step(i).loss
    model.load_state(here)
    return shifts, losses


def _moved(state: Mapping[str, Array], way: Mapping[str, Array], by: float) -> dict[str, Array]:
    return {name: (values + by * way[name]).astype(values.dtype) if name in way else values for name, values in state.items()}
