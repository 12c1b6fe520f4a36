"""The form: preset, data, representation, model with its noise, training. It reports whether a
run can start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w
from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.naming import automatic_name, without_number
from qdiffgui.ui.form.fields import Field
from qdiffgui.ui.form.file_field import FileField
from qdiffgui.ui.form.group import Group, Union
from qdiffgui.ui.form.history import History
from qdiffgui.ui.form.points_group import MODELS, PointsGroup
from qdiffgui.ui.form.preset import CUSTOM, base_of, first, groups, origin_by_name, twin_of
from qdiffgui.ui.form.validation_messages import validation_messages
from qdiffgui.ui.markup import box, button, card, note, opener, title, view
from qdiffgui.ui.widgets import Picker

Snapshot = tuple[dict[str, Any], str, str]


class Form:
    """Widgets for an ``Experiment``. ``changed()`` is called after every input, once ``experiment``
    and ``problems`` are up to date.

    ``train(presets)`` trains presets of points on the points of the form.
    ``root_cards`` are the cards of the side column, in order. ``origin`` is the preset that was
    loaded last. The name says what differs from it, until another one is typed.
    """

    def __init__(
        self,
        changed: Callable[[], None],
        uploads: Callable[[], Path],
        train: Callable[[Sequence[str]], None] = lambda presets: None,
    ) -> None:
        self._changed = changed
        self._preset_settings: dict[str, Any] | None = None
        self._loading = False
        self._history: History[Snapshot] = History()
        self.origin = CUSTOM
        self._named = self._automatic = ""  # the name given by the form; the one for its settings
        self.experiment: Experiment | None = None
        self.problems: list[str] = []
        on_change = self._on_change
        self.preset = Picker(
            [("", [("Custom settings", CUSTOM)]), *groups()],
            value=CUSTOM,
            label="Start from a preset",
        )
        self.preset.add_class("qd-preset")
        self.preset.observe(self._preset_chosen, "value")
        self.preset_about = view("")
        self.undo = button(
            "Undo", self.take_back, "qd-quiet qd-undo", "Undo the last change (Ctrl+Z)"
        )
        self.redo = button(
            "Redo", self.bring_back, "qd-quiet qd-redo", "Redo the change (Ctrl+Shift+Z)"
        )
        replace = {"path": lambda *a: FileField(*a, uploads=uploads)}
        points = partial(PointsGroup, uploads=uploads, train=train)
        self.data = Union(
            "data",
            catalog.datasets,
            on_change,
            label="Data",
            replace=replace,
            groups={"points": points},
        )
        self.draw = button(
            "Draw your own data",
            self._draw,
            "qd-quiet qd-draw",
            "Draw points, and let a circuit, a network and QuDDPM learn them",
        )
        self.representation = Union(
            "representation", catalog.representations, on_change, label="Representation"
        )
        self.model = Union("model", catalog.models, on_change, label="Model")
        self.training = Group(Training, on_change)
        self.evaluation = Group(Evaluation, on_change)
        self.general = Group(Experiment, on_change, names=["name", "seed"])
        self.root_cards = self._cards()
        if first():
            self.choose(first())
        else:
            self.load(Experiment())

    def _cards(self) -> list[w.Widget]:
        head = box([title("Preset"), box([self.undo, self.redo], "qd-row")], "qd-card-head")
        return [
            card(
                head,
                self.preset,
                self.preset_about,
                self.draw,
                self.general.root,
                view(opener("All settings")),
                css="qd-card-preset",
            ),
            card(title("Data", step=1), self.data.root),
            card(title("Representation", step=2), self.representation.root),
            card(title("Model and noise", step=3), self.model.root),
            card(title("Training", step=4), self.training.root, self.evaluation.root),
        ]

    # ---- values

    def load(self, experiment: Experiment, preset: str = CUSTOM) -> None:
        """Show ``experiment``; ``changed`` is called once."""
        self._fill(experiment.model_dump(mode="json"), preset, preset)

    def choose(self, preset: str) -> None:
        """Load a preset by its key; raises ``ConfigError`` for an unknown one."""
        self.load(catalog.presets[preset].load(), preset)

    def settings(self) -> dict[str, Any]:
        """The settings as plain data, valid or not."""
        return {
            **self.general.get(),
            "data": self.data.get(),
            "representation": self.representation.get(),
            "model": self.model.get(),
            "training": self.training.get(),
            "evaluation": self.evaluation.get(),
        }

    def twin(self) -> tuple[str, Experiment] | None:
        """Label and settings of the twin of the current settings, if their preset has one."""
        return twin_of(self.origin, self.experiment)

    def take_back(self) -> None:
        """Undo the last change."""
        self._go(self._history.undo())

    def bring_back(self) -> None:
        """Redo what was undone."""
        self._go(self._history.redo())

    def _go(self, to: Snapshot | None) -> None:
        if to is not None:
            self._fill(*to)

    def _fill(self, settings: dict[str, Any], preset: str, origin: str) -> None:
        self._loading = True
        try:
            self.general.set(settings)
            for place in ("data", "representation", "model"):
                getattr(self, place).set(settings[place])
            self.training.set(settings["training"])
            self.evaluation.set(settings["evaluation"])
            self._preset_settings = self.settings() if preset else None
            self.preset.value, self.origin = preset, origin
        finally:
            self._loading = False
        self._recognize_name(settings)
        self._on_change()

    # ---- input

    def _draw(self) -> None:
        """Learn drawn points, starting from those that are drawn already."""
        preset = next(iter(MODELS))
        points = self.data.get() if self.data.kind == "points" else {}
        wanted = catalog.presets[preset].load().model_dump(mode="json")
        self._fill(wanted | ({"data": points} if points else {}), "" if points else preset, preset)

    def _preset_chosen(self, change: dict[str, Any]) -> None:
        if self._loading or not change["new"]:
            return
        self.choose(change["new"])

    def _on_change(self) -> None:
        if self._loading:
            return
        settings = self.settings()
        self._validate(settings)
        settings = self._rename(settings)
        if self.preset.value and settings != self._preset_settings:
            self._loading = True
            self.preset.value = CUSTOM
            self._loading = False
        self._describe_preset()
        self._history.note((settings, self.preset.value, self.origin))
        self.undo.disabled, self.redo.disabled = (
            not self._history.can_undo,
            not self._history.can_redo,
        )
        self._changed()

    # ---- the name

    def automatic_name(self) -> str:
        """A name for the settings: what differs from the preset that was loaded last; "" for
        settings that are not valid.
        """
        if self.experiment is None:
            return ""
        return automatic_name(self.experiment, base_of(self.origin))

    def _recognize_name(self, settings: dict[str, Any]) -> None:
        """Find out whether the name that was loaded is an automatic one, which may change."""
        origin, self._named, self._automatic = self.origin, "", ""
        name = without_number(settings["name"])
        base = base_of(origin or origin_by_name(name))
        if base is None:
            return
        try:
            self._automatic = automatic_name(Experiment.model_validate(settings), base)
        except ValidationError:
            return
        if name in (self._automatic, base.name):
            self._named, self.origin = settings["name"], origin or origin_by_name(name)

    def _rename(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Name the changed settings, unless another name was typed."""
        name = self.automatic_name()
        if not name or name == self._automatic:
            return settings
        self._automatic = name
        if not self._named or settings["name"] != self._named or self.experiment is None:
            return settings
        self._named = name
        self._loading = True
        self.general.set({"name": name})
        self._loading = False
        self.experiment = self.experiment.model_copy(update={"name": name})
        return settings | {"name": name}

    def _describe_preset(self) -> None:
        if self.preset.value:
            words = catalog.presets[self.preset.value].summary
        elif self.origin in catalog.presets:
            words = f"Modified from “{catalog.presets[self.origin].label}”."
        else:
            words = "Change anything below. Settings are checked as you type."
        if self.preset_about.value != note(words):
            self.preset_about.value = note(words)

    def _validate(self, settings: dict[str, Any]) -> None:
        wrong: dict[str, dict[str, str]] = {}
        self.experiment, self.problems = None, []
        try:
            self.experiment = Experiment.model_validate(settings)
        except ValidationError as error:
            self.problems, wrong = validation_messages(error, settings)
        for place in ("data", "representation", "model", "training", "evaluation"):
            getattr(self, place).show_error(wrong.get(place, {}))
        self.general.show_error(wrong.get("", {}))

    def fields(self) -> dict[str, Field]:
        """All fields that show now, by name within their group (for tests and lessons)."""
        found = (
            dict(self.general.fields) | dict(self.training.fields) | dict(self.evaluation.fields)
        )
        for union in (self.data, self.representation, self.model):
            found |= union._groups[union.kind].fields
        return found
