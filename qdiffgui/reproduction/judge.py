"""From the outcomes of several seeds to pass or miss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from qdiffgui.reproduction.task import Bar, Outcome


@dataclass(frozen=True)
class BarResult:
    """A bar with what was reached: the best of the seeds, their mean and standard deviation; floor and start are means over seeds.
    ``passed`` is also true of a finite figure that nothing is asked of; see ``verdict``."""

    bar: Bar
    best: float
    mean: float
    std: float
    passed: bool
    floor: float | None = None
    start: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """``pass``, ``miss``, or ``reported`` where nothing is asked."""
        return "miss" if not self.passed else "pass" if self.bar.asks else "reported"


@dataclass(frozen=True)
class TaskResult:
    """All that is known of a task after its seeds.

    seconds, cpu_seconds : one number a seed that ended.       failures : seed -> why it did not end; such a task has not passed.
    """

    key: str
    label: str
    paper: str
    bars: tuple[BarResult, ...]
    outcomes: tuple[Outcome, ...]
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    failures: Mapping[int, str] = field(default_factory=dict)
    chosen: str = ""

    @property
    def passed(self) -> bool:
        """Whether every seed ended and every bar is reached."""
        return not self.failures and all(result.passed for result in self.bars)


def judge(bar: Bar, outcomes: Sequence[Outcome]) -> BarResult:
    """Hold the outcomes of all seeds against one bar. A value that is no number passes nothing.

    Raises
    ------
    KeyError
        if an outcome lacks the bar's figure.
    """
    values = [outcome.values[bar.key] for outcome in outcomes]
    best, mean, std = _best(bar, values), fmean(values), float(np.std(values))
    passed = all(math.isfinite(v) for v in values)
    if bar.better == "near":
        passed = passed and bar.mean is not None and abs(mean - bar.mean) <= bar.tolerance
    else:
        sign = 1 if bar.better == "lower" else -1
        cautious = mean + sign * std if bar.beyond_noise else mean
        passed = passed and all(
            bound is None or sign * value <= sign * bound for value, bound in ((best, bar.best), (cautious, bar.mean))
        )
    return BarResult(
        bar, best, mean, std, passed, _mean_of([o.floor for o in outcomes], bar.key),
        _mean_of([o.start for o in outcomes], bar.key), _beside(bar.key, outcomes),
    )  # fmt: skip


def _best(bar: Bar, values: Sequence[float]) -> float:
    if bar.better == "near":
        target = bar.mean if bar.mean is not None else fmean(values)
        return min(values, key=lambda value: abs(value - target))
    return min(values) if bar.better == "lower" else max(values)


def _mean_of(rows: Sequence[Mapping[str, float]], key: str) -> float | None:
    found = [row[key] for row in rows if key in row]
    return fmean(found) if found else None


def _beside(key: str, outcomes: Sequence[Outcome]) -> dict[str, float]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.beside)
    means = {name: _mean_of([outcome.beside.get(name, {}) for outcome in outcomes], key) for name in names}
    return {name: value for name, value in means.items() if value is not None}
