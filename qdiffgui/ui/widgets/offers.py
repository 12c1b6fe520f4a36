"""What can be taken out of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Offers(anywidget.AnyWidget):
    """``rows``: {"key", "label", "about", "note", "missing", "command", "python"}; ``save(key)`` is called for a pressed button."""

    _esm = javascript("offers.js")
    rows = traitlets.List().tag(sync=True)

    def __init__(self, save: Callable[[str], None], **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(lambda _, content, __: save(str(content.get("key"))))
