"""The settings of points in a plane: a pad to draw on, shapes, a file or pasted text, and buttons
that train models of the points at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np

from qdiffgui.config import Config
from qdiffgui.config.points import DRAWN
from qdiffgui.data.points import parse_points, read_points, shape_points, store_points
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError
from qdiffgui.ui.form.group import Group, Replace
from qdiffgui.ui.markup import box, button, esc, note, view, visible
from qdiffgui.ui.widgets import PointPad

MODELS = {
    "points-circuit": ("Circuit", "Train a quantum denoiser of four qubits on these points"),
    "points-network": ("Network", "Train its classical twin, a network with as many parameters"),
    "points-quddpm": ("QuDDPM", "Train QuDDPM on these points as states of one qubit"),
}
"""Preset of each button, its label and its tooltip."""
_FILES = ".csv,.txt,.dat,.npy"


class PointsGroup(Group):
    """``uploads()`` is the folder for drawn points; ``train(presets)`` trains these presets on the
    points of the form.
    """

    def __init__(
        self,
        config: type[Config],
        changed: Callable[[], None],
        replace: Replace | None = None,
        *,
        uploads: Callable[[], Path],
        train: Callable[[Sequence[str]], None],
    ) -> None:
        self._outer, self._uploads = changed, uploads
        self._path = ""
        super().__init__(config, self._on_input, replace=replace)
        self.pad = PointPad(self._drawn)
        self.said = view("")
        self.text = w.Textarea(placeholder="0.1, 0.2\n0.3, -0.4", rows=4)
        self.take = button("Use these points", self._pasted, "", "Learn the points of this text")
        self.models = [
            button(label, lambda key=key: train([key]), f"qd-{key}", words)
            for key, (label, words) in MODELS.items()
        ]
        self.all = button(
            "All three", lambda: train(list(MODELS)), "qd-points-all", "Train all three, in turn"
        )
        path = self.fields["path"]
        path.control.children[1].accept = _FILES
        self._more = box(
            [path.row, view("<span>Or paste points</span>", "qd-label"), self.text, self.take],
            "qd-more is-hidden",
        )
        self._opener = button("Upload or paste points", self._toggle, "qd-quiet qd-points-file")
        self._train = box(
            [view(note("Train on these points, a few seconds each:")), *self.models, self.all],
            "qd-points-train",
        )
        self.root.children = [
            self.pad,
            self.said,
            self.fields["shape"].row,
            self.fields["n_points"].row,
            self._opener,
            self._more,
            self._train,
        ]
        self.root.add_class("qd-points")
        self._show()

    # ---- values

    def get(self) -> dict[str, Any]:
        """The settings; a shape needs no file, even if one was chosen before."""
        found = super().get()
        return found if found["shape"] == DRAWN else found | {"path": ""}

    def set(self, values: Mapping[str, Any]) -> None:
        super().set(values)
        self._path = self.fields["path"].get()
        if hasattr(self, "pad"):
            self._show()

    # ---- input

    def _on_input(self) -> None:
        """A file was chosen: it is drawn points. Anything else: show what is chosen."""
        path = self.fields["path"].get()
        if path != self._path and path:
            self.fields["shape"].set(DRAWN)
        self._path = path
        self._show()
        self._outer()

    def _drawn(self, xy: Array) -> None:
        try:
            self._use(store_points(self._uploads() / "drawn", xy))
        except DataError as error:
            self._use(None)
            self.pad.show(xy, is_drawn=True)
            self._say(str(error) if len(xy) else "")

    def _pasted(self) -> None:
        try:
            xy = parse_points(self.text.value.encode())
            self._use(store_points(self._uploads() / "drawn", xy))
        except DataError as error:
            self._say(str(error))

    def _use(self, path: Path | None) -> None:
        self.fields["shape"].set(DRAWN)
        self._path = "" if path is None else str(path)
        self.fields["path"].set(self._path)
        self._show()
        self._outer()

    # ---- showing it

    def _show(self) -> None:
        """Draw the points of the settings."""
        self._say("")
        values = self.get()
        is_drawn = values["shape"] == DRAWN
        visible(self.fields["n_points"].row, not is_drawn)
        xy = np.zeros((0, 2))
        try:
            if not is_drawn:
                n = values["n_points"]
                xy = shape_points(values["shape"], int(np.clip(n if n == n else 0, 0, 20_000)))
            elif values["path"]:
                xy = read_points(values["path"])
        except DataError as error:
            self._say(str(error))
        self.pad.show(xy, is_drawn)

    def _say(self, sentence: str) -> None:
        words = f'<p class="qd-wrong-text" role="alert">{esc(sentence)}</p>' if sentence else ""
        if self.said.value != words:
            self.said.value = words

    def _toggle(self) -> None:
        visible(self._more, "is-hidden" in self._more._dom_classes)
