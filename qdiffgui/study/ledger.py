"""The time of a study: what its parts may take, what they took, what they left out."""

from __future__ import annotations

import time

from qdiffgui.scaling.allowance import Allowance

SECONDS = 450.0
"""By the clock, of a study of effort 1 on two idle cores: what does not fit in is left out, and said."""
_PARTS = {"timing": 70.0, "the model's gradients": 40.0, "slices of the loss": 20.0}


class Ledger:
    """What a study may spend, ``scale`` times the usual, and has spent. ``whole`` : all its time; ``seconds`` : CPU seconds, by part."""

    def __init__(self, scale: float) -> None:
        self.whole, self.seconds = Allowance(SECONDS * scale), dict[str, float]()
        self._scale, self._begun = scale, time.process_time()
        self._parts: dict[str, Allowance] = {}

    def part(self, name: str) -> Allowance:
        """The time of a part, beginning now."""
        return self._parts.setdefault(name, Allowance(_PARTS[name] * self._scale))

    def mark(self, name: str) -> None:
        """A part has ended."""
        now = time.process_time()
        self.seconds[name], self._begun = now - self._begun, now

    def notes(self) -> list[str]:
        """What parts left out."""
        told = [(name, allowance.left_out) for name, allowance in self._parts.items()] + [("trainings", self.whole.left_out)]
        return [
            f"Left out, since the time of this study was spent ({name}): {', '.join(dict.fromkeys(what))}."
            for name, what in told
            if what
        ]
