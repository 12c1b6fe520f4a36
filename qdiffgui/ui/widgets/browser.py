"""The browser's own services: address, downloads, announcements, header."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import anywidget
import traitlets

from qdiffgui import paths
from qdiffgui.ui.widgets.source import embedded_css, header, javascript

SILENCE = 200.0


class Browser(anywidget.AnyWidget):
    """``on_ready(query)`` is called whenever a page connects, with the first value of each name in
    its address, ``on_press(name)`` for the buttons of the header: ``train`` (the open run), ``log``
    and ``share``.

    A page outside the Voila template (in JupyterLab or Notebook 7) is sent the style sheet and the
    header before ``on_ready``.

    The header links to the documentation if the server has one, and has a button for the link to
    share if there is one (``shared``). Links that are copied begin with ``base``, or with the
    address of the page.

    It is answered whenever it asks for a sign of life; without one for ``patience`` seconds it says
    that the page is disconnected. ``present`` tells whether a page has sent a message recently: a
    kernel whose page crashed stops sending updates, and the server then culls it as idle.
    """

    _esm = javascript("embedded.js", "typing.js", "page.js")
    machine: traitlets.List[Any] = traitlets.List().tag(sync=True)
    run = traitlets.Dict().tag(sync=True)
    docs = traitlets.Bool(help="Whether the server serves the documentation.").tag(sync=True)
    shared = traitlets.Bool(help="Whether there is a link for others.").tag(sync=True)
    base = traitlets.Unicode(help="Begin of the links that are copied.").tag(sync=True)
    patience = traitlets.Float(30.0).tag(sync=True)

    def __init__(
        self,
        on_ready: Callable[[dict[str, str]], None],
        on_press: Callable[[str], None] = lambda name: None,
        **traits: Any,
    ) -> None:
        super().__init__(docs=paths.DOCS_SERVED in os.environ, **traits)
        self._on_ready, self._on_press = on_ready, on_press
        self._last_message: float | None = None
        self.on_msg(self._answer)

    @property
    def present(self) -> bool:
        return self._last_message is not None and time.monotonic() - self._last_message < SILENCE

    def announce(self, text: str) -> None:
        """Say it to a screen reader."""
        self.send({"op": "announce", "text": text})

    def download(self, name: str, content: bytes, mime: str = "application/octet-stream") -> None:
        """Let the browser save ``content`` under ``name``."""
        self.send({"op": "download", "name": name, "mime": mime}, [content])

    def address(self, query: str) -> None:
        """Show ``?query`` in the address bar without loading anything."""
        self.send({"op": "address", "query": query})

    def show_results(self, *, top: bool = False) -> None:
        """On a narrow screen, where the results stand below the form, scroll to them; with ``top``,
        to what stands above both.
        """
        self.send({"op": "show", "top": top})

    def copy(self, text: str) -> None:
        self.send({"op": "copy", "text": text})

    def _answer(self, _: Any, content: dict[str, Any], __: Any) -> None:
        self._last_message = time.monotonic()
        if content.get("op") == "ready":
            if content.get("embedded"):
                self.send({"op": "embed", "css": embedded_css(), "header": header()})
            found = parse_qs(str(content.get("search", "")).lstrip("?"))
            self._on_ready({name: values[0] for name, values in found.items()})
        elif content.get("op") == "alive":
            self.send({"op": "pulse"})
        elif content.get("op") in ("train", "log", "share"):
            self._on_press(content["op"])
