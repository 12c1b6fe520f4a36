"""The log of the page: what it said and what went wrong, and all of it with the settings as one report to copy."""

from __future__ import annotations

import platform
import sys
import time
from collections import deque
from collections.abc import Callable
from importlib.metadata import version

from qdiffgui.ui.following import Following
from qdiffgui.ui.markup import box, button, copier, esc, title, view, visible

KEPT = 300
_TOLD = ("qdiffgui", "ipywidgets", "anywidget", "voila", "plotly", "torch", "pennylane", "numpy", "numba")


class Logbook:
    """``add`` a line from any place; ``root`` is a drawer at the foot of the page. ``about()`` adds what the page is doing now."""

    def __init__(self, about: Callable[[], str]) -> None:
        self._about = about
        self.lines: deque[str] = deque(maxlen=KEPT)
        self.text = view("")
        self.shown = False
        self.root = box([box([title("Log"), button("Close", self.toggle, "qd-quiet")], "qd-card-head"), self.text], "qd-logbook")
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
        text = "\n".join(self.lines) or "Nothing has been said yet."
        log = f'<pre class="qd-log" tabindex="0" role="region" aria-label="Lines of the log">{esc(text)}</pre>'
        self.text.value = log + copier("report", self.report())

    def report(self) -> str:
        """Versions, machine, what the page is doing, and the log: for whoever is to find the fault."""
        versions = ", ".join(f"{name} {version(name)}" for name in _TOLD)
        head = [f"Python {sys.version.split()[0]} on {platform.system()} {platform.machine()}", versions, "", self._about(), ""]
        return "\n".join([*head, *self.lines])


def about_run(run: Following | None) -> str:
    """The open run in a few lines, with its failure and the end of its log."""
    if run is None:
        return "No run is open."
    state = run.state
    parts = [f"Run {run.id}: {state.status} at step {state.step} of {state.total}. {state.message}", run.config.model_dump_json()]
    return "\n".join([*parts, *([run.failure] if run.failure else []), run.run.log(4000)])
