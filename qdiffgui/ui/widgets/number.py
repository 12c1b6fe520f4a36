"""Numbers that are typed: never read as anything else than what stands there.

A browser's own number input drops what it does not expect without a word: a decimal comma makes
"1,5e-2" a 0.15.
"""

from __future__ import annotations

import re
from typing import Any

import ipywidgets as w
import traitlets as t

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def parse_number(text: Any) -> Any:
    """The number that a text is, or the text itself if it is none.

    Examples
    --------
    >>> parse_number(" 1.5e-2 "), parse_number("1,5e-2"), parse_number("0,005")
    (0.015, '1,5e-2', '0,005')
    """
    if not isinstance(text, str):
        return text
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else text


class NumberText(w.Text):  # type: ignore[misc]
    """A text field for a number. ``value`` is a number, or the text if it is none."""

    value = t.Union([t.Int(), t.Float(), t.Unicode()], default_value=0).tag(sync=True)

    @t.validate("value")
    def _read(self, proposal: dict[str, Any]) -> Any:
        return parse_number(proposal["value"])


class BoundedNumber(NumberText):
    """A text field for a number from ``low`` to ``high``: it goes back from anything else."""

    def __init__(self, value: float, *, low: float, high: float, **options: Any) -> None:
        self._bounds = low, high
        super().__init__(value=value, continuous_update=False, **options)

    @t.validate("value")
    def _read(self, proposal: dict[str, Any]) -> Any:
        found = parse_number(proposal["value"])
        if isinstance(found, str):
            self.send_state("value")  # the field shows the number again
            return self.value
        return min(max(found, self._bounds[0]), self._bounds[1])
