"""The list of exports of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class ExportList(anywidget.AnyWidget):
    """``rows``: {"key", "label", "about", "note", "missing", "command", "python"}; ``save(key)`` is
    called for a pressed button.
    """

    _esm = javascript("export_list.js")
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, save: Callable[[str], None], **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(lambda _, content, __: save(str(content.get("key"))))
