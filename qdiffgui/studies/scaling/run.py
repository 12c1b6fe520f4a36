"""Run a scaling study: yield the stages, then the result."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qdiffgui.config import Experiment
from qdiffgui.duration import duration
from qdiffgui.model_file import versions
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.scaling.axes import AXES
from qdiffgui.studies.scaling.landscape import LEAST_DRAWS, GradientCurve, gradients_along
from qdiffgui.studies.scaling.quality import GRACE, QUALITY_METRICS, TrialScores, train, trials
from qdiffgui.studies.scaling.result import ScalingStudy
from qdiffgui.studies.scaling.static_cost import static
from qdiffgui.studies.scaling.time_budget import StudyBudget, TimeBudget
from qdiffgui.studies.scaling.timing import (
    MeasurementCache,
    TimingCurve,
    circuit_times,
    time_along_axis,
)
from qdiffgui.studies.scaling.trainability import (
    N_DRAWS,
    N_ENSEMBLE_DRAWS,
    AnsatzExpressibility,
    VarianceDecay,
    ansatz_expressibilities,
    circuit_decays,
    ensemble_decays,
    loss_slices,
)
from qdiffgui.studies.scaling.verdict import sentences

_CIRCUIT_WIDTHS = (2, 4, 6, 7, 8, 9, 10, 11, 12)
_GRADIENT_AXES = ("n", "L", "P")
_MODEL_DRAWS, _PAIRS = 10, 2000


@dataclass(frozen=True)
class Stage:
    """The present stage of a study.

    ``share`` is the finished fraction (0 to 1), ``left`` the seconds until the end: at most that
    many if ``most``, about that many otherwise.
    """

    text: str
    share: float
    left: float
    most: bool = True

    @property
    def line(self) -> str:
        """The stage as a line of text."""
        left = (
            f"; {'at most' if self.most else 'about'} {duration(self.left)} left"
            if self.left >= 1
            else ""
        )
        return f"[{self.share:4.0%}] {self.text}{left}"


def run_study(
    name: str, config: Experiment, store: RunStore, *, effort: float = 1.0, n_seeds: int = 3
) -> Iterator[Stage | ScalingStudy]:
    """Run a scaling study; yields the stages, and the result at the end.

    Parameters
    ----------
    name : str
        Name of the study, usually the preset.
    config : Experiment
        The settings to study.
    store : RunStore
        Where the short training runs are stored. Finished ones are reused, so a stopped study
        continues.
    effort : float
        Multiplies draws, timings and training and, above 1, the time limit.
    n_seeds : int
        Seeds of each short training.

    Yields
    ------
    Stage or ScalingStudy
        Stages, and the study last. Its ``notes`` list what the time limit left out.

    Raises
    ------
    ConfigError, DataError
        If the experiment cannot be run.
    """
    config = config.pinned()
    budget = StudyBudget(max(effort, 1.0))

    def stage(text: str, share: float) -> Stage:
        return Stage(text, share, max(budget.total.left + GRACE, 0.0))

    yield stage("counting gates, parameters and operations", 0.0)
    known = MeasurementCache(config)
    prepared = known.prepared(config)
    counted = static(config, prepared=prepared)
    budget.mark("static")
    yield stage("timing optimizer steps", 0.02)
    timings = _timings(config, effort, budget.part("timing"), known)
    quantum = bool(counted.groups[0].key.startswith("circuit"))
    ansatz = getattr(
        config.model,
        "ansatz",
        "re-uploading" if config.model.kind == "latent" else "hardware-efficient",
    )
    circuit = (
        circuit_times(ansatz, getattr(config.model, "n_layers", 4), 64, _CIRCUIT_WIDTHS)
        if quantum
        else None
    )
    budget.mark("timing")
    decays: list[VarianceDecay] = []
    reaches: list[AnsatzExpressibility] = []
    if quantum:
        yield stage("gradients of reference circuits", 0.1)
        decays += circuit_decays(ansatz, round(N_DRAWS * effort) or 8, config.seed)
        decays += ensemble_decays(max(round(N_ENSEMBLE_DRAWS * effort), 8), config.seed)
        yield stage("expressibility of every ansatz", 0.2)
        reaches = ansatz_expressibilities(max(round(_PAIRS * effort), 200), config.seed)
    budget.mark("reference circuits")
    yield stage("gradients and loss of the model", 0.25)
    gradients = _gradients(config, effort, budget.part("the model's gradients"), known)
    step_seconds = (
        next((t.seconds for along in timings for t in along.timings if t.is_base), 0.0) or 1e-3
    )
    landscape = loss_slices(
        config, prepared, seconds=budget.part("slices of the loss").left, step_seconds=step_seconds
    )
    budget.mark("the model's gradients")
    wanted, notes = trials(config, effort, budget.total, known)
    yield stage("short training runs", 0.3)
    begun, trained = time.monotonic(), TrialScores((), ())
    for event in train(store, wanted, n_seeds, budget.total):
        if isinstance(event, TrialScores):
            trained = event
        elif event[0]:
            left = (time.monotonic() - begun) * (event[1] - event[0]) / event[0]
            yield Stage(
                f"short training runs: {event[0]} of {event[1]} done",
                0.3 + 0.7 * event[0] / event[1],
                left,
                most=False,
            )
    budget.mark("trainings")
    judge = QUALITY_METRICS[trained.scores[0].judge] if trained.scores else ""
    found = ScalingStudy(
        name,
        config,
        n_seeds,
        effort,
        counted,
        timings,
        circuit,
        tuple(decays),
        gradients,
        tuple(reaches),
        landscape,
        trained.scores,
        judge,
        budget.seconds,
        {
            "data": prepared.dataset.name,
            "data_digest": prepared.dataset.digest,
            "versions": versions(),
        },
        (*budget.notes(), *notes, *trained.notes),
    )
    yield replace(found, verdict=tuple(sentences(found)))


def _timings(
    config: Experiment, effort: float, allowance: TimeBudget, known: MeasurementCache
) -> tuple[TimingCurve, ...]:
    found = [
        time_along_axis(
            config, axis, effort=effort, allowance=allowance.share(len(AXES) - k), known=known
        )
        for k, axis in enumerate(AXES)
    ]
    return tuple(a for a in found if a is not None)


def _gradients(
    config: Experiment, effort: float, allowance: TimeBudget, known: MeasurementCache
) -> tuple[GradientCurve, ...]:
    draws = max(round(_MODEL_DRAWS * effort), LEAST_DRAWS)
    found = [
        gradients_along(
            config,
            axis,
            draws=draws,
            allowance=allowance.share(len(_GRADIENT_AXES) - k),
            known=known,
        )
        for k, axis in enumerate(_GRADIENT_AXES)
    ]
    return tuple(g for g in found if g is not None)
