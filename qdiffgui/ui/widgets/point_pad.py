"""A pad to draw points on, with a mouse, a pen, a finger or the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from qdiffgui.ui.widgets.source import javascript

MOST = 5000


class PointPad(anywidget.AnyWidget):
    """``show(xy)`` draws points; ``drawn(xy)`` is called after each stroke with all of them, (n, 2)
    float64 within -1 and 1.

    A stroke begins a new drawing unless the points shown were drawn (``is_drawn``).
    """

    _esm = javascript("table.js", "draw.js", "pad.js")
    points = traitlets.Bytes(help="x and y of each point, float32").tag(sync=True)
    is_drawn = traitlets.Bool().tag(sync=True)
    most = traitlets.Int(MOST).tag(sync=True)
    least = traitlets.Int(20).tag(sync=True)
    answered = traitlets.Int(help="Number of the last stroke that the kernel has.").tag(sync=True)

    def __init__(self, drawn: Callable[[NDArray[Any]], None], **traits: Any) -> None:
        super().__init__(**traits)
        self._drawn = drawn
        self.on_msg(self._take)

    def show(self, xy: NDArray[Any], is_drawn: bool) -> None:
        """Draw the points (n, 2), scaled to the pad if they reach beyond it."""
        self.is_drawn = is_drawn
        few = np.asarray(xy, np.float64)[:MOST]
        reach = np.abs(few).max(initial=0.0)
        if reach > 1:
            center = (few.max(axis=0) + few.min(axis=0)) / 2
            few = 0.95 * (few - center) / max(np.abs(few - center).max(), 1e-12)
        self.points = few.astype("<f4").tobytes()

    def _take(self, _: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("op") != "drawn" or len(buffers) != 1:
            return
        data = bytes(buffers[0])
        if len(data) % 8 == 0 and len(data) <= 8 * MOST:
            xy = np.frombuffer(data, "<f4").reshape(-1, 2).astype(np.float64)
            if np.isfinite(xy).all():
                self._drawn(np.clip(xy, -1, 1))
        self.answered = int(content.get("number", 0))
