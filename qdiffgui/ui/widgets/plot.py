"""A plotly plot that never falls behind: one message in flight, later updates are merged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from qdiffgui import paths
from qdiffgui.plots import theme
from qdiffgui.ui.widgets.source import javascript

WIDTH = 900
Points = tuple[Sequence[float], Sequence[float]]


class Plot(anywidget.AnyWidget):
    """Shows any ``plotly.graph_objects.Figure``. All methods may be called from any thread.

    ``height`` in CSS pixels; ``label`` is its accessible name. A drawer below shows the
    numbers as a table. A line marks the time shown by the animation of the same ``clock``, unless
    that is empty.
    """

    _esm = javascript("table.js", "plot.js")
    height = traitlets.Int(300).tag(sync=True)
    label = traitlets.Unicode("Plot").tag(sync=True)
    clock = traitlets.Unicode("").tag(sync=True)
    dark = traitlets.Dict(theme.DARK).tag(sync=True)

    def __init__(self, figure: Any = None, **traits: Any) -> None:
        super().__init__(**traits)
        self.errors: list[str] = []
        self.sent = 0
        self.figure: Any = None
        self.width = WIDTH
        self._make: Callable[[int], Any] | None = None
        self._lock = threading.RLock()
        self._connected = self._in_flight = self._stale = False
        self._waiting: dict[int, tuple[list[float], list[float]]] = {}
        self.on_msg(self._answer)
        if figure is not None:
            self.show(figure)

    def show(self, figure: Any) -> None:
        """Replace what is shown."""
        self._make = None
        self._show(figure)

    def _show(self, figure: Any) -> None:
        with self._lock:
            self.figure = figure
            self._waiting.clear()
            self._stale = True
            self._push()

    def fit(self, make: Callable[[int], Any]) -> None:
        """Show ``make(width)``, a plot for this width in CSS pixels, and remake it when the width
        changes. Its ``layout.height`` is used.
        """
        self._make = make
        self._fit()

    def _fit(self) -> None:
        if self._make is None:
            return
        figure = self._make(self.width)
        self.height = int(figure.layout.height or self.height)
        self._show(figure)

    def extend(self, points: Mapping[int, Points]) -> None:
        """Add points (x, y) to the ends of traces, by index; ``show`` must have come first."""
        with self._lock:
            for index, (x, y) in points.items():
                trace = self.figure.data[index]
                trace.x = (*(() if trace.x is None else trace.x), *x)
                trace.y = (*(() if trace.y is None else trace.y), *y)
                old = self._waiting.setdefault(index, ([], []))
                old[0].extend(x)
                old[1].extend(y)
            self._push()

    def save_image(
        self, filename: str, format: str = "png", width: int = 1000, height: int = 600
    ) -> None:
        """Let the browser save the plot as an image."""
        self.send(
            {
                "op": "image",
                "filename": filename,
                "format": format,
                "width": width,
                "height": height,
            }
        )

    def _push(self) -> None:
        if not self._connected or self._in_flight or self.figure is None:
            return
        if self._stale:
            message = {"op": "react", "figure": self.figure.to_json()}
        elif self._waiting:
            message = {
                "op": "extend",
                "traces": {str(i): {"x": x, "y": y} for i, (x, y) in self._waiting.items()},
            }
        else:
            return
        self._stale, self._waiting, self._in_flight = False, {}, True
        self.sent += 1
        self.send({**message, "n": self.sent})

    def _answer(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("op") == "library":  # JupyterLab's server does not have it
            self.send({"op": "library"}, [paths.plotly().read_bytes()])
            return
        width = int(content.get("width") or 0)
        if width and width != self.width:
            self.width = width
            if self._make is not None:
                self._fit()
        with self._lock:
            if content.get("op") == "ready":  # a new or reloaded view knows nothing
                self._connected, self._in_flight, self._stale = True, False, self.figure is not None
            elif content.get("op") in ("ack", "error"):
                self._in_flight = self._in_flight and content.get("n") != self.sent
                if content["op"] == "error":
                    self.errors.append(str(content.get("text")))
            self._push()
