"""The plan of a sweep: base settings, axes, and the points of a grid or a random search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from qdiffgui import file_layout
from qdiffgui.bounds import Count, Instant, Name
from qdiffgui.config import Experiment, override, parse
from qdiffgui.errors import ConfigError
from qdiffgui.studies.sweep.axis import SweepAxis, assignment, parse_axis

Search = Literal["grid", "random", "optuna"]
SEARCHES: tuple[Search, ...] = ("grid", "random", "optuna")
MAX_RUNS = 10_000
SEED = "seed"
_TRIES = 50
_N_ESTIMATED = 4  # points of a plan that are timed for an estimate


class SweepPoint(NamedTuple):
    """One training of a sweep. ``trial`` numbers the points without their seeds; ``run`` is the
    run's id, the digest of its settings.
    """

    trial: int
    values: Mapping[str, Any]
    run: str


class Plan(BaseModel):
    """``plan.json``, written once.

    ``trials`` is the number of points of a random or Optuna search, each trained at all values of
    the axis ``seed``. ``goal`` is the metric that Optuna improves and that sorts tables; "" stands
    for the headline metric of the report. ``layout`` is the version of the sweep folder.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    layout: int = file_layout.SWEEP
    name: Name = ""
    created: Instant = 0.0
    search: Search = "grid"
    trials: Count = 0
    goal: str = ""
    axes: tuple[SweepAxis, ...]
    base: Experiment

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of each point."""
        return next(
            (tuple(axis.listed()) for axis in self.axes if axis.field == SEED), (self.base.seed,)
        )

    @property
    def searched(self) -> tuple[SweepAxis, ...]:
        """The axes except that of the seed."""
        return tuple(axis for axis in self.axes if axis.field != SEED)

    @property
    def n_trials(self) -> int:
        """Number of points without their seeds."""
        if self.search != "grid":
            return self.trials
        return math.prod(len(axis.listed()) for axis in self.searched)

    @property
    def n_runs(self) -> int:
        """Number of training runs (a random search in a small space may have fewer)."""
        return self.n_trials * len(self.seeds)

    def config(self, values: Mapping[str, Any]) -> Experiment:
        """The settings at a point; raises ``ConfigError`` if they are not valid together."""
        made = override(self.base, [assignment(name, value) for name, value in values.items()])
        return parse(made.model_dump(mode="json") | {"name": describe_point(values)}).pinned()

    def points_of(self, trial: int, values: Mapping[str, Any]) -> list[SweepPoint]:
        """A trial at each seed."""
        made = []
        for seed in self.seeds:
            whole = {**values, SEED: seed}
            made.append(SweepPoint(trial, whole, self.config(whole).digest()))
        return made


def make_plan(
    base: Experiment,
    over: Sequence[str],
    *,
    search: str = "grid",
    trials: int | None = None,
    goal: str = "",
    name: str = "",
) -> Plan:
    """Make a valid plan. Each training uses one CPU thread unless ``training.threads`` is swept.

    Parameters
    ----------
    base : Experiment
        The settings to start from.
    over : sequence of str
        Axes such as ``"model.n_layers=2,4,8"``, see ``parse_axis``.
    search : {"grid", "random", "optuna"}
        How points are chosen.
    trials : int, optional
        Number of points of a random or Optuna search.
    goal : str
        Key of the metric to improve; "" for the headline metric.
    name : str
        Name of the sweep; default is the experiment's name.

    Raises
    ------
    ConfigError
        For invalid axes, a random or Optuna search without ``trials``, a grid with them, and more
        than 10 000 runs.

    Examples
    --------
    >>> from qdiffgui.config import Experiment
    >>> make_plan(Experiment(), ["model.n_layers=2,4", "seed=0..2"]).n_runs
    6
    """
    if search not in SEARCHES:
        raise ConfigError(f"Expected --search {', '.join(SEARCHES)}; found '{search}'.")
    if not over:
        raise ConfigError(
            "Expected at least one --over NAME=VALUES, such as --over model.n_layers=2,4,8; found "
            "none."
        )
    if search == "grid" and trials is not None:
        raise ConfigError(
            "A grid uses all combinations: drop --trials, or choose --search random or optuna."
        )
    if search != "grid" and not trials:
        raise ConfigError(f"--search {search} needs --trials N, the number of points to try.")
    single = parse(
        base.model_dump(mode="json") | {"training": base.training.model_dump() | {"threads": 1}}
    ).pinned()
    axes = _axes(over, single)
    plan = Plan(
        name=name or base.name, search=search, trials=trials or 0, goal=goal, axes=axes, base=single
    )
    if plan.n_runs > MAX_RUNS:
        raise ConfigError(
            f"This plan has {plan.n_runs} runs, but a sweep takes at most {MAX_RUNS}: use fewer "
            "values or a random search."
        )
    if not plan.searched and search != "grid":
        raise ConfigError("A search needs a setting other than the seed: add one with --over.")
    return plan


def _axes(over: Sequence[str], base: Experiment) -> tuple[SweepAxis, ...]:
    axes: list[SweepAxis] = []
    for text in over:
        axis = parse_axis(text, base)
        if axis.field in [other.field for other in axes]:
            raise ConfigError(f"--over names {axis.field} twice: give all its values at once.")
        axes.append(axis)
        if axis.field.endswith("kind"):  # later axes may be settings of the new kind
            base = override(base, [assignment(axis.field, axis.values[0])])
    return tuple(axes)


def list_points(plan: Plan) -> list[SweepPoint]:
    """All points of a grid or a random search, in order, without repetitions.

    Empty for an Optuna search, which proposes points during the sweep. Raises ``ConfigError`` for
    settings that are not valid together, naming them.
    """
    if plan.search == "optuna":
        return []
    found: dict[str, SweepPoint] = {}
    trial = 0
    for values in _grid(plan) if plan.search == "grid" else _random(plan):
        try:
            fresh = [point for point in plan.points_of(trial, values) if point.run not in found]
        except ConfigError as error:
            raise ConfigError(
                f"At {describe_point(values) or 'the base settings'}: {error}"
            ) from None
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
    """Random points from the seed of the settings, more than needed since some may repeat."""
    rng = np.random.default_rng(plan.base.seed)
    for _ in range(_TRIES * plan.trials):
        yield {axis.field: axis.draw(rng) for axis in plan.searched}


def describe_point(values: Mapping[str, Any]) -> str:
    """A point in short; a kind is called by its place.

    >>> describe_point({"model.kind": "ddpm", "model.n_parameters": 400, "seed": 0})
    'model=ddpm, n_parameters=400, seed=0'
    """
    return ", ".join(f"{_short_name(name)}={value}" for name, value in values.items())[:120]


def _short_name(name: str) -> str:
    return name.removesuffix(".kind").rpartition(".")[2]


def estimate_seconds(plan: Plan, points: Sequence[SweepPoint], workers: int) -> float:
    """Estimated seconds for training all runs with ``workers`` in parallel, from a few optimizer
    steps at some points. Data, evaluation and previews are not included.

    Raises ``DataError`` or ``ConfigError`` if a timed point cannot be run.
    """
    from qdiffgui.experiment.inspect import estimate

    at = np.linspace(0, len(points) - 1, min(_N_ESTIMATED, len(points))).round().astype(int)
    configs = [plan.config(points[i].values) for i in np.unique(at)] or [plan.base]
    mean = float(np.mean([estimate(config)["seconds"] for config in configs]))
    count = len(points) or plan.n_runs
    return mean * -(-count // max(1, min(workers, count)))
