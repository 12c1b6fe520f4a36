"""The whole form: preset, data, representation, model with its noise, training; and whether a run can start with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.config import Evaluation, Experiment, Training, explain
from qdiffgui.ui.form.fields import Field
from qdiffgui.ui.form.file_field import FileField
from qdiffgui.ui.form.group import Group, Union
from qdiffgui.ui.markup import card, note, title, view

CUSTOM = ""


class Form:
    """Widgets for an ``Experiment``. ``changed()`` is called after every input, once ``experiment`` and ``problems`` are up to date.

    ``root_cards`` are the cards of the side column, in the order of the work.
    """

    def __init__(self, changed: Callable[[], None], uploads: Callable[[], Path]) -> None:
        self._changed = changed
        self._preset_settings: dict[str, Any] | None = None
        self._loading = False
        self.experiment: Experiment | None = None
        self.problems: list[str] = []
        heard = self._heard
        self.preset = w.Dropdown(options=[("My own settings", CUSTOM), *((e.label, e.key) for e in catalog.presets.values())])
        self.preset.add_class("qd-preset")
        self.preset_about = view("")
        self.preset.observe(self._preset_chosen, "value")
        self.data = Union(
            "data", catalog.datasets, heard, label="Data", replace={"path": lambda *a: FileField(*a, uploads=uploads)}
        )
        self.representation = Union("representation", catalog.representations, heard, label="As")
        self.model = Union("model", catalog.models, heard, label="Model")
        self.training = Group(Training, heard)
        self.evaluation = Group(Evaluation, heard)
        self.general = Group(Experiment, heard, names=["name", "seed"])
        self.root_cards = [
            card(title("Preset"), _row("Start from", self.preset), self.preset_about, self.general.root),
            card(title("Data", step=1), self.data.root),
            card(title("Representation", step=2), self.representation.root),
            card(title("Model and noise", step=3), self.model.root),
            card(title("Training", step=4), self.training.root, self.evaluation.root),
        ]
        first = next(iter(catalog.presets), CUSTOM)
        if first:
            self.choose(first)
        else:
            self.load(Experiment())

    # ---- values

    def load(self, experiment: Experiment, preset: str = CUSTOM) -> None:
        """Show ``experiment``; ``changed`` is called once."""
        settings = experiment.model_dump(mode="json")
        self._loading = True
        try:
            self.general.set(settings)
            for place in ("data", "representation", "model"):
                getattr(self, place).set(settings[place])
            self.training.set(settings["training"])
            self.evaluation.set(settings["evaluation"])
            self._preset_settings = self.settings() if preset else None
            self.preset.value = preset
            self._describe_preset()
        finally:
            self._loading = False
        self._heard()

    def choose(self, preset: str) -> None:
        """Load a preset by its key; raises ``ConfigError`` for an unknown one."""
        self.load(catalog.presets[preset].load(), preset)

    def settings(self) -> dict[str, Any]:
        """What is set, valid or not, as plain data."""
        return {
            **self.general.get(), "data": self.data.get(), "representation": self.representation.get(), "model": self.model.get(),
            "training": self.training.get(), "evaluation": self.evaluation.get(),
        }  # fmt: skip

    # ---- input

    def _preset_chosen(self, change: dict[str, Any]) -> None:
        if self._loading or not change["new"]:
            return
        self.choose(change["new"])

    def _heard(self) -> None:
        if self._loading:
            return
        settings = self.settings()
        if self.preset.value and settings != self._preset_settings:
            self._loading = True
            self.preset.value = CUSTOM
            self._loading = False
            self._describe_preset()
        self._validate(settings)
        self._changed()

    def _describe_preset(self) -> None:
        key = self.preset.value
        self.preset_about.value = (
            note(catalog.presets[key].summary) if key else note("Change anything below; it is checked as you go.")
        )

    def _validate(self, settings: dict[str, Any]) -> None:
        wrong: dict[str, dict[str, str]] = {}
        self.experiment, self.problems = None, []
        try:
            self.experiment = Experiment.model_validate(settings)
        except ValidationError as error:
            self.problems = explain(error).split("; ")
            wrong = _by_place(error)
        for place in ("data", "representation", "model", "training", "evaluation"):
            getattr(self, place).complain(wrong.get(place, {}))
        self.general.complain(wrong.get("", {}))

    def fields(self) -> dict[str, Field]:
        """All fields that show now, by name within their group (for tests and lessons)."""
        found = dict(self.general.fields) | dict(self.training.fields) | dict(self.evaluation.fields)
        for union in (self.data, self.representation, self.model):
            found |= union._groups[union.kind].fields
        return found


def _by_place(error: ValidationError) -> dict[str, dict[str, str]]:
    """Sentences by place ("" for the top) and field name ("schedule.x" inside a schedule)."""
    found: dict[str, dict[str, str]] = {}
    for item in error.errors(include_url=False):
        location = [str(part) for part in item["loc"]]
        if not location:
            continue
        message = item["msg"].removeprefix("Value error, ")
        place = location[0] if len(location) > 1 else ""
        last = next((part for part in reversed(location) if not part.isdigit()), location[-1])
        name = f"schedule.{last}" if "schedule" in location[1:-1] else last
        found.setdefault(place, {})[name] = f"{message}."
    return found


def _row(label: str, control: w.Widget) -> w.Box:
    row = w.Box([view(f"<span>{label}</span>", "qd-label"), control])
    row.add_class("qd-field")
    return row
