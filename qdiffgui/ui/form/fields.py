"""One setting as one row: a label, a control, and space for an error."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any, Literal, Union, get_args, get_origin

import ipywidgets as w
from pydantic.fields import FieldInfo

from qdiffgui import catalog
from qdiffgui.config import Config, bounds_of
from qdiffgui.data.observables import OBSERVABLES, short
from qdiffgui.ui.markup import esc, view, visible
from qdiffgui.ui.widgets import NumberText

SLIDER_SPAN = 60
WIDE = 15  # characters: a longer choice stands below its label, where it has the whole width
CHOICES = {"ansatz": catalog.ansatze}


class Field:
    """A row of the form. ``get``/``set`` speak the plain values of ``model_dump(mode="json")``;
    ``changed`` is called on input.
    """

    def __init__(self, name: str, info: FieldInfo, changed: Callable[[], None]) -> None:
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        self.name = name
        self.label = str(extra.get("label") or info.title or name)
        self.advanced = bool(extra.get("advanced"))
        self._changed = changed
        self._quiet = False
        self.control = self._make(info)
        unit = f' <span class="unit">/ {esc(extra["unit"])}</span>' if extra.get("unit") else ""
        words = view(
            f'<span title="{esc(info.description or "")}">{esc(self.label)}{unit}</span>',
            "qd-label",
        )
        self.wrong = view("", "qd-wrong-text")
        visible(self.wrong, False)
        self.row = w.Box([words, self.control, self.wrong])
        self.row.add_class("qd-field")
        self.row.add_class(f"qd-field-{name.replace('_', '-')}")
        if self.is_wide():
            self.row.add_class("is-wide")

    def _make(self, info: FieldInfo) -> w.Widget:
        raise NotImplementedError

    def is_wide(self) -> bool:
        """Whether the control needs the width of the column."""
        return False

    def get(self) -> Any:
        return self.control.value

    def set(self, value: Any) -> None:
        """Show ``value`` without calling ``changed``."""
        self._quiet = True
        try:
            self._show(value)
        finally:
            self._quiet = False

    def _show(self, value: Any) -> None:
        self.control.value = value

    def _on_change(self, _: Any = None) -> None:
        if not self._quiet:
            self._changed()

    def show_error(self, sentence: str) -> None:
        """Show an error under the control; "" clears it."""
        self.wrong.value = esc(sentence)
        visible(self.wrong, bool(sentence))
        (self.row.add_class if sentence else self.row.remove_class)("is-wrong")


class Number(Field):
    """A slider where the span is small, a number to type elsewhere."""

    def _make(self, info: FieldInfo) -> w.Widget:
        low, high = bounds_of(info)
        if info.annotation is int:
            if low is not None and high is not None and high - low <= SLIDER_SPAN:
                made: w.Widget = w.IntSlider(min=int(low), max=int(high), continuous_update=False)
            else:
                made = NumberText(continuous_update=False)
        else:
            made = NumberText(continuous_update=False)
        self._is_whole = info.annotation is int
        made.observe(self._on_change, "value")
        return made

    def get(self) -> Any:
        value = self.control.value
        if self._is_whole and isinstance(value, float) and value.is_integer():
            return int(value)
        return value


class Flag(Field):
    def _make(self, info: FieldInfo) -> w.Widget:
        made = w.Checkbox(indent=False, description="")
        made.observe(self._on_change, "value")
        return made


class Text(Field):
    def is_wide(self) -> bool:
        return True

    def _make(self, info: FieldInfo) -> w.Widget:
        made = w.Text(continuous_update=False)
        made.observe(self._on_change, "value")
        return made


class Choice(Field):
    """One of several options."""

    def _make(self, info: FieldInfo) -> w.Widget:
        registry = CHOICES.get(self.name)
        options = (
            [(e.label, e.key) for e in registry.values()]
            if registry is not None
            else words_of(info)
        )
        made = w.Dropdown(options=options)
        made.observe(self._on_change, "value")
        return made

    def is_wide(self) -> bool:
        return max((len(label) for label, _ in self.control.options), default=0) > WIDE

    def _show(self, value: Any) -> None:
        known = [key for _, key in self.control.options]
        if value not in known:
            self.control.options = [*self.control.options, (str(value), value)]
        self.control.value = value


class Several(Field):
    """A subset of a few options, as toggle buttons."""

    def _make(self, info: FieldInfo) -> w.Widget:
        inner = get_args(info.annotation)[0]
        values: Sequence[Any] = get_args(inner) if get_origin(inner) is Literal else range(10)
        self._values = list(values)
        self._chips = [
            w.ToggleButton(description=short(str(value)), tooltip=about(value)) for value in values
        ]
        for chip in self._chips:
            chip.observe(self._on_change, "value")
        made = w.Box(self._chips)
        made.add_class("qd-chips")
        return made

    def get(self) -> Any:
        return [value for value, chip in zip(self._values, self._chips, strict=True) if chip.value]

    def is_wide(self) -> bool:
        return True

    def _show(self, value: Any) -> None:
        for known, chip in zip(self._values, self._chips, strict=True):
            chip.value = known in value


def about(value: Any) -> str:
    """The tooltip of a chip: for observables, their description."""
    known = OBSERVABLES.get(str(value))
    return f"{known.label}: {known.help}" if known else str(value)


def words_of(info: FieldInfo) -> list[tuple[str, Any]]:
    return [(str(word), word) for word in get_args(info.annotation)]


def is_group(annotation: Any) -> bool:
    """Whether a setting is itself a group of settings, or a choice of groups."""
    return get_origin(annotation) in (Union, types.UnionType) or (
        isinstance(annotation, type) and issubclass(annotation, Config)
    )


def is_automatic(info: FieldInfo) -> bool:
    """Whether the program fills the setting in, so that it is not shown."""
    extra = info.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("automatic"))


def make_field(name: str, info: FieldInfo, changed: Callable[[], None]) -> Field:
    """The right kind of row for a setting; raises ``TypeError`` for a type that no row can show."""
    annotation = info.annotation
    if get_origin(annotation) is Literal or name in CHOICES:
        return Choice(name, info, changed)
    if get_origin(annotation) is tuple:
        return Several(name, info, changed)
    if annotation is bool:
        return Flag(name, info, changed)
    if annotation in (int, float):
        return Number(name, info, changed)
    if annotation is str:
        return Text(name, info, changed)
    raise TypeError(f"no control for the setting '{name}' of type {annotation!r}")
