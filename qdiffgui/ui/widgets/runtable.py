"""The table of runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class RunTable(anywidget.AnyWidget):
    """``rows``: {"id", "name", "detail", "status", "progress", "pinned", "tags", "note",
    "editable", "group": key in ``groups`` or "", "order": {column: number or text to sort by},
    "values": {column: [first line, second]}, "actions": [[op, text]]}; ``columns``: {"key",
    "label"}; ``selected``: ids ticked; ``baseline``: the run that others are measured by, "" for
    none; ``modes``: [key, label] of the ways to group, of which ``grouping`` is chosen;
    ``groups``: key -> {"label", "about", "status", "values"}. A group of several rows is one row
    until it is opened.

    ``act(op, id)`` is called for a pressed button, ``annotate(id, name, tags, note)`` for what was
    typed about a run; the table itself sorts, filters and keeps pinned runs on top.
    """

    _esm = javascript("runs.js")
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    selected: traitlets.List[Any] = traitlets.List().tag(sync=True)
    current = traitlets.Unicode("").tag(sync=True)
    modes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    grouping = traitlets.Unicode("").tag(sync=True)
    groups: traitlets.Dict[Any, Any] = traitlets.Dict().tag(sync=True)
    baseline = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        act: Callable[[str, str], None],
        annotate: Callable[[str, str, list[str], str], None] = lambda name, new, tags, note: None,
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._act, self._annotate = act, annotate
        self.on_msg(lambda _, content, __: self._hear(content))

    def _hear(self, content: dict[str, Any]) -> None:
        op, name = str(content.get("op")), str(content.get("id"))
        if op != "annotate":
            self._act(op, name)
            return
        tags = content.get("tags")
        words = [str(tag) for tag in tags] if isinstance(tags, list) else []
        self._annotate(name, str(content.get("name", "")), words, str(content.get("note", "")))
