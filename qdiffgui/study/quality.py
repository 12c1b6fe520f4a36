"""Quality against size: short trainings along every axis, as ordinary runs, with the classical twin at equal parameters and at equal CPU
seconds beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.benchmark.lineup import Contestant
from qdiffgui.benchmark.trainings import Training, attend, progress
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.scaling.axes import points
from qdiffgui.scaling.twin import LARGE, twin

SECONDS = 1.0
"""Of training of one run at the base configuration."""
MOST = 4.0  # of these: a point that would take longer is left out
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
    """A configuration to train: a point of an axis, the base itself ("base"), or a twin ("twin")."""

    axis: str
    x: float
    label: str
    experiment: Experiment


def shortened(config: Experiment, seconds: float) -> Experiment:
    """The same, trained for about ``seconds``: iterations are a power of two, so that the next study finds the same runs again."""
    per_step = _estimate(config) / config.training.iterations
    wanted = 2 ** round(math.log2(max(seconds / per_step, 1)))
    schedule = getattr(config.model, "schedule", None)
    least = 4 * getattr(schedule, "n_steps", 1)
    iterations = min(max(wanted, least), max(config.training.iterations, least))
    training = config.training.model_copy(update={"iterations": iterations, "threads": 1, "preview_seconds": 3600.0})
    evaluation = config.evaluation.model_copy(update={"n_generated": min(N_GENERATED, config.evaluation.n_generated)})
    return config.model_copy(update={"training": training, "evaluation": evaluation})


def _estimate(config: Experiment) -> float:
    prepared = prepare(config)
    return estimate(build(config, prepared), prepared.train, budget=0.08).seconds


def trials(config: Experiment, effort: float) -> tuple[list[Trial], list[str]]:
    """What to train, and sentences on what was left out."""
    base = shortened(config, SECONDS * effort)
    seconds = _estimate(base)
    found, notes = [Trial("base", 0.0, "as configured", base)], []
    for axis in AXES:
        for point in points(base, axis):
            if point.is_base:
                continue
            try:
                if _estimate(point.experiment) <= MOST * max(seconds, SECONDS * effort):
                    found.append(Trial(axis, point.x, f"{axis} = {point.x:g}", point.experiment))
                else:
                    notes.append(f"{axis} = {point.x:g} was not trained: it would take more than {MOST:g} times as long.")
            except UserError as error:
                notes.append(f"{axis} = {point.x:g} was not trained: {error}")
    return found + _twins(base, seconds), notes


def _twins(base: Experiment, seconds: float) -> list[Trial]:
    prepared = prepare(base)
    equal = twin(base, build(base, prepared).n_parameters)
    large = twin(base, LARGE)
    if equal is None or large is None:
        return []
    steps = large.training.iterations * seconds / max(_estimate(large), 1e-3)
    same_time = twin(base, LARGE, iterations=max(2 ** round(math.log2(max(steps, 1))), 16))
    assert same_time is not None
    return [
        Trial("twin", 0.0, "classical, as many parameters, as many steps", equal),
        Trial("twin", 1.0, f"classical, {LARGE} parameters, about as many CPU seconds", same_time),
    ]  # fmt: skip


def train(store: RunStore, wanted: list[Trial], n_seeds: int) -> Iterator[tuple[int, int] | list[Score]]:
    """Train what is not trained yet: (ended, of) again and again, the scores at the end."""
    contestants = [Contestant(f"{k}", f"scale {t.label}", "quantum", t.experiment) for k, t in enumerate(wanted)]
    trainings, runner = attend(store, contestants, n_seeds, mode="thread")
    try:
        for states in progress(trainings, 0.3):
            yield sum(bool(state.ended) for state in states), len(states)
    finally:
        runner.close()
    yield [
        score for k, trial in enumerate(wanted) if (score := _score(trial, [t for t in trainings if t.contestant.key == f"{k}"]))
    ]


def _score(trial: Trial, trainings: list[Training]) -> Score | None:
    states = [state for t in trainings if (state := t.run.state()).status == Status.DONE]
    judge = judge_of(state.metrics for state in states)
    if judge is None:
        return None
    values = [state.metrics[judge] for state in states if judge in state.metrics]
    return Score(
        trial.axis, trial.x, trial.label, float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        float(np.mean([state.floor.get(judge, math.nan) for state in states])), float(np.mean([state.seconds for state in states])),
        states[0].n_parameters, len(values), tuple(state.id for state in states), judge,
    )  # fmt: skip


def judge_of(metrics: Any) -> str | None:
    """The key of ``JUDGES`` that decides: the first that every run has."""
    found = list(metrics)
    return next((key for key in JUDGES if found and all(key in m and math.isfinite(m[key]) for m in found)), None)
