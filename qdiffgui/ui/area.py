"""The base class of an area of the page, and what the page offers to its areas. ``areas.AREAS``
lists them in the order of their tabs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import ipywidgets as w

from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.record import RunState
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.form import Form
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.question_queue import QuestionQueue
from qdiffgui.ui.widgets import Browser
from qdiffgui.ui.writer import Writer


class Host(Protocol):
    """The page, as its areas see it. ``run`` is the open run; ``form`` holds the current
    settings.
    """

    store: RunStore
    writer: Writer
    browser: Browser
    alerts: Alerts
    form: Form
    questions: QuestionQueue
    run: LiveRun | None

    @property
    def areas(self) -> Mapping[str, Area]: ...

    @property
    def runner(self) -> Runner: ...

    def act(self, op: str, name: str) -> None:
        """Apply an action to the run ``name``: open, copy, delete, pause, resume, cancel. Errors
        are shown.
        """

    def open(self, name: str) -> None:
        """Open the run ``name`` and follow it; raises ``UserError``."""

    def submit(self, config: Experiment) -> RunDirectory:
        """Queue a training; raises ``UserError``."""

    def show(self, area: str) -> None:
        """Bring the tab of this name to the front."""

    def update_address(self) -> None:
        """Update the address bar so that it restores this page: the open run and the areas'
        queries.
        """

    def runs(self) -> list[RunState]:
        """The states of the user's runs, newest first, and after them those of the examples."""

    def truth(self, run: LiveRun) -> dict[str, Any] | None:
        """A preview of held-out or training data of ``run``, if available."""


class Area:
    """One tab. ``root`` is its widget; the page calls the methods below, always in the kernel's
    thread.

    A subclass sets ``name`` (the label of its tab; its root gets the CSS class ``qd-
    area-<name>``) and creates ``root`` in ``__init__``. ``banner`` is shown above every area;
    ``query`` is the part of the page's address that restores the state of this area.
    """

    name: ClassVar[str]
    root: w.Widget
    banner: w.Widget | None = None
    query: str = ""

    def __init__(self, host: Host) -> None:
        self.host = host

    def lesson(self, key: str, task: str = "") -> bool:
        """Open the lesson ``key``, at the task of this number, counted from 1, if there is one;
        return whether this area has lessons. Raises ``UserError``.
        """
        return False

    def show_report(self, name: str) -> bool:
        """Show the report of the run ``name``; return whether this area shows reports."""
        return False

    def open(self, run: LiveRun | None) -> None:
        """Another run was opened, or none is open."""

    def update(self, run: LiveRun, changes: Changes) -> None:
        """The open run was polled; ``changes`` may be empty."""

    def play(self) -> None:
        """Play the animation of the open run as soon as it is there, if the area has one."""

    def close(self) -> None:
        """The page closes."""

    def runs_listed(self, states: Sequence[RunState]) -> None:
        """Called once a second with all runs, newest first."""

    def choice_changed(self) -> None:
        """The form has changed; earlier inspection results are outdated."""

    def choice_rejected(self, sentence: str) -> None:
        """The current settings cannot be prepared; ``sentence`` says why."""

    def choice_incomplete(self, sentence: str) -> None:
        """Something still has to be chosen; ``sentence`` says what. It is no error."""
        self.choice_rejected(sentence)

    def choice_inspected(self, config: Experiment, result: dict[str, Any]) -> None:
        """``experiment.inspect`` has returned ``result`` for the current settings."""
