"""What the page knows of one run, kept up to date from its folder: the same code for a live, a re-attached and a finished run."""

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
    """What a poll brought. ``reset``: forget everything drawn before."""

    reset: bool = False
    state: bool = False
    losses: Series = field(default_factory=lambda: ([], []))
    norms: Series = field(default_factory=lambda: ([], []))
    metrics: bool = False
    samples: bool = False
    film: bool = False
    report: bool = False
    log: bool = False


class Following:
    """One run, followed. ``poll`` reads what is new and says what changed; the rest are the values as they are now."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.id = run.id
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
        self.beside = Metrics(step=0, seconds=0, values={})
        self.samples: dict[str, Any] | None = None
        self.samples_step = 0
        self.film: dict[str, Any] | None = None
        self.report: dict[str, Any] | None = None
        self.notes: list[str] = []
        self.failure = ""

    def poll(self) -> Changes:
        """Read what is new; cheap where nothing is."""
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
        if self._is_new(self.run.film_file):
            self.film = self.run.film() or self.film
            changes.film = self.film is not None
        if self._is_new(self.run.metrics_file):
            self.report = self.run.metrics() or self.report
            changes.report = self.report is not None
        return changes

    def _take(self, event: Any, changes: Changes) -> None:
        if isinstance(event, Loss):
            for series in (self.losses, changes.losses):
                series[0].append(event.step)
                series[1].append(event.loss)
            for series in (self.norms, changes.norms) if event.grad_norm is not None else ():
                series[0].append(event.step)
                series[1].append(event.grad_norm)
        elif isinstance(event, Metrics) and not event.final:
            self.beside = event
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
            self.notes.append(f"step {event.step}: started, {event.n_parameters} parameters, {event.total} steps in all")
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
        """A picture of held-out data, once a film has brought one."""
        return self.film.get("truth") if self.film else None


def follow(run: RunDirectory) -> Following:
    """Follow a run; raises ``UserError`` where its folder is not one."""
    if not run.exists():
        raise UserError(f"The run '{run.id}' is not there any more: choose another in the list.")
    return Following(run)
