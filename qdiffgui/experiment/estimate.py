"""How long a training will take, from a few of its real optimiser steps.

A phase costs its first step, which may set things up (new inputs, new targets), and the others, which cost about the same each or repeat
their costs after a cycle. Where there are many phases, the first two, the middle and the last are looked at, and what lies between is
interpolated: costs of phases change steadily.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qdiffgui.data.types import Encoded
from qdiffgui.models.base import Family

BUDGET = 0.15
"""Seconds that an estimate may take, about: a step that is slow by itself is waited for."""
_LEAST_CYCLES = 2

Clock = Callable[[], float]


@dataclass(frozen=True)
class Estimate:
    """seconds : of the whole training.     seconds_a_step : on average.
    error : of ``seconds``, one standard deviation, from how much the timed steps differ; what the machine does beside is not in it.
    """

    seconds: float
    seconds_a_step: float
    error: float


@dataclass(frozen=True)
class _Timed:
    """Of one phase: seconds of its first step, of each other one, and the error of the latter."""

    place: int
    first: float
    later: float
    error: float


def estimate(model: Family, train: Encoded, *, budget: float = BUDGET, clock: Clock = time.perf_counter) -> Estimate:
    """The training time of a freshly built model; it is not to be used for anything else afterwards.

    clock : of wall time by default; ``time.process_time`` counts what all threads of this process compute.
    """
    model.fit(train)
    phases = model.phases()
    chosen = sorted({0, min(1, len(phases) - 1), len(phases) // 2, len(phases) - 1})
    timed = [_time(model, place, phases[place], budget / len(chosen), clock) for place in chosen]
    places = np.arange(len(phases))
    length = np.array([len(phase) for phase in phases])
    known = [t.place for t in timed]
    first, later, error = (np.interp(places, known, [getattr(t, name) for t in timed]) for name in ("first", "later", "error"))
    seconds = float((first + (length - 1) * later).sum())
    return Estimate(seconds, seconds / model.n_steps, float(((length - 1) * error).sum()))


def _time(model: Family, place: int, phase: range, budget: float, clock: Clock) -> _Timed:
    """Whole cycles until the budget is spent. The first of them warms caches up and counts only where it is the only one; their median
    keeps out the step that something else on the machine held up."""
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
