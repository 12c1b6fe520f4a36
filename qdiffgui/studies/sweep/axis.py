"""The settings that a sweep varies: ``--over model.n_layers=2,4,8``, ``seed=0..2``,
``training.learning_rate=1e-3..1e-1:log``.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from qdiffgui.config import Experiment, override
from qdiffgui.errors import ConfigError

MAX_VALUES = 1000
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(:log)?(?::(\d+))?")
_LEADING_ZERO = re.compile(r"0\d+(\.\d*)?([eE][+-]?\d+)?")
_FORM = "model.n_layers=2,4,8, or seed=0..2, or training.learning_rate=1e-3..1e-1:log:5"


class SweepAxis(BaseModel):
    """One setting and its values: a list ``values``, or the range from ``low`` to ``high``, both
    included.

    ``points`` is the number of values that a grid takes from the range (0: every integer).
    """

    model_config = ConfigDict(frozen=True)

    field: str
    values: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    log: bool = False
    integer: bool = False
    points: int = 0

    @property
    def is_range(self) -> bool:
        return self.low is not None

    def ends(self) -> tuple[float, float]:
        """(low, high) of a range."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def listed(self) -> tuple[Any, ...]:
        """The values of a grid; raises ``ConfigError`` for a range of real numbers without a number
        of points.

        >>> SweepAxis(field="seed", low=0, high=2, integer=True).listed()
        (0, 1, 2)
        """
        if not self.is_range:
            return self.values
        low, high = self.ends()
        if self.integer and not self.points:
            return tuple(range(int(low), int(high) + 1))
        if not self.points:
            raise ConfigError(
                f"A grid over {self.field} needs a number of points: write {self.field}={low:g}.."
                f"{high:g}{':log' if self.log else ''}:5, or list the values."
            )
        spaced = (
            np.geomspace(low, high, self.points)
            if self.log
            else np.linspace(low, high, self.points)
        )
        return tuple(dict.fromkeys(self._shown(float(value)) for value in spaced))

    def draw(self, rng: np.random.Generator) -> Any:
        """A random value, uniform in the list or range (in its logarithm if ``log``)."""
        if not self.is_range:
            return self.values[int(rng.integers(len(self.values)))]
        low, high = self.ends()
        margin = 0.5 if self.integer else 0.0
        first, last = low - margin, high + margin
        value = (
            np.exp(rng.uniform(np.log(first), np.log(last)))
            if self.log
            else rng.uniform(first, last)
        )
        return self._shown(float(np.clip(value, low, high)))

    def _shown(self, value: float) -> int | float:
        """The value as it is stored: an integer, or a real number with six digits."""
        return round(value) if self.integer else float(f"{value:.6g}")


def parse_axis(text: str, base: Experiment) -> SweepAxis:
    """Parse ``--over NAME=VALUES`` for a sweep that starts from ``base``.

    Raises ``ConfigError`` for malformed text, an unknown setting, and values that are not allowed.
    """
    name, equals, content = (part.strip() for part in text.partition("="))
    if not equals or not name or not content:
        raise ConfigError(f"Expected --over NAME=VALUES, such as {_FORM}; found '{text}'.")
    override(
        base, [f"{name}={json.dumps(_present(base, name))}"]
    )  # the usual error for an unknown name
    found = _RANGE.fullmatch(content)
    axis = _range(name, found, base) if found else SweepAxis(field=name, values=_values(content))
    if len(set(map(str, axis.values))) != len(axis.values):
        raise ConfigError(f"--over {text}: a value is listed twice; list each value once.")
    if not name.endswith(
        "kind"
    ):  # a kind resets its part, so its values are checked with the other settings
        for value in axis.ends() if axis.is_range else axis.values:
            _check(base, axis, value, text)
    return axis


def _check(base: Experiment, axis: SweepAxis, value: Any, text: str) -> None:
    try:
        override(base, [assignment(axis.field, int(value) if axis.integer else value)])
    except ConfigError as error:
        raise ConfigError(f"--over {text}: {error}") from None


def assignment(field: str, value: Any) -> str:
    """``NAME=JSON``, as ``config.override`` takes it."""
    return f"{field}={json.dumps(value)}"


def _present(base: Experiment, name: str) -> Any:
    """The present value of a setting; None for an unknown one."""
    place: Any = base.model_dump(mode="json")
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place


def _values(content: str) -> tuple[Any, ...]:
    try:
        found = json.loads(f"[{content}]")
    except json.JSONDecodeError:
        found = [_value(part.strip()) for part in content.split(",")]
        odd = next((p for p in found if isinstance(p, str) and _LEADING_ZERO.fullmatch(p)), None)
        if odd is not None:
            raise ConfigError(
                f"Expected numbers with a decimal point, such as 0.005; found '{odd}', which "
                "follows a comma."
            ) from None
    if len(found) > MAX_VALUES:
        raise ConfigError(
            f"A sweep takes at most {MAX_VALUES} values per setting; found {len(found)}."
        )
    return tuple(found)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _range(name: str, found: re.Match[str], base: Experiment) -> SweepAxis:
    kind, words = _kind_of(base, name)
    if kind is None:
        raise ConfigError(f"{name} is not a number and has no range: list its values{words}.")
    low, high = float(found[1]), float(found[2])
    points, text = int(found[4] or 0), f"{name}={found[0]}"
    if low >= high:
        raise ConfigError(
            f"--over {text}: the lower end of a range comes first; found {found[1]} to {found[2]}."
        )
    if kind is int and not (low.is_integer() and high.is_integer()):
        raise ConfigError(
            f"--over {text}: {name} is an integer; the ends of its range must be integers."
        )
    if found[3] and low <= 0:
        raise ConfigError(
            f"--over {text}: a logarithmic range must start above 0; found {found[1]}."
        )
    if (
        points == 1
        or points > MAX_VALUES
        or (kind is int and not points and high - low >= MAX_VALUES)
    ):
        raise ConfigError(
            f"--over {text}: a grid takes 2 to {MAX_VALUES} points of a range; add the number "
            "after a colon, such as :5."
        )
    return SweepAxis(
        field=name, low=low, high=high, log=bool(found[3]), integer=kind is int, points=points
    )


def _kind_of(base: Experiment, name: str) -> tuple[type | None, str]:
    """``int``, ``float``, or ``None`` if the setting is not a number; and an example of a list."""
    *path, last = name.split(".")
    place: Any = base
    for part in path:
        place = getattr(place, part)
    info = type(place).model_fields[last]
    if info.annotation in (int, float):
        return info.annotation, ""
    return None, f", such as {name}={_present(base, name)}"
