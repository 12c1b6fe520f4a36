"""Running and queued runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Queue(anywidget.AnyWidget):
    """``rows``: {"id", "name", "status", "detail", "percent", "current", "actions": [[op, text]]}.

    ``act(op, id)`` is called for a pressed button.
    """

    _esm = javascript("queue.js")
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, act: Callable[[str, str], None], **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(lambda _, content, __: act(str(content.get("op")), str(content.get("id"))))
