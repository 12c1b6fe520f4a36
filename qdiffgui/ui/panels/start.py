"""The card with the start button: what it would cost, why it cannot be pressed, and the same as something to type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.ui import code
from qdiffgui.ui.markup import box, bullets, button, card, copied, duration, esc, folded, note, quantity, size, view, visible

_GATES = ("n_gates", "gates")


class Start:
    """``start(twin)`` is called for the buttons, ``retry()`` where the look at the choice failed; ``page`` is the page's address
    without its query."""

    def __init__(self, start: Callable[[bool], None], retry: Callable[[], None]) -> None:
        self._figures: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self.button = button(
            "Start training", lambda: start(False), "qd-primary qd-start-button", "Train a model with these settings"
        )
        self.twin = button("+ twin", lambda: start(True), "qd-start-twin")
        self.button.disabled = self.twin.disabled = True
        self.blockers = view("", "qd-blockers")
        self.warning = view("")
        self.retry = button("Try again", retry, "qd-quiet qd-retry", "Look at this choice again")
        self.estimate = view("", "qd-estimate")
        self.code = view("")
        again = box([self.warning, self.retry], "qd-again")
        self.again = again
        visible(again, False)
        self.root = card(
            self.estimate, box([self.button, self.twin], "qd-start-row"), self.blockers, again, self.code, css="qd-start"
        )

    def show(self, problems: Sequence[str], warning: str = "") -> None:
        """Why it cannot start, and what is odd though it can."""
        self.button.disabled = self.twin.disabled = bool(problems)
        words = f"<strong>{esc('It cannot start yet:')}</strong>{bullets(list(problems), '')}" if problems else ""
        if self.blockers.value != words:
            self.blockers.value = words
        visible(self.again, bool(warning))
        self.warning.value = note(warning) if warning else ""

    def offer(self, config: Experiment | None, twin: tuple[str, Experiment] | None) -> None:
        """The present choice as something to type, and what it may be compared with."""
        visible(self.twin, twin is not None)
        if twin is not None:
            self.twin.tooltip = f"Train this and its twin, “{twin[0]}”, on the same data with the same seed, to compare the two"
        if config is None:
            self.code.value = ""
            return
        parts = [
            copied("Python", code.python(config)), copied("Command line", code.command(config)),
            copied("Link", f"?{code.address(config)}", "an address that brings back these settings, with their seed", address=True),
        ]  # fmt: skip
        self.code.value = folded("As code, or as a link", "".join(parts), keep="as-code")

    def wait(self) -> None:
        """What is shown was worked out for another choice."""
        self._draw(stale=True)

    def cost(self, facts: dict[str, Any], estimate: dict[str, float]) -> None:
        """What the present choice needs; beside it, what the one before did."""
        gates = next((facts[key] for key in _GATES if key in facts), None)
        found = {
            "Qubits": str(facts["n_qubits"]) if "n_qubits" in facts else "", "Parameters": quantity(facts.get("n_parameters")),
            "Gates": quantity(gates) if gates is not None else "", "Memory": size(estimate.get("memory")),
            "Time": duration(estimate["seconds"]),
        }  # fmt: skip
        self._before, self._figures = self._figures, {name: value for name, value in found.items() if value}
        self._draw()

    def _draw(self, stale: bool = False) -> None:
        cells = []
        for name, value in self._figures.items():
            old = self._before.get(name, value)
            was = f"<small>was {esc(old)}</small>" if old != value and not stale else ""
            cells.append(f"<div><span>{esc(name)}</span><b>{esc(value)}</b>{was}</div>")
        css = "qd-facts is-stale" if stale else "qd-facts"
        markup = f'<div class="{css}" aria-busy="{str(stale).lower()}">{"".join(cells)}</div>' if cells else ""
        if self.estimate.value != markup:
            self.estimate.value = markup
