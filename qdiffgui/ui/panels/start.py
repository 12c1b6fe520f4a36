"""The card with the start button: the estimated cost, what prevents a start, and the equivalent
code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.duration import BUSY
from qdiffgui.ui import code
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    copied,
    duration,
    esc,
    folded,
    format_number,
    note,
    size,
    view,
    visible,
)

_GATES = ("n_gates", "gates")
_NAMES = {
    "Qubits": "in the widest circuit; the number after + counts ancillas, which are "
    "measured and discarded",
    "Parameters": "trainable parameters",
    "Gates": "in one circuit execution",
    "Memory": (
        "memory of the training process: the program and its libraries, the data, and one "
        "training step"
    ),
    "Time": (
        "CPU time of the training on this machine, extrapolated from a few steps, with the spread "
        "of the extrapolation; other load and the final report add to it"
    ),
}
_YET = "…"
_DOUBLE = 1.0  # seconds
_EXACT = 0.05  # a relative error below it is not shown


class Start:
    """``start(twin)`` is called for the two start buttons, ``retry()`` for the button shown when
    the inspection failed.
    """

    def __init__(self, start: Callable[[bool], None], retry: Callable[[], None]) -> None:
        self._values: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._beside: dict[str, list[str]] = {}
        self._start, self._pressed = start, -_DOUBLE
        words = "Train a model with these settings"
        self.button = button(
            "Start training", lambda: self._press(False), "qd-primary qd-start-button", words
        )
        self.twin = button("+ twin", lambda: self._press(True), "qd-start-twin")
        self.button.disabled = self.twin.disabled = True
        self.twin_note = view("")
        self.blockers = view("", "qd-blockers")
        self.warning = view("")
        self.retry = button("Try again", retry, "qd-quiet qd-retry", "Check these settings again")
        self.estimate = view("", "qd-estimate")
        self.help = view(
            folded("What these numbers mean", _help(), keep="figures"), "qd-start-help"
        )
        self.code = view("")
        again = box([self.warning, self.retry], "qd-again")
        self.again = again
        visible(again, False)
        self.root = card(
            self.estimate,
            box([self.button, self.twin], "qd-start-row"),
            self.twin_note,
            self.blockers,
            again,
            self.help,
            self.code,
            css="qd-start",
        )
        self._draw(stale=True)

    def _press(self, twin: bool) -> None:
        """A double click counts once."""
        now = time.monotonic()
        if now - self._pressed >= _DOUBLE:
            self._pressed = now
            self._start(twin)

    def show(self, problems: Sequence[str], warning: str = "") -> None:
        """Show what prevents a start, or a warning that does not."""
        self.button.disabled = self.twin.disabled = bool(problems)
        words = (
            f"<strong>{esc('Cannot start yet:')}</strong>{bullets(list(problems), '')}"
            if problems
            else ""
        )
        if self.blockers.value != words:
            self.blockers.value = words
        visible(self.again, bool(warning))
        self.warning.value = note(warning) if warning else ""

    def offer(self, config: Experiment | None, twin: tuple[str, Experiment] | None) -> None:
        """Show the current settings as code, and offer the twin."""
        visible(self.twin, twin is not None)
        if twin is not None:
            self.twin.tooltip = (
                f"Train this model and its twin “{twin[0]}” on the same data with the same "
                "seed, for comparison"
            )
        words = _budget_of_twin(config, twin[1]) if config is not None and twin is not None else ""
        self.twin_note.value = note(words) if words else ""
        if config is None:
            self.code.value = ""
            return
        parts = [
            copied("Python", code.python(config)),
            copied("Command line", code.command(config)),
            copied(
                "Link",
                f"?{code.address(config)}",
                "opens these settings, including the seed",
                address=True,
            ),
        ]
        self.code.value = folded("Code and link", "".join(parts), keep="as-code")

    def wait(self) -> None:
        """Mark the numbers as outdated."""
        self._draw(stale=True)

    def cost(self, result: dict[str, Any]) -> None:
        """Show the cost of the current settings (from ``experiment.inspect``) and the previous
        values.
        """
        facts, needs = result["facts"], result["estimate"]
        gates = next((facts[key] for key in _GATES if key in facts), None)
        found = {
            "Qubits": _qubits(result["circuits"]),
            "Parameters": format_number(facts.get("n_parameters")),
            "Gates": format_number(gates) if gates is not None else "",
            "Memory": size(needs.get("memory")),
            "Time": duration(needs["seconds"]),
        }
        self._beside = {"Time": time_notes(needs)}
        self._before, self._values = (
            self._values,
            {name: value for name, value in found.items() if value},
        )
        self._draw()

    def _draw(self, stale: bool = False) -> None:
        """Names without values reserve the space until the values are known."""
        cells = []
        for name, value in (self._values or dict.fromkeys(_NAMES, _YET)).items():
            old = self._before.get(name, value)
            notes = [*self._beside.get(name, ()), *([f"was {old}"] if old != value else [])]
            was = "" if stale else "".join(f"<small>{esc(text)}</small>" for text in notes)
            cells.append(
                f'<div title="{esc(name)}: '
                f'{esc(_NAMES[name])}"><span>{esc(name)}</span><b>{esc(value)}</b>{was}</div>'
            )
        css = "qd-facts is-stale" if stale else "qd-facts"
        markup = f'<div class="{css}" aria-busy="{str(stale).lower()}">{"".join(cells)}</div>'
        if self.estimate.value != markup:
            self.estimate.value = markup


def _budget_of_twin(config: Experiment, twin: Experiment) -> str:
    """A sentence if the twin trains with other steps or batches than these settings, else ""."""
    own, other = ((one.training.iterations, one.training.batch_size) for one in (config, twin))
    if own == other:
        return ""
    steps, twin_steps = (
        f"{format_number(n)} steps of {format_number(batch)} samples" for n, batch in (own, other)
    )
    return f"The twin trains for {twin_steps}, this model for {steps}."


def time_notes(needs: Mapping[str, float]) -> list[str]:
    """The spread of a predicted training time where it matters, and the load of the machine.

    >>> time_notes({"seconds": 14.2, "error": 3.1, "busy": 2.4})
    ['± 3 s', 'machine busy']
    >>> time_notes({"seconds": 14.2, "error": 0.1})
    []
    """
    seconds, error = needs["seconds"], needs.get("error", 0.0)
    shown = seconds >= 1 and error > _EXACT * seconds
    notes = [f"± {_spread(error)}"] if shown else []
    return [*notes, "machine busy"] if needs.get("busy", 1.0) > BUSY else notes


def _spread(error: float) -> str:
    return duration(error) if error >= 1 else f"{error:.1f} s"


def _qubits(circuits: Sequence[dict[str, Any]]) -> str:
    """Of the widest circuit, its ancillas apart: ``6``, ``2 + 1``; "" where there is none."""
    widest = max(circuits, key=lambda circuit: circuit["n_qubits"], default=None)
    if widest is None:
        return ""
    ancillas = widest["n_ancillas"]
    return f"{widest['n_qubits'] - ancillas} + {ancillas}" if ancillas else str(widest["n_qubits"])


def _help() -> str:
    """The numbers explained, in a list that works without hovering."""
    rows = "".join(f"<dt>{esc(name)}</dt><dd>{esc(words)}</dd>" for name, words in _NAMES.items())
    return f'<dl class="qd-terms">{rows}</dl>'
