"""A group of settings: the fields of one class, or a choice of classes by ``kind``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from qdiffgui.config import Config
from qdiffgui.config.kinds import classes, schedules_of
from qdiffgui.registry import Registry
from qdiffgui.ui.form.fields import Field, is_automatic, is_group, make_field
from qdiffgui.ui.markup import box, button, note, view, visible

Replace = Mapping[str, Callable[[str, Any, Callable[[], None]], Field]]


class Group:
    """The fields of one settings class. ``names`` picks and orders them; fields said to be advanced
    hide behind "More settings".
    """

    def __init__(
        self,
        config: type[Config],
        changed: Callable[[], None],
        names: Sequence[str] | None = None,
        replace: Replace | None = None,
    ) -> None:
        wanted = names or [name for name in config.model_fields if name != "kind"]
        self.fields: dict[str, Field] = {}
        for name in wanted:
            info = config.model_fields[name]
            if not is_group(info.annotation) and not is_automatic(info):
                maker = (replace or {}).get(name, make_field)
                self.fields[name] = maker(name, info, changed)
        plain = [field.row for field in self.fields.values() if not field.advanced]
        advanced = [field.row for field in self.fields.values() if field.advanced]
        self.root = box([*plain, *_folded(advanced)], "qd-group")
        self.root.layout.grid_gap = "7px"

    def get(self) -> dict[str, Any]:
        return {name: field.get() for name, field in self.fields.items()}

    def set(self, values: Mapping[str, Any]) -> None:
        for name, field in self.fields.items():
            if name in values:
                field.set(values[name])

    def show_error(self, wrong: Mapping[str, str]) -> None:
        """``wrong``: field name -> sentence; everything else is well."""
        for name, field in self.fields.items():
            field.show_error(wrong.get(name, ""))


def _folded(rows: Sequence[w.Widget]) -> list[w.Widget]:
    if not rows:
        return []
    inside = box(rows, "qd-more is-hidden")

    def toggle() -> None:
        shown = "is-hidden" in inside._dom_classes
        visible(inside, shown)
        opener.description = "Fewer settings" if shown else "More settings"

    opener = button("More settings", toggle, "qd-quiet")
    return [opener, inside]


class Union:
    """A choice of ``kind`` and the fields of the chosen one. Each kind's fields are made when it is
    first chosen; ``groups`` makes those of a kind that needs more than rows.
    """

    def __init__(
        self,
        place: str,
        registry: Registry,
        changed: Callable[[], None],
        *,
        label: str = "",
        kinds: Sequence[str] | None = None,
        replace: Replace | None = None,
        groups: Mapping[str, Callable[..., Group]] | None = None,
    ) -> None:
        self.place, self._registry, self._changed, self._replace = place, registry, changed, replace
        self._makers = groups or {}
        self._classes = classes(place)
        self._groups: dict[str, Group] = {}
        self._nested: dict[str, Union] = {}
        self._quiet = False
        known = kinds or [kind for kind in self._classes if kind in registry]
        self.choice = w.Dropdown(options=[(registry[kind].label, kind) for kind in known])
        self.choice.add_class(f"qd-kind-{place.replace('.', '-')}")
        self.about = view("")
        row = w.Box([view(f"<span>{label or 'Kind'}</span>", "qd-label"), self.choice])
        for name in (
            "qd-field",
            "is-wide",
            *(["is-titled"] if label and place != "model.schedule" else []),
        ):
            row.add_class(name)  # titled: the card says already what is chosen here
        self.slot = box([], "qd-group")
        self.root = box([row, self.about, self.slot], "qd-union")
        self.root.layout.grid_gap = self.slot.layout.grid_gap = "7px"
        self.choice.observe(self._chosen, "value")
        self._open(self.kind)

    @property
    def kind(self) -> str:
        return str(self.choice.value)

    def get(self) -> dict[str, Any]:
        nested = self._nested.get(self.kind)
        inner = {"schedule": nested.get()} if nested else {}
        return {"kind": self.kind, **self._groups[self.kind].get(), **inner}

    def set(self, values: Mapping[str, Any]) -> None:
        self._quiet = True
        try:
            if values["kind"] not in [kind for _, kind in self.choice.options]:
                self.choice.options = [*self.choice.options, (values["kind"], values["kind"])]
            self.choice.value = values["kind"]
            self._open(self.kind)
            self._groups[self.kind].set(values)
            if self.kind in self._nested:
                self._nested[self.kind].set(values["schedule"])
        finally:
            self._quiet = False

    def show_error(self, wrong: Mapping[str, str]) -> None:
        self._groups[self.kind].show_error(wrong)
        if self.kind in self._nested:
            inner = {
                name.removeprefix("schedule."): text
                for name, text in wrong.items()
                if name.startswith("schedule.")
            }
            self._nested[self.kind].show_error(inner)

    def _chosen(self, _: Any) -> None:
        self._open(self.kind)
        if not self._quiet:
            self._changed()

    def _open(self, kind: str) -> None:
        if kind not in self._groups:
            self._make(kind)
        entry = self._registry[kind]
        paper = f" ({entry.facts['paper']})" if entry.facts.get("paper") else ""
        self.about.value = note(f"{entry.summary}{paper}")
        nested = self._nested.get(kind)
        self.slot.children = [self._groups[kind].root, *([nested.root] if nested else [])]

    def _make(self, kind: str) -> None:
        config = self._classes[kind]
        defaults = config().model_dump(mode="json")
        maker = self._makers.get(kind, Group)
        group = self._groups[kind] = maker(config, self._changed, replace=self._replace)
        group.set(defaults)
        fitting = list(schedules_of(config))
        if not fitting:
            return
        from qdiffgui import catalog

        nested = self._nested[kind] = Union(
            "model.schedule", catalog.schedules, self._changed, label="Noise", kinds=fitting
        )
        nested.set(defaults["schedule"])
