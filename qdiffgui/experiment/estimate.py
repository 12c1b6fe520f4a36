"""Expected training time, from a few optimizer steps.

The first step of a phase may include its set-up (new inputs, new targets). What the first steps of
a whole training set up is timed apart (``DiffusionModel.setup_seconds``). The other steps take
about the same time each, or repeat after a cycle. If there are many phases, the first two, the
middle and the last one are timed and the others interpolated, because costs change steadily from
phase to phase.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qdiffgui.data.types import Encoded
from qdiffgui.models.base import DiffusionModel

BUDGET = 0.15
"""Approximate time for an estimate, in seconds. A step that has begun is always finished."""
_LEAST_CYCLES = 2

Clock = Callable[[], float]


@dataclass(frozen=True)
class Estimate:
    """Expected training time.

    Attributes
    ----------
    seconds : float
        Time of the whole training, in seconds.
    seconds_a_step : float
        Mean time of one optimizer step, in seconds.
    error : float
        Standard deviation of ``seconds``, from the scatter of the timed steps. It does not include
        other load on the machine.
    """

    seconds: float
    seconds_a_step: float
    error: float


@dataclass(frozen=True)
class _Timed:
    """Seconds of the first step of a phase and of each later one, and the error of the latter."""

    place: int
    first: float
    later: float
    error: float


def estimate(
    model: DiffusionModel,
    train: Encoded,
    *,
    budget: float = BUDGET,
    clock: Clock = time.perf_counter,
) -> Estimate:
    """The expected training time of a newly built model.

    Parameters
    ----------
    model : DiffusionModel
        The model. It takes optimizer steps and must not be used afterwards.
    train : Encoded
        Training samples.
    budget : float
        Approximate time for the estimate, in seconds.
    clock : callable
        Wall time by default; ``time.process_time`` counts CPU time of all threads of this process.
    """
    model.fit(train)
    setup = model.setup_seconds(clock)
    phases = model.phases()
    chosen = sorted({0, min(1, len(phases) - 1), len(phases) // 2, len(phases) - 1})
    timed = [_time(model, place, phases[place], budget / len(chosen), clock) for place in chosen]
    places = np.arange(len(phases))
    length = np.array([len(phase) for phase in phases])
    known = [t.place for t in timed]
    first, later, error = (
        np.interp(places, known, [getattr(t, name) for t in timed])
        for name in ("first", "later", "error")
    )
    seconds = setup + float((first + (length - 1) * later).sum())
    return Estimate(seconds, seconds / model.n_steps, float(((length - 1) * error).sum()))


def _time(model: DiffusionModel, place: int, phase: range, budget: float, clock: Clock) -> _Timed:
    """Time complete cycles until the budget is spent.

    The first cycle fills caches, so it counts only if it is the only one. The median excludes steps
    that other load on the machine delayed.
    """
    cycle = min(model.cycle, max(len(phase) - 1, 1))
    begun = now = clock()
    model.step(phase[0])
    first = clock() - begun
    spent: list[float] = []
    at = 1
    while at + cycle <= len(phase) and (len(spent) <= _LEAST_CYCLES or clock() - begun < budget):
        now = clock()
        for i in phase[at : at + cycle]:
            model.step(i)
        spent.append((clock() - now) / cycle)
        at += cycle
    counted = spent[1:] or spent or [first]
    spread = statistics.stdev(counted) / len(counted) ** 0.5 if len(counted) > 1 else counted[0]
    return _Timed(place, first, statistics.median(counted), spread)
