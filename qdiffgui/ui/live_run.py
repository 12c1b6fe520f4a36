"""The page's copy of one run, updated from its folder: the same code for a live, a re-attached
and a finished run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.events import Failed, Loss, Metrics, Note, Samples, Started
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import Follower
from qdiffgui.runs.record import RunState

Series = tuple[list[float], list[float]]


@dataclass
class Changes:
    """What a poll found. ``reset``: discard everything drawn before."""

    reset: bool = False
    state: bool = False
    losses: Series = field(default_factory=lambda: ([], []))
    norms: Series = field(default_factory=lambda: ([], []))
    metrics: bool = False
    samples: bool = False
    trajectory: bool = False
    report: bool = False
    log: bool = False


class LiveRun:
    """One run. ``poll`` reads what is new and returns what changed; the attributes hold the
    current values.
    """

    is_file = False
    """Whether it is a file of samples among the runs, without losses, settings and a model."""

    def __init__(self, run: RunDirectory, reference: str = "") -> None:
        self.run = run
        self.id = run.id
        self.reference = reference or run.id
        self.config: Experiment = run.config()
        self.state: RunState = run.state()
        self._follower = Follower(run)
        self._stamps: dict[Path, tuple[int, int]] = {}
        self._first = True
        self._clear()

    def _clear(self) -> None:
        self.losses: Series = ([], [])
        self.norms: Series = ([], [])
        self.metrics: dict[str, Series] = {}
        self.last_metrics = Metrics(step=0, seconds=0, values={})
        self.samples: dict[str, Any] | None = None
        self.samples_step = 0
        self.trajectory: dict[str, Any] | None = None
        self.report: dict[str, Any] | None = None
        self.notes: list[str] = []
        self.failure = ""

    def poll(self) -> Changes:
        """Read what is new; cheap if nothing is."""
        changes = Changes(reset=self._first, state=self._first)
        self._first = False
        news = self._follower.poll()
        if news.reset:
            self._clear()
            self._stamps.clear()
            changes.reset = True
        for event in news.events:
            self._take(event, changes)
        state = self.run.state()
        if state != self.state:
            self.state, changes.state = state, True
        if self._is_new(self.run.trajectory_file):
            self.trajectory = self.run.trajectory() or self.trajectory
            changes.trajectory = self.trajectory is not None
        if self._is_new(self.run.metrics_file):
            self.report = self.run.metrics() or self.report
            changes.report = self.report is not None
        return changes

    def _take(self, event: Any, changes: Changes) -> None:
        if isinstance(event, Loss):
            for series in (self.losses, changes.losses):
                series[0].append(event.step)
                series[1].append(event.loss)
            if event.grad_norm is not None:
                for series in (self.norms, changes.norms):
                    series[0].append(event.step)
                    series[1].append(event.grad_norm)
        elif isinstance(event, Metrics) and not event.final:
            before = self.last_metrics  # not every event has every metric
            self.last_metrics = event.model_copy(
                update={"floor": before.floor | event.floor, "spread": before.spread | event.spread}
            )
            for name, value in event.values.items():
                series = self.metrics.setdefault(name, ([], []))
                series[0].append(event.step)
                series[1].append(value)
            changes.metrics = True
        elif isinstance(event, Samples):
            self.samples, self.samples_step, changes.samples = event.data, event.step, True
        elif isinstance(event, Note):
            self.notes.append(f"step {event.step}: {event.text}")
            changes.log = True
        elif isinstance(event, Failed):
            self.failure = event.report
            changes.log = True
        elif isinstance(event, Started):
            self.notes.append(
                f"step {event.step}: started with {event.n_parameters} parameters, "
                f"{event.total} steps in total"
            )
            changes.log = True

    def _is_new(self, path: Path) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        stamp = (found.st_mtime_ns, found.st_size)
        if self._stamps.get(path) == stamp:
            return False
        self._stamps[path] = stamp
        return True

    @property
    def truth(self) -> dict[str, Any] | None:
        """A preview of held-out data, once the trajectory has been stored."""
        return self.trajectory.get("truth") if self.trajectory else None


def follow(run: RunDirectory, reference: str = "") -> LiveRun:
    """Follow a run, which the store finds as ``reference`` (default: its id); raises ``UserError``
    if its folder is not a run.
    """
    if not run.exists():
        raise UserError(f"Run '{run.id}' no longer exists: choose another one in the list.")
    return LiveRun(run, reference)
