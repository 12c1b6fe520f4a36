"""What a sweep will train: settings to start from, axes, and the points of a grid or a random search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from qdiffgui.config import Experiment, override, parse
from qdiffgui.errors import ConfigError
from qdiffgui.sweeps.over import Axis, assignment, parse_axis

Search = Literal["grid", "random", "optuna"]
SEARCHES: tuple[Search, ...] = ("grid", "random", "optuna")
MAX_RUNS = 10_000
SEED = "seed"
_TRIES = 50


class Point(NamedTuple):
    """One training of a sweep. ``trial`` counts points apart from their seeds; ``run`` is the id of the run: the digest of its settings."""

    trial: int
    values: Mapping[str, Any]
    run: str


class Plan(BaseModel):
    """``plan.json``, written once. ``trials``: points of a random or Optuna search, each trained at all values of the axis ``seed``.

    ``goal``: the figure that Optuna improves and tables are sorted by; "" for the first of the report.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal[1] = 1
    name: str = ""
    created: float = 0.0
    search: Search = "grid"
    trials: int = 0
    goal: str = ""
    axes: tuple[Axis, ...]
    base: Experiment

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of each point."""
        return next((tuple(axis.listed()) for axis in self.axes if axis.field == SEED), (self.base.seed,))

    @property
    def searched(self) -> tuple[Axis, ...]:
        """The axes without that of the seed."""
        return tuple(axis for axis in self.axes if axis.field != SEED)

    @property
    def n_trials(self) -> int:
        """Points apart from their seeds."""
        if self.search != "grid":
            return self.trials
        return math.prod(len(axis.listed()) for axis in self.searched)

    @property
    def n_runs(self) -> int:
        """Trainings in all (of a random search in a small space some fewer)."""
        return self.n_trials * len(self.seeds)

    def config(self, values: Mapping[str, Any]) -> Experiment:
        """The settings at a point; raises ``ConfigError`` where they do not fit together."""
        made = override(self.base, [assignment(name, value) for name, value in values.items()])
        return parse(made.model_dump(mode="json") | {"name": words(values)})

    def points_of(self, trial: int, values: Mapping[str, Any]) -> list[Point]:
        """A trial at each seed."""
        made = []
        for seed in self.seeds:
            whole = {**values, SEED: seed}
            made.append(Point(trial, whole, self.config(whole).digest()))
        return made


def make_plan(
    base: Experiment, over: Sequence[str], *, search: str = "grid", trials: int | None = None, goal: str = "", name: str = ""
) -> Plan:
    """A checked plan. Each training uses one CPU thread unless ``training.threads`` is swept.

    Raises ``ConfigError`` for bad axes, a random or Optuna search without ``trials``, a grid with them, and more than 10 000 runs.
    """
    if search not in SEARCHES:
        raise ConfigError(f"Expected --search {', '.join(SEARCHES)}; found '{search}'.")
    if not over:
        raise ConfigError("Expected at least one --over NAME=VALUES, such as --over model.n_layers=2,4,8; found none.")
    if search == "grid" and trials is not None:
        raise ConfigError("A grid takes all combinations: leave --trials out, or choose --search random or optuna.")
    if search != "grid" and not trials:
        raise ConfigError(f"Expected --trials N with --search {search}: how many points it may try.")
    single = parse(base.model_dump(mode="json") | {"training": base.training.model_dump() | {"threads": 1}})
    axes = _axes(over, single)
    plan = Plan(name=name or base.name, search=search, trials=trials or 0, goal=goal, axes=axes, base=single)
    if plan.n_runs > MAX_RUNS:
        raise ConfigError(
            f"That makes {plan.n_runs} runs; a sweep takes at most {MAX_RUNS}: leave values out, or search at random."
        )
    if not plan.searched and search != "grid":
        raise ConfigError("A search needs a setting other than the seed to go over: name one with --over.")
    return plan


def _axes(over: Sequence[str], base: Experiment) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    for text in over:
        axis = parse_axis(text, base)
        if axis.field in [other.field for other in axes]:
            raise ConfigError(f"--over names {axis.field} twice: put all its values into one.")
        axes.append(axis)
        if axis.field.endswith("kind"):  # later axes may be settings of the new kind
            base = override(base, [assignment(axis.field, axis.values[0])])
    return tuple(axes)


def points(plan: Plan) -> list[Point]:
    """All points of a grid or a random search, in order, each training once; none of an Optuna search, which finds them as it goes.

    Raises ``ConfigError`` where a combination does not fit together, naming it.
    """
    if plan.search == "optuna":
        return []
    found: dict[str, Point] = {}
    trial = 0
    for values in _grid(plan) if plan.search == "grid" else _random(plan):
        try:
            fresh = [point for point in plan.points_of(trial, values) if point.run not in found]
        except ConfigError as error:
            raise ConfigError(f"At {words(values) or 'the start'}: {error}") from None
        found.update((point.run, point) for point in fresh)
        trial += bool(fresh)
        if plan.search == "random" and trial == plan.trials:
            break
    return list(found.values())


def _grid(plan: Plan) -> Iterator[dict[str, Any]]:
    names = [axis.field for axis in plan.searched]
    for values in itertools.product(*(axis.listed() for axis in plan.searched)):
        yield dict(zip(names, values))


def _random(plan: Plan) -> Iterator[dict[str, Any]]:
    """Draws from the seed of the settings; more than are asked for, since some may come twice."""
    rng = np.random.default_rng(plan.base.seed)
    for _ in range(_TRIES * plan.trials):
        yield {axis.field: axis.draw(rng) for axis in plan.searched}


def words(values: Mapping[str, Any]) -> str:
    """A point in short: ``n_layers=4, seed=0``."""
    return ", ".join(f"{name.rpartition('.')[2]}={value}" for name, value in values.items())[:120]
