"""What a published task is: a training for each seed, and the bars that its figures are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Values = Mapping[str, float]


@dataclass(frozen=True)
class Bar:
    """One figure and what it has to reach.

    key : its name in ``Outcome.values``.     better : "lower", "higher", or "near" (to ``mean``, within ``tolerance``).
    best, mean : bounds on the best of the seeds and on their mean; None where there is none: with neither, the figure is only reported.
    paper : what was published, None where nothing was.
    beyond_noise : the mean has to be better than ``mean`` by more than the standard deviation over the seeds (for ratios of ablations: a
    difference within seed noise is none).
    tried : of a bar that is missed, what was tried, with figures; shown beside the miss.
    """

    key: str
    label: str
    better: Literal["lower", "higher", "near"] = "lower"
    best: float | None = None
    mean: float | None = None
    tolerance: float = 0.0
    paper: float | None = None
    beyond_noise: bool = False
    tried: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is anything to reach."""
        return self.best is not None or self.mean is not None


@dataclass(frozen=True)
class Outcome:
    """What one seed gave.

    values : figure -> value, every bar's key and any more worth printing.     floor, start : the same figures of real against real, and of
    what sampling starts from.       beside : generator -> figures, of trivial generators and of baselines.    notes : sentences.
    """

    values: Values
    floor: Values = field(default_factory=dict)
    start: Values = field(default_factory=dict)
    beside: Mapping[str, Values] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A published task. ``run(seed)`` trains and measures once, on one thread; it depends on the seed alone.

    Its key, label, summary and paper are those of its entry in ``catalog.reproductions``. chosen : how its settings were chosen, where
    figures of the seeds that are reported had a say in it.
    """

    bars: tuple[Bar, ...]
    run: Callable[[int], Outcome]
    chosen: str = ""
