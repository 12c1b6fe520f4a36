"""A document in a tab of its own."""

from __future__ import annotations

import anywidget

from qdiffgui.ui.widgets.source import javascript


class Document(anywidget.AnyWidget):
    """``show`` opens a page of ours in a new tab of the browser; if the browser blocks it, a
    message says so.
    """

    _esm = javascript("document.js")

    def show(self, content: bytes, mime: str = "text/html") -> None:
        self.send({"op": "open", "mime": mime}, [content])
