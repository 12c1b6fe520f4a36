"""A published task: one training per seed, and the bars that its metrics must reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from qdiffgui.config import Experiment, override

if TYPE_CHECKING:
    from qdiffgui.experiment import Session

Values = Mapping[str, float]


@dataclass(frozen=True)
class Bar:
    """One metric of a published task and the value it must reach.

    Attributes
    ----------
    key : str
        Name of the metric in ``SeedOutcome.values``.
    label : str
        Name shown in tables.
    better : {"lower", "higher", "near"}
        Direction; "near" compares with ``mean`` within ``tolerance``.
    best, mean : float or None
        Bounds on the best seed and on the mean over seeds. If both are None, the metric is only
        reported.
    tolerance : float
        Allowed distance from ``mean`` for "near".
    paper : float or None
        Published value.
    paper_note : str
        What ``paper`` is, where it is not simply printed in the paper for the same measurement.
    beyond_noise : bool
        The mean must pass by more than the standard deviation over seeds. Used for ratios of
        ablations, where a difference within seed noise is no difference.
    tried : str
        What was tried for a missed bar, with values; shown next to the miss.
    """

    key: str
    label: str
    better: Literal["lower", "higher", "near"] = "lower"
    best: float | None = None
    mean: float | None = None
    tolerance: float = 0.0
    paper: float | None = None
    paper_note: str = ""
    beyond_noise: bool = False
    tried: str = ""

    @property
    def asks(self) -> bool:
        """Whether the bar sets any bound."""
        return self.best is not None or self.mean is not None


@dataclass(frozen=True)
class SeedOutcome:
    """The metrics of one seed.

    Attributes
    ----------
    values : mapping
        Metric -> value: every bar's key, and any other worth printing.
    floor, start : mapping
        The same metrics of the floor, and of the noise that sampling starts from.
    baselines : mapping
        Generator -> metrics, of trivial generators and of baseline models.
    notes : tuple of str
        Sentences for the report.
    """

    values: Values
    floor: Values = field(default_factory=dict)
    start: Values = field(default_factory=dict)
    baselines: Mapping[str, Values] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A published task. Its key, label, summary and paper are in ``catalog.reproductions``.

    Attributes
    ----------
    bars : tuple of Bar
        What is measured and what must be reached.
    run : callable
        ``run(seed)`` trains and measures once, on one thread; it depends on the seed alone.
    chosen : str
        How the settings were chosen, if metrics of the reported seeds influenced the choice.
    """

    bars: tuple[Bar, ...]
    run: Callable[[int], SeedOutcome]
    chosen: str = ""


def train_task(config: Experiment, seed: int, *settings: str) -> Session:
    """Train ``config`` with ``seed`` and any ``a.b=value`` settings; no report is made.

    Raises ``ConfigError`` for settings that do not fit.
    """
    from qdiffgui.experiment import Session

    session = Session(override(config, [f"seed={seed}", *settings]))
    while session.step < session.model.n_steps:
        session.model.step(session.step)
        session.step += 1
    return session
