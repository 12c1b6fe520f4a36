"""Progress of a run as one line of text."""

from __future__ import annotations

from collections.abc import Callable

from qdiffgui.runs.record import RunState

Watch = Callable[[str], object]


def without_repeats(watch: Watch | None) -> Watch:
    """``watch``, called only when the line changes."""
    last = ""

    def say(sentence: str) -> None:
        nonlocal last
        if watch is not None and sentence != last:
            last = sentence
            watch(sentence)

    return say


def status_line(state: RunState) -> str:
    """Status, phase, step, loss and time left of a run, as one line."""
    parts = [
        str(state.status),
        "" if state.ended else state.phase,
        f"step {state.step} of {state.total}" if state.total else "",
    ]
    parts += [
        "" if state.loss is None else f"loss {state.loss:.4g}",
        "" if state.eta is None else f"{state.eta:.0f} s left",
    ]
    return ", ".join(part for part in parts if part)
