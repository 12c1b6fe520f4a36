"""What an area of the page is, and what it may ask of the page. ``areas.AREAS`` lists them in the order of their tabs."""

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
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.form import Form
from qdiffgui.ui.widgets import Browser
from qdiffgui.ui.writer import Writer


class Host(Protocol):
    """The page, as its areas know it. ``run`` is the run that is open; ``form`` holds the present choice."""

    store: RunStore
    writer: Writer
    browser: Browser
    alerts: Alerts
    form: Form
    run: Following | None
    areas: Mapping[str, Area]

    @property
    def runner(self) -> Runner: ...

    def act(self, op: str, name: str) -> None:
        """Do what a button says to the run ``name``: open, copy, delete, pause, resume, cancel. What goes wrong is shown."""

    def open(self, name: str) -> None:
        """Follow the run ``name`` from now on; raises ``UserError``."""

    def submit(self, config: Experiment) -> RunDirectory:
        """Queue a training; raises ``UserError``."""

    def show(self, area: str) -> None:
        """Bring the tab of this name to the front."""

    def readdress(self) -> None:
        """Show in the address bar what brings this page back: the open run, and what the areas ask for."""

    def truth(self, run: Following) -> dict[str, Any] | None:
        """A picture of held-out or training data of ``run``, where one is at hand."""


class Area:
    """One tab. ``root`` is what it shows; the page calls the methods below, always in the kernel's thread.

    A subclass sets ``name`` (its tab, and ``qd-area-<name>`` as the class of its root) and makes ``root`` in ``__init__``. ``above`` is
    shown over every area; ``query`` is what the address of the page needs to bring this area back as it is.
    """

    name: ClassVar[str]
    root: w.Widget
    above: w.Widget | None = None
    query: str = ""

    def __init__(self, host: Host) -> None:
        self.host = host

    def lesson(self, key: str) -> bool:
        """The address asks for a lesson: whether this area has it, and has opened it."""
        return False

    def open(self, run: Following | None) -> None:
        """Another run is open, or none."""

    def update(self, run: Following, changes: Changes) -> None:
        """A poll of the open run brought something, or nothing."""

    def close(self) -> None:
        """The page ends."""

    def listed(self, states: Sequence[RunState]) -> None:
        """All runs, once a second, newest first."""

    def chosen(self) -> None:
        """The form has changed: what was worked out for the choice before is out of date."""

    def refused(self, sentence: str) -> None:
        """The present choice cannot be prepared."""

    def inspected(self, config: Experiment, result: dict[str, Any]) -> None:
        """What ``experiment.inspect`` says of the present choice."""
