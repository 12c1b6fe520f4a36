"""The log of the page: notices and errors, and a report with the settings to copy."""

from __future__ import annotations

import platform
import sys
import time
from collections import deque
from collections.abc import Callable
from importlib.metadata import version

from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import box, button, copier, esc, title, view, visible

KEPT = 300
_REPORTED = (
    "qdiffgui",
    "ipywidgets",
    "anywidget",
    "voila",
    "plotly",
    "torch",
    "pennylane",
    "numpy",
    "numba",
)


class Logbook:
    """``add`` appends a line; ``root`` is a drawer at the bottom of the page. ``about()``
    describes the state of the page for the report.
    """

    def __init__(self, about: Callable[[], str]) -> None:
        self._about = about
        self.lines: deque[str] = deque(maxlen=KEPT)
        self.text = view("")
        self.shown = False
        self.root = box(
            [
                box([title("Log"), button("Close", self.toggle, "qd-quiet")], "qd-card-head"),
                self.text,
            ],
            "qd-logbook",
        )
        visible(self.root, False)

    def add(self, line: str) -> None:
        self.lines.append(f"{time.strftime('%H:%M:%S')}  {line.rstrip()}")
        if self.shown:
            self._draw()

    def toggle(self) -> None:
        """Show or hide the drawer."""
        self.shown = not self.shown
        if self.shown:
            self._draw()
        visible(self.root, self.shown)

    def _draw(self) -> None:
        text = "\n".join(self.lines) or "No messages yet."
        scrolls = 'class="qd-log" tabindex="0" role="region" aria-label="Log messages"'
        log = f"<pre {scrolls}>{esc(text)}</pre>"
        self.text.value = log + copier("report", self.report())

    def report(self) -> str:
        """Versions, machine, the state of the page, and the log, for a bug report."""
        versions = ", ".join(f"{name} {version(name)}" for name in _REPORTED)
        head = [
            f"Python {sys.version.split()[0]} on {platform.system()} {platform.machine()}",
            versions,
            "",
            self._about(),
            "",
        ]
        return "\n".join([*head, *self.lines])


def about_run(run: LiveRun | None) -> str:
    """The open run in a few lines, with its failure and the end of its log."""
    if run is None:
        return "No run is open."
    state = run.state
    parts = [
        f"Run {run.id}: {state.status} at step {state.step} of {state.total}. {state.message}",
        run.config.model_dump_json(),
    ]
    return "\n".join([*parts, *([run.failure] if run.failure else []), run.run.log(4000)])
