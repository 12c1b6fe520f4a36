"""Quality with size: short training runs along every axis, as ordinary runs, and the classical twin
at equal parameters and at equal CPU time.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.model_metric import HELD_OUT_LOSS
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark.lineup import Contestant
from qdiffgui.studies.benchmark.trainings import SeedRun, follow_runs, start_runs
from qdiffgui.studies.scaling import capacity
from qdiffgui.studies.scaling.axes import axis_points, nearest_first
from qdiffgui.studies.scaling.time_budget import TimeBudget
from qdiffgui.studies.scaling.timing import MeasurementCache
from qdiffgui.studies.scaling.twin import LARGE, twin

SECONDS = 1.0
"""Seconds of training of one run at the base configuration."""
MOST = 4.0  # a point that takes this many times longer than the base is left out
MOST_OF_CAPACITY = 4.0  # circuits of many parameters may take this much longer than that
ALWAYS_RIGHT = 0.99
GRACE = 30.0
"""Seconds by which active runs may exceed the time limit."""
N_GENERATED = 400
AXES = ("n", "L", "T", "a", "P", "data")
QUALITY_METRICS = {
    "auc": "classifier AUC (0.5 is best)",
    "wasserstein": "W of states",
    "superfidelity-wasserstein": "W of mixed states",
    MEAN: "W1, mean of observables",
}


@dataclass(frozen=True)
class Score:
    """The quality of one configuration.

    ``value`` and ``error`` are the mean of the headline metric over seeds and its standard
    deviation (0 for one seed), ``floor`` the same between real samples, ``seconds`` the mean
    training time, ``loss`` the held-out loss where the model has one.
    """

    axis: str
    x: float
    label: str
    value: float
    error: float
    floor: float
    seconds: float
    n_parameters: int
    n_seeds: int
    runs: tuple[str, ...]
    judge: str
    loss: float | None = None
    loss_error: float = 0.0

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Trial:
    """A configuration to train: a point of an axis, the base itself ("base") or a twin ("twin").
    ``seconds`` is the expected training time.
    """

    axis: str
    x: float
    label: str
    experiment: Experiment
    seconds: float


def shortened(config: Experiment, seconds: float, prepared: Prepared | None = None) -> Experiment:
    """The configuration with about ``seconds`` of training. Iterations are a power of two, so that
    the next study finds the same runs again.
    """
    per_step = _estimate(config, prepared or prepare(config)) / config.training.iterations
    wanted = 2 ** round(math.log2(max(seconds / per_step, 1)))
    schedule = getattr(config.model, "schedule", None)
    least = 4 * getattr(schedule, "n_steps", 1)
    iterations = min(max(wanted, least), max(config.training.iterations, least))
    training = config.training.model_copy(
        update={"iterations": iterations, "threads": 1, "preview_seconds": 3600.0}
    )
    evaluation = config.evaluation.model_copy(
        update={"n_generated": min(N_GENERATED, config.evaluation.n_generated)}
    )
    return config.model_copy(update={"training": training, "evaluation": evaluation})


def _estimate(config: Experiment, prepared: Prepared) -> float:
    """CPU seconds of training, which do not depend on the load of the machine."""
    return estimate(
        build(config, prepared), prepared.train, budget=0.08, clock=time.process_time
    ).seconds


def trials(
    config: Experiment, effort: float, allowance: TimeBudget, known: MeasurementCache
) -> tuple[list[Trial], list[str]]:
    """What to train, the most informative first, and sentences on what was left out."""
    base = shortened(config, SECONDS * effort, known.prepared(config))
    seconds = _estimate(base, known.prepared(base))
    most, notes = MOST * max(seconds, SECONDS * effort), []
    by_axis: list[list[Trial]] = []
    for axis in AXES:
        of_axis: list[Trial] = []
        for point in nearest_first(axis_points(base, axis)):
            if point.is_base or not allowance.allows(f"{axis} = {point.x:g} in the training runs"):
                continue
            try:
                with allowance.piece():
                    needs = _estimate(point.experiment, known.prepared(point.experiment))
            except UserError as error:
                notes.append(f"{axis} = {point.x:g} was not trained: {error}")
                continue
            if needs <= most:
                of_axis.append(
                    Trial(axis, point.x, f"{axis} = {point.x:g}", point.experiment, needs)
                )
            else:
                notes.append(
                    f"{axis} = {point.x:g} was not trained: it would take more than {MOST:g} times "
                    "as long."
                )
        by_axis.append(of_axis)
    by_axis.append(_capacity(base, most, allowance, known, notes))
    ordered = [
        trial for row in itertools.zip_longest(*by_axis) for trial in row if trial is not None
    ]
    return [
        Trial("base", 0.0, "as configured", base, seconds),
        *_twins(base, seconds, known),
        *ordered,
    ], notes


def _capacity(
    base: Experiment,
    most: float,
    allowance: TimeBudget,
    known: MeasurementCache,
    notes: list[str],
) -> list[Trial]:
    """Circuits and networks of several sizes."""

    def count(config: Experiment) -> int:
        return build(config, known.prepared(config)).n_parameters

    found: list[Trial] = []
    for axis, size, experiment in capacity.capacity_points(base, count):
        name = capacity.label(axis, size)
        if not allowance.allows(f"{name} in the training runs"):
            continue
        with allowance.piece():
            needs = _estimate(experiment, known.prepared(experiment))
        if needs <= MOST_OF_CAPACITY * most:
            found.append(Trial(axis, float(size), name, experiment, needs))
        else:
            notes.append(
                f"{name}: not trained, because it would take {needs / most:.0f} times "
                "the longest other run."
            )
    return found


def _twins(base: Experiment, seconds: float, known: MeasurementCache) -> list[Trial]:
    prepared = known.prepared(base)
    equal = twin(base, build(base, prepared).n_parameters)
    large = twin(base, LARGE)
    if equal is None or large is None:
        return []
    steps = large.training.iterations * seconds / max(_estimate(large, prepared), 1e-3)
    same_time = twin(base, LARGE, iterations=max(2 ** round(math.log2(max(steps, 1))), 16))
    assert same_time is not None
    return [
        Trial(
            "twin",
            0.0,
            "classical, equal parameters, equal steps",
            equal,
            _estimate(equal, prepared),
        ),
        Trial(
            "twin",
            1.0,
            f"classical, {LARGE} parameters, about equal CPU time",
            same_time,
            seconds,
        ),
    ]


@dataclass(frozen=True)
class TrialScores:
    """Scores in the order of the axes, and sentences on what the time limit left out."""

    scores: tuple[Score, ...]
    notes: tuple[str, ...]


def train(
    store: RunStore, wanted: list[Trial], n_seeds: int, allowance: TimeBudget
) -> Iterator[tuple[int, int] | TrialScores]:
    """Train what is missing and fits into the time. Yields (finished, total) repeatedly, and
    ``TrialScores`` at the end.

    The first trial is trained alone. It shows the cost of a run on top of its training, which
    decides what is trained next.
    """
    first, others = (
        [_Contest(0, wanted[0])],
        [_Contest(k, trial) for k, trial in enumerate(wanted[1:], 1)],
    )
    yield from _attend(store, first, n_seeds, len(wanted) * n_seeds, 0, allowance)
    chosen = _affordable(store, first[0], others, n_seeds, allowance.left)
    yield from _attend(store, chosen, n_seeds, (1 + len(chosen)) * n_seeds, n_seeds, allowance)
    left_out = ", ".join(c.trial.label for c in others if c not in chosen)
    notes = [f"Time limit reached; not trained: {left_out}."] if left_out else []
    judge = headline_metric(_metrics(first[0].trainings))
    scores = [
        score
        for c in (*first, *chosen)
        if judge and (score := _score(c.trial, c.trainings, judge)) is not None
    ]
    short = sum(
        t.run.state().status == Status.INTERRUPTED for c in (*first, *chosen) for t in c.trainings
    )
    if short:
        notes.append(
            f"{short} training runs did not finish in time; run the study again to continue them."
        )
    axes = ("base", *AXES, "twin", capacity.CIRCUIT, capacity.NETWORK)
    order = {axis: k for k, axis in enumerate(axes)}
    yield TrialScores(
        tuple(sorted(scores, key=lambda score: (order[score.axis], score.x))), tuple(notes)
    )


class _Contest:
    def __init__(self, place: int, trial: Trial) -> None:
        self.trial = trial
        self.contestant = Contestant(
            f"{place}", f"scale {trial.label}", "quantum", trial.experiment
        )
        self.trainings: list[SeedRun] = []


def _attend(
    store: RunStore,
    contests: list[_Contest],
    n_seeds: int,
    n_all: int,
    n_before: int,
    allowance: TimeBudget,
) -> Iterator[tuple[int, int]]:
    """Train these; yields (finished, total). Training runs that exceed the time limit by far keep a
    checkpoint.
    """
    trainings, runner = start_runs(store, [c.contestant for c in contests], n_seeds, mode="thread")
    for contest in contests:
        contest.trainings = [t for t in trainings if t.contestant is contest.contestant]
    try:
        for states in follow_runs(trainings, 0.3):
            yield n_before + sum(bool(state.ended) for state in states), n_all
            if allowance.left < -GRACE:
                return
    finally:
        runner.close()


def _affordable(
    store: RunStore, base: _Contest, others: list[_Contest], n_seeds: int, seconds: float
) -> list[_Contest]:
    """The contests that fit into ``seconds``, in order; finished runs cost nothing."""
    states = [state for t in base.trainings if (state := t.run.state()).ended and state.started]
    trained = float(np.mean([state.seconds for state in states])) if states else base.trial.seconds
    overhead = (
        float(np.mean([(state.ended or 0) - (state.started or 0) for state in states])) - trained
        if states
        else 0.0
    )
    slower = max(
        trained / base.trial.seconds, 1.0
    )  # two training runs at a time share caches and this interpreter
    done = {state.digest for state in store.list() if state.status == Status.DONE}
    chosen = []
    for contest in others:
        new = sum(
            contest.contestant.with_seed(seed).digest() not in done for seed in range(n_seeds)
        )
        steps = (
            contest.trial.x / _steps(base.trial) if contest.trial.axis == "T" else 1.0
        )  # sampling time is proportional to it
        needs = new * (slower * contest.trial.seconds + overhead * max(steps, 1.0)) / n_cpus()
        if needs <= max(seconds, 0.0):
            chosen.append(contest)
            seconds -= needs
    return chosen


def _steps(base: Trial) -> int:
    return int(getattr(getattr(base.experiment.model, "schedule", None), "n_steps", 1))


def _score(trial: Trial, trainings: list[SeedRun], judge: str) -> Score | None:
    states = [state for t in trainings if (state := t.run.state()).status == Status.DONE]
    states = [state for state in states if math.isfinite(state.metrics.get(judge, math.nan))]
    if not states:
        return None
    values = [state.metrics[judge] for state in states]
    losses = [state.metrics[HELD_OUT_LOSS] for state in states if HELD_OUT_LOSS in state.metrics]
    return Score(
        trial.axis,
        trial.x,
        trial.label,
        float(np.mean(values)),
        float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        float(np.mean([state.floor.get(judge, math.nan) for state in states])),
        float(np.mean([state.seconds for state in states])),
        states[0].n_parameters,
        len(values),
        tuple(state.id for state in states),
        judge,
        float(np.mean(losses)) if len(losses) == len(states) else None,
        float(np.std(losses, ddof=1)) if len(losses) > 1 else 0.0,
    )


def _metrics(trainings: list[SeedRun]) -> list[Mapping[str, float]]:
    return [state.metrics for t in trainings if (state := t.run.state()).status == Status.DONE]


def headline_metric(metrics: Sequence[Mapping[str, float]]) -> str | None:
    """The first key of ``QUALITY_METRICS`` that every run has.

    A classifier that is always right cannot rank short training runs, so the next metric is used
    then.
    """
    usable = [
        key
        for key in QUALITY_METRICS
        if metrics and all(math.isfinite(m.get(key, math.nan)) for m in metrics)
    ]
    if (
        usable[:1] == ["auc"]
        and len(usable) > 1
        and float(np.mean([m["auc"] for m in metrics])) > ALWAYS_RIGHT
    ):
        usable = usable[1:]
    return usable[0] if usable else None
