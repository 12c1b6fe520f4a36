"""The card with the start button: what it would cost, why it cannot be pressed, and the same as something to type."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.ui import code
from qdiffgui.ui.markup import box, bullets, button, card, copied, duration, esc, folded, note, quantity, size, view, visible

_GATES = ("n_gates", "gates")
_NAMES = {
    "Qubits": "of the widest circuit; those after + are ancillas, which are measured and dropped",
    "Parameters": "numbers that training adjusts",
    "Gates": "of one run of the circuit",
    "Memory": "what the process that trains will hold: the program with its libraries, the data, and what this model needs for a step",
    "Time": "of the training on this machine, from a few real steps; other work of the machine and the report come on top",
}
_YET = "…"
_DOUBLE = 1.0  # seconds


class Start:
    """``start(twin)`` is called for the buttons, ``retry()`` where the look at the choice failed; ``page`` is the page's address
    without its query."""

    def __init__(self, start: Callable[[bool], None], retry: Callable[[], None]) -> None:
        self._figures: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._start, self._pressed = start, -_DOUBLE
        words = "Train a model with these settings"
        self.button = button("Start training", lambda: self._press(False), "qd-primary qd-start-button", words)
        self.twin = button("+ twin", lambda: self._press(True), "qd-start-twin")
        self.button.disabled = self.twin.disabled = True
        self.blockers = view("", "qd-blockers")
        self.warning = view("")
        self.retry = button("Try again", retry, "qd-quiet qd-retry", "Look at this choice again")
        self.estimate = view("", "qd-estimate")
        self.help = view(folded("What these figures are", _help(), keep="figures"), "qd-start-help")
        self.code = view("")
        again = box([self.warning, self.retry], "qd-again")
        self.again = again
        visible(again, False)
        self.root = card(
            self.estimate,
            box([self.button, self.twin], "qd-start-row"),
            self.blockers,
            again,
            self.help,
            self.code,
            css="qd-start",
        )
        self._draw(stale=True)

    def _press(self, twin: bool) -> None:
        """A double click is one."""
        now = time.monotonic()
        if now - self._pressed >= _DOUBLE:
            self._pressed = now
            self._start(twin)

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

    def cost(self, result: dict[str, Any]) -> None:
        """What the present choice needs, as ``experiment.inspect`` says; beside it, what the one before did."""
        facts, needs = result["facts"], result["estimate"]
        gates = next((facts[key] for key in _GATES if key in facts), None)
        found = {
            "Qubits": _qubits(result["circuits"]), "Parameters": quantity(facts.get("n_parameters")),
            "Gates": quantity(gates) if gates is not None else "", "Memory": size(needs.get("memory")),
            "Time": duration(needs["seconds"]),
        }  # fmt: skip
        self._before, self._figures = self._figures, {name: value for name, value in found.items() if value}
        self._draw()

    def _draw(self, stale: bool = False) -> None:
        """Until something is known the figures stand there without a value, so that nothing moves when they come."""
        cells = []
        for name, value in (self._figures or dict.fromkeys(_NAMES, _YET)).items():
            old = self._before.get(name, value)
            was = f"<small>was {esc(old)}</small>" if old != value and not stale else ""
            cells.append(f'<div title="{esc(name)}: {esc(_NAMES[name])}"><span>{esc(name)}</span><b>{esc(value)}</b>{was}</div>')
        css = "qd-facts is-stale" if stale else "qd-facts"
        markup = f'<div class="{css}" aria-busy="{str(stale).lower()}">{"".join(cells)}</div>'
        if self.estimate.value != markup:
            self.estimate.value = markup


def _qubits(circuits: Sequence[dict[str, Any]]) -> str:
    """Of the widest circuit, its ancillas apart: ``6``, ``2 + 1``; "" where there is none."""
    widest = max(circuits, key=lambda circuit: circuit["n_qubits"], default=None)
    if widest is None:
        return ""
    ancillas = widest["n_ancillas"]
    return f"{widest['n_qubits'] - ancillas} + {ancillas}" if ancillas else str(widest["n_qubits"])


def _help() -> str:
    """The figures explained: a list that a finger or a keyboard can open."""
    rows = "".join(f"<dt>{esc(name)}</dt><dd>{esc(words)}</dd>" for name, words in _NAMES.items())
    return f'<dl class="qd-terms">{rows}</dl>'
