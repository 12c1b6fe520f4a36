"""Widgets to choose one of several options: tabs, and a list with groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Tabs(anywidget.AnyWidget):
    """The names of the areas; ``value`` is the visible one, ``badges`` are short texts next to
    some names.
    """

    _esm = javascript("tabs.js")
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    value = traitlets.Unicode().tag(sync=True)
    badges = traitlets.Dict().tag(sync=True)


class Picker(anywidget.AnyWidget):
    """A list with groups: ``options`` is ``[[group, [[label, value], ...]], ...]``, ``value`` one
    of the values.

    Raises ``TraitError`` for a value that is not among the options.
    """

    _esm = javascript("picker.js")
    options: traitlets.List[Any] = traitlets.List().tag(sync=True)
    value = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)

    def __init__(self, options: Sequence[Any], **traits: Any) -> None:
        super().__init__(
            options=[[name, [list(option) for option in group]] for name, group in options],
            **traits,
        )

    @traitlets.validate("value")
    def _known(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] not in {value for _, group in self.options for _, value in group}:
            raise traitlets.TraitError(f"'{proposal['value']}' is not among the options")
        return str(proposal["value"])
