"""Expected training time, from a few optimizer steps.

The first step of a phase may include its set-up (new inputs, new targets). What the first steps of
a whole training set up is timed apart (``DiffusionModel.setup_seconds``). The other steps take
about the same time each, or repeat after a cycle. If there are many phases, the first two, the
middle and the last one are timed and the others interpolated, because costs change steadily from
phase to phase.

CPU time is counted, because wall-clock time depends on what else runs. Other load also slows the
CPU down (caches, shared cores), but it never speeds it up: of several looks the fastest counts.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from qdiffgui.data.types import Encoded
from qdiffgui.duration import BUSY
from qdiffgui.models.base import DiffusionModel

BUDGET = 0.15
"""Approximate time for an estimate, in seconds. A step that has begun is always finished."""
N_LOOKS = 3
LOAD_ERROR = 0.2
"""Relative error of an estimate on a busy machine, where CPU time itself depends on the load:
measured at a load of 15 on two cores (``benchmarks/prediction.py``)."""
_LEAST_CYCLES = 2

Clock = Callable[[], float]
CPU: Clock = time.perf_counter if sys.platform == "win32" else time.process_time
"""CPU time of all threads of this process. That of Windows has steps of 16 ms, longer than a
look."""


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
        Spread of ``seconds``, from that of the looks, and ``LOAD_ERROR`` on a busy machine.
    busy : float
        How many times as long as its CPU time the estimate took, at least 1: large on a machine
        with other load. 1 if no wall clock was given.
    """

    seconds: float
    seconds_a_step: float
    error: float
    busy: float = 1.0


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
    clock: Clock = CPU,
    wall: Clock | None = None,
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
        Seconds that are counted; by default CPU time of all threads of this process.
    wall : callable, optional
        Wall-clock time, as ``time.perf_counter``. It tells how busy the machine is, and whether
        several threads work at once, so that training takes less time than CPU time.
    """
    wall = wall or clock
    begun = clock(), wall()
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
    spread = float(((length - 1) * error).sum())
    counted, waited = clock() - begun[0], wall() - begun[1]
    busy = waited / counted if counted > 0 else 1.0
    if busy < 1:  # threads at once
        seconds, spread, busy = seconds * busy, spread * busy, 1.0
    if busy > BUSY:
        spread = math.hypot(spread, LOAD_ERROR * seconds)
    return Estimate(seconds, seconds / model.n_steps, spread, busy)


def fastest(spent: Sequence[float]) -> tuple[float, float]:
    """The time of a cycle and its spread: up to three looks in a row, of which the fastest counts.

    Parameters
    ----------
    spent : sequence of float
        Seconds of each cycle, in order; at least one.

    Returns
    -------
    tuple of float
        The smallest mean of a look, and the standard deviation of these means (of one look alone:
        as much as the time itself).

    Examples
    --------
    >>> fastest([2.0, 2.0, 2.0, 2.0, 2.0, 8.0])
    (2.0, 1.7320508075688772)
    """
    looks = [float(np.mean(part)) for part in np.array_split(spent, min(N_LOOKS, len(spent)))]
    return min(looks), statistics.stdev(looks) if len(looks) > 1 else looks[0]


def _time(model: DiffusionModel, place: int, phase: range, budget: float, clock: Clock) -> _Timed:
    """Time complete cycles until the budget is spent.

    The first cycle fills caches, so it counts only if it is the only one.
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
    return _Timed(place, first, *fastest(spent[1:] or spent or [first]))
