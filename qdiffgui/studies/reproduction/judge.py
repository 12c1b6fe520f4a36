"""From the outcomes of several seeds to pass or miss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from qdiffgui.studies.reproduction.task import Bar, SeedOutcome


@dataclass(frozen=True)
class BarResult:
    """A bar and the values over the seeds: the best, the mean and the standard deviation.

    ``floor`` and ``start`` are means over seeds. ``passed`` is also true for a finite metric
    without any bound; see ``verdict``.
    """

    bar: Bar
    best: float
    mean: float
    std: float
    passed: bool
    floor: float | None = None
    start: float | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """``pass``, ``miss``, or ``reported`` if the bar sets no bound."""
        return "miss" if not self.passed else "pass" if self.bar.asks else "reported"


@dataclass(frozen=True)
class TaskResult:
    """The result of a task over its seeds.

    Attributes
    ----------
    seconds, cpu_seconds : tuple of float
        Wall-clock and CPU time of each finished seed.
    failures : mapping
        Seed -> why it failed. A task with failures has not passed.
    """

    key: str
    label: str
    paper: str
    bars: tuple[BarResult, ...]
    outcomes: tuple[SeedOutcome, ...]
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    failures: Mapping[int, str] = field(default_factory=dict)
    chosen: str = ""

    @property
    def passed(self) -> bool:
        """Whether every seed finished and every bar passed."""
        return not self.failures and all(result.passed for result in self.bars)


def judge(bar: Bar, outcomes: Sequence[SeedOutcome]) -> BarResult:
    """Judge the outcomes of all seeds by one bar. A value that is not finite never passes.

    Raises
    ------
    KeyError
        If an outcome lacks the bar's metric.

    Examples
    --------
    >>> judge(Bar("w", "W", mean=0.01), [SeedOutcome({"w": 0.008})]).verdict
    'pass'
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
            bound is None or sign * value <= sign * bound
            for value, bound in ((best, bar.best), (cautious, bar.mean))
        )
    return BarResult(
        bar,
        best,
        mean,
        std,
        passed,
        _mean_of([o.floor for o in outcomes], bar.key),
        _mean_of([o.start for o in outcomes], bar.key),
        _mean_baselines(bar.key, outcomes),
    )


def _best(bar: Bar, values: Sequence[float]) -> float:
    if bar.better == "near":
        target = bar.mean if bar.mean is not None else fmean(values)
        return min(values, key=lambda value: abs(value - target))
    return min(values) if bar.better == "lower" else max(values)


def _mean_of(rows: Sequence[Mapping[str, float]], key: str) -> float | None:
    found = [row[key] for row in rows if key in row]
    return fmean(found) if found else None


def _mean_baselines(key: str, outcomes: Sequence[SeedOutcome]) -> dict[str, float]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.baselines)
    means = {
        name: _mean_of([outcome.baselines.get(name, {}) for outcome in outcomes], key)
        for name in names
    }
    return {name: value for name, value in means.items() if value is not None}
