"""Which settings a sweep goes over: ``--over model.n_layers=2,4,8``, ``seed=0..2``, ``training.learning_rate=1e-3..1e-1:log``."""

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
_FORM = "model.n_layers=2,4,8, or seed=0..2, or training.learning_rate=1e-3..1e-1:log:5"


class Axis(BaseModel):
    """One setting and what it is given: ``values``, or the range from ``low`` to ``high`` (both included).

    ``points`` says how many values of the range a grid takes (0: every integer of it).
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
        """The values of a grid; raises ``ConfigError`` for a range of real numbers without a number of points."""
        if not self.is_range:
            return self.values
        low, high = self.ends()
        if self.integer and not self.points:
            return tuple(range(int(low), int(high) + 1))
        if not self.points:
            raise ConfigError(
                f"A grid over {self.field} needs the number of its points: write {self.field}={low:g}..{high:g}"
                f"{':log' if self.log else ''}:5, or list the values."
            )
        spaced = np.geomspace(low, high, self.points) if self.log else np.linspace(low, high, self.points)
        return tuple(dict.fromkeys(self._shown(float(value)) for value in spaced))

    def draw(self, rng: np.random.Generator) -> Any:
        """A value, uniform in the list or in the range (of its logarithm where ``log``)."""
        if not self.is_range:
            return self.values[int(rng.integers(len(self.values)))]
        low, high = self.ends()
        margin = 0.5 if self.integer else 0.0
        first, last = low - margin, high + margin
        value = np.exp(rng.uniform(np.log(first), np.log(last))) if self.log else rng.uniform(first, last)
        return self._shown(float(np.clip(value, low, high)))

    def _shown(self, value: float) -> int | float:
        """As it is written down: an integer, or six digits of a real number."""
        return round(value) if self.integer else float(f"{value:.6g}")


def parse_axis(text: str, base: Experiment) -> Axis:
    """An ``--over NAME=VALUES`` for a sweep that starts from ``base``.

    Raises ``ConfigError`` for a malformed one, an unknown setting, and values that the setting does not allow.
    """
    name, equals, content = (part.strip() for part in text.partition("="))
    if not equals or not name or not content:
        raise ConfigError(f"Expected --over NAME=VALUES, such as {_FORM}; found '{text}'.")
    override(base, [f"{name}={json.dumps(_present(base, name))}"])  # an unknown name is said as everywhere
    found = _RANGE.fullmatch(content)
    axis = _range(name, found, base) if found else Axis(field=name, values=_values(content))
    if len(set(map(str, axis.values))) != len(axis.values):
        raise ConfigError(f"--over {text}: a value stands there twice; each would be trained once only.")
    if not name.endswith("kind"):  # a kind starts its part afresh, and only fits together with the others
        for value in axis.ends() if axis.is_range else axis.values:
            _check(base, axis, value, text)
    return axis


def _check(base: Experiment, axis: Axis, value: Any, text: str) -> None:
    try:
        override(base, [assignment(axis.field, int(value) if axis.integer else value)])
    except ConfigError as error:
        raise ConfigError(f"--over {text}: {error}") from None


def assignment(field: str, value: Any) -> str:
    """As ``config.override`` takes it."""
    return f"{field}={json.dumps(value)}"


def _present(base: Experiment, name: str) -> Any:
    """The value of a setting now; anything for an unknown one."""
    place: Any = base.model_dump(mode="json")
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place


def _values(content: str) -> tuple[Any, ...]:
    try:
        found = json.loads(f"[{content}]")
    except json.JSONDecodeError:
        found = [_value(part.strip()) for part in content.split(",")]
    if len(found) > MAX_VALUES:
        raise ConfigError(f"A setting takes at most {MAX_VALUES} values in a sweep; found {len(found)}.")
    return tuple(found)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _range(name: str, found: re.Match[str], base: Experiment) -> Axis:
    kind, words = _kind_of(base, name)
    if kind is None:
        raise ConfigError(f"{name} is not a number, so that it has no range: list its values{words}.")
    low, high = float(found[1]), float(found[2])
    points, text = int(found[4] or 0), f"{name}={found[0]}"
    if low >= high:
        raise ConfigError(f"--over {text}: a range goes from its lower to its higher end; found {found[1]} to {found[2]}.")
    if kind is int and not (low.is_integer() and high.is_integer()):
        raise ConfigError(f"--over {text}: {name} is a whole number: give whole ends.")
    if found[3] and low <= 0:
        raise ConfigError(f"--over {text}: a logarithmic range begins above 0; found {found[1]}.")
    if points == 1 or points > MAX_VALUES or (kind is int and not points and high - low >= MAX_VALUES):
        raise ConfigError(
            f"--over {text}: a grid takes 2 to {MAX_VALUES} points of a range: write them after a colon, such as :5."
        )
    return Axis(field=name, low=low, high=high, log=bool(found[3]), integer=kind is int, points=points)


def _kind_of(base: Experiment, name: str) -> tuple[type | None, str]:
    """``int``, ``float`` or, for what is no number, ``None``; and the choices in words."""
    *path, last = name.split(".")
    place: Any = base
    for part in path:
        place = getattr(place, part)
    info = type(place).model_fields[last]
    if info.annotation in (int, float):
        return info.annotation, ""
    return None, f", such as {name}={_present(base, name)}"
