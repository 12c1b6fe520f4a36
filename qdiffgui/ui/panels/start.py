"""The card with the start button: what it would cost, and why it cannot be pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qdiffgui.ui.markup import bullets, button, card, esc, facts, view


class Start:
    """``show`` enables or disables the button, with the reasons under it."""

    def __init__(self, start: Callable[[], None]) -> None:
        self.button = button("Start training", start, "qd-primary qd-start-button", "Train a model with these settings")
        self.button.disabled = True
        self.blockers = view("", "qd-blockers")
        self.estimate = view("")
        self.root = card(self.estimate, self.button, self.blockers, css="qd-start")

    def show(self, problems: Sequence[str]) -> None:
        self.button.disabled = bool(problems)
        words = f"<strong>{esc('It cannot start yet:')}</strong>{bullets(list(problems), '')}" if problems else ""
        if self.blockers.value != words:
            self.blockers.value = words

    def cost(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.estimate.value = facts(pairs) if pairs else ""
