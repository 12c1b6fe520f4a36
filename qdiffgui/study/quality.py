"""Quality against size: short trainings along every axis, as ordinary runs, with the classical twin at equal parameters and at equal CPU
seconds beside them."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.benchmark.lineup import Contestant
from qdiffgui.benchmark.trainings import Training, attend, progress
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.scaling.allowance import Allowance
from qdiffgui.scaling.axes import outwards, points
from qdiffgui.scaling.measured import Known
from qdiffgui.scaling.twin import LARGE, twin

SECONDS = 1.0
"""Of training of one run at the base configuration."""
MOST = 4.0  # of these: a point that would take longer is left out
ALWAYS_RIGHT = 0.99
GRACE = 30.0
"""Seconds by which trainings that were begun may be late."""
N_GENERATED = 400
AXES = ("n", "L", "T", "a", "P", "data")
JUDGES = {
    "auc": "classifier AUC (0.5 is the best)", "wasserstein": "W of states", "superfidelity-wasserstein": "W of mixed states",
    MEAN: "W1, mean of observables",
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One configuration. value, error : mean of the judge over seeds and its standard deviation (0 of one seed); floor : real against real.
    seconds : of training, mean."""

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

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Trial:
    """A configuration to train: a point of an axis, the base itself ("base"), or a twin ("twin"). ``seconds`` : expected, of training."""

    axis: str
    x: float
    label: str
    experiment: Experiment
    seconds: float


def shortened(config: Experiment, seconds: float, prepared: Prepared | None = None) -> Experiment:
    """The same, trained for about ``seconds``: iterations are a power of two, so that the next study finds the same runs again."""
    per_step = _estimate(config, prepared or prepare(config)) / config.training.iterations
    wanted = 2 ** round(math.log2(max(seconds / per_step, 1)))
    schedule = getattr(config.model, "schedule", None)
    least = 4 * getattr(schedule, "n_steps", 1)
    iterations = min(max(wanted, least), max(config.training.iterations, least))
    training = config.training.model_copy(update={"iterations": iterations, "threads": 1, "preview_seconds": 3600.0})
    evaluation = config.evaluation.model_copy(update={"n_generated": min(N_GENERATED, config.evaluation.n_generated)})
    return config.model_copy(update={"training": training, "evaluation": evaluation})


def _estimate(config: Experiment, prepared: Prepared) -> float:
    """CPU seconds of training: whether a point is too dear does not depend on what else the machine does."""
    return estimate(build(config, prepared), prepared.train, budget=0.08, clock=time.process_time).seconds


def trials(config: Experiment, effort: float, allowance: Allowance, known: Known) -> tuple[list[Trial], list[str]]:
    """What to train, the most telling first, and sentences on what was left out."""
    base = shortened(config, SECONDS * effort, known.prepared(config))
    seconds = _estimate(base, known.prepared(base))
    most, notes = MOST * max(seconds, SECONDS * effort), []
    by_axis: list[list[Trial]] = []
    for axis in AXES:
        of_axis: list[Trial] = []
        for point in outwards(points(base, axis)):
            if point.is_base or not allowance.allows(f"{axis} = {point.x:g} in the trainings"):
                continue
            try:
                with allowance.piece():
                    needs = _estimate(point.experiment, known.prepared(point.experiment))
            except UserError as error:
                notes.append(f"{axis} = {point.x:g} was not trained: {error}")
                continue
            if needs <= most:
                of_axis.append(Trial(axis, point.x, f"{axis} = {point.x:g}", point.experiment, needs))
            else:
                notes.append(f"{axis} = {point.x:g} was not trained: it would take more than {MOST:g} times as long.")
        by_axis.append(of_axis)
    nearest_first = [trial for row in itertools.zip_longest(*by_axis) for trial in row if trial is not None]
    return [Trial("base", 0.0, "as configured", base, seconds), *_twins(base, seconds, known), *nearest_first], notes


def _twins(base: Experiment, seconds: float, known: Known) -> list[Trial]:
    prepared = known.prepared(base)
    equal = twin(base, build(base, prepared).n_parameters)
    large = twin(base, LARGE)
    if equal is None or large is None:
        return []
    steps = large.training.iterations * seconds / max(_estimate(large, prepared), 1e-3)
    same_time = twin(base, LARGE, iterations=max(2 ** round(math.log2(max(steps, 1))), 16))
    assert same_time is not None
    return [
        Trial("twin", 0.0, "classical, as many parameters, as many steps", equal, _estimate(equal, prepared)),
        Trial("twin", 1.0, f"classical, {LARGE} parameters, about as many CPU seconds", same_time, seconds),
    ]  # fmt: skip


@dataclass(frozen=True)
class Trained:
    """Scores in the order of the axes, and sentences on what the time did not allow."""

    scores: tuple[Score, ...]
    notes: tuple[str, ...]


def train(store: RunStore, wanted: list[Trial], n_seeds: int, allowance: Allowance) -> Iterator[tuple[int, int] | Trained]:
    """Train what is not trained yet and fits into the time: (ended, of) again and again, what was ``Trained`` at the end.

    The first trial is trained alone. It shows what a run costs beside its training, and what is begun afterwards is chosen by that.
    """
    first, others = [_Contest(0, wanted[0])], [_Contest(k, trial) for k, trial in enumerate(wanted[1:], 1)]
    yield from _attend(store, first, n_seeds, len(wanted) * n_seeds, 0, allowance)
    chosen = _affordable(store, first[0], others, n_seeds, allowance.left)
    yield from _attend(store, chosen, n_seeds, (1 + len(chosen)) * n_seeds, n_seeds, allowance)
    left_out = ", ".join(c.trial.label for c in others if c not in chosen)
    notes = [f"Not trained, since the time of this study was spent: {left_out}."] if left_out else []
    judge = judge_of(_metrics(first[0].trainings))
    scores = [score for c in (*first, *chosen) if judge and (score := _score(c.trial, c.trainings, judge)) is not None]
    short = sum(t.run.state().status == Status.INTERRUPTED for c in (*first, *chosen) for t in c.trainings)
    if short:
        notes.append(f"{short} trainings did not end in time: the same study once more goes on with them.")
    order = {axis: k for k, axis in enumerate(("base", *AXES, "twin"))}
    yield Trained(tuple(sorted(scores, key=lambda score: (order[score.axis], score.x))), tuple(notes))


class _Contest:
    def __init__(self, place: int, trial: Trial) -> None:
        self.trial = trial
        self.contestant = Contestant(f"{place}", f"scale {trial.label}", "quantum", trial.experiment)
        self.trainings: list[Training] = []


def _attend(
    store: RunStore, contests: list[_Contest], n_seeds: int, n_all: int, n_before: int, allowance: Allowance
) -> Iterator[tuple[int, int]]:
    """Train these; (ended, of) of all. What has not ended when the time has long been spent keeps a checkpoint."""
    trainings, runner = attend(store, [c.contestant for c in contests], n_seeds, mode="thread")
    for contest in contests:
        contest.trainings = [t for t in trainings if t.contestant is contest.contestant]
    try:
        for states in progress(trainings, 0.3):
            yield n_before + sum(bool(state.ended) for state in states), n_all
            if allowance.left < -GRACE:
                return
    finally:
        runner.close()


def _affordable(store: RunStore, base: _Contest, others: list[_Contest], n_seeds: int, seconds: float) -> list[_Contest]:
    """Those that ``seconds`` are enough for, in order; what is trained already costs nothing."""
    states = [state for t in base.trainings if (state := t.run.state()).ended and state.started]
    trained = float(np.mean([state.seconds for state in states])) if states else base.trial.seconds
    beside = float(np.mean([(state.ended or 0) - (state.started or 0) for state in states])) - trained if states else 0.0
    slower = max(trained / base.trial.seconds, 1.0)  # two trainings at a time share caches and this interpreter
    done = {state.digest for state in store.list() if state.status == Status.DONE}
    chosen = []
    for contest in others:
        new = sum(contest.contestant.with_seed(seed).digest() not in done for seed in range(n_seeds))
        steps = contest.trial.x / _steps(base.trial) if contest.trial.axis == "T" else 1.0  # which sampling is proportional to
        needs = new * (slower * contest.trial.seconds + beside * max(steps, 1.0)) / n_cpus()
        if needs <= max(seconds, 0.0):
            chosen.append(contest)
            seconds -= needs
    return chosen


def _steps(base: Trial) -> int:
    return int(getattr(getattr(base.experiment.model, "schedule", None), "n_steps", 1))


def _score(trial: Trial, trainings: list[Training], judge: str) -> Score | None:
    states = [state for t in trainings if (state := t.run.state()).status == Status.DONE]
    states = [state for state in states if math.isfinite(state.metrics.get(judge, math.nan))]
    if not states:
        return None
    values = [state.metrics[judge] for state in states]
    return Score(
        trial.axis, trial.x, trial.label, float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        float(np.mean([state.floor.get(judge, math.nan) for state in states])), float(np.mean([state.seconds for state in states])),
        states[0].n_parameters, len(values), tuple(state.id for state in states), judge,
    )  # fmt: skip


def _metrics(trainings: list[Training]) -> list[Mapping[str, float]]:
    return [state.metrics for t in trainings if (state := t.run.state()).status == Status.DONE]


def judge_of(metrics: Sequence[Mapping[str, float]]) -> str | None:
    """The key of ``JUDGES`` that decides: the first that every run has. A classifier that is always right does not tell one short training
    from another, and leaves it to the next."""
    usable = [key for key in JUDGES if metrics and all(math.isfinite(m.get(key, math.nan)) for m in metrics)]
    if usable[:1] == ["auc"] and len(usable) > 1 and float(np.mean([m["auc"] for m in metrics])) > ALWAYS_RIGHT:
        usable = usable[1:]
    return usable[0] if usable else None
