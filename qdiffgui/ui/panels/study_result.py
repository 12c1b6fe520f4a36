"""The result of a study: its verdict, and its plots one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as w
import plotly.io

from qdiffgui.runs.files import read_json
from qdiffgui.ui.markup import box, bullets, labeled, view, visible
from qdiffgui.ui.widgets import Plot


class Result:
    """``show(result, plots)`` reads the files of a study, ``hide`` hides the card."""

    def __init__(self) -> None:
        self._drawn: dict[str, Any] = {}
        self._seen: tuple[Any, ...] = ()
        self.verdict = view("")
        self.choice = w.Dropdown(options=[])
        self.choice.observe(lambda _: self._draw(), "value")
        self.plot = Plot(height=400, label="Study plot")
        self.figure_box = box([labeled("Plot", self.choice), self.plot], "qd-scale-figure")
        self.root = box([self.figure_box, self.verdict], "qd-study-result")  # a verdict may be long
        self.hide()

    def hide(self) -> None:
        self._seen = ()
        visible(self.root, False)

    def show(self, result: Path, figures: Path) -> None:
        """``result`` : JSON with a ``verdict``; ``figures`` : as ``plots.export.titled`` makes it.
        Read again where they have changed.
        """
        seen = tuple(path.stat().st_mtime_ns for path in (result, figures) if path.is_file())
        if seen == self._seen:
            return
        self._seen = seen
        found = read_json(result)
        sentences = found.get("verdict") if isinstance(found, dict) else None
        self.verdict.value = (
            bullets([str(s) for s in sentences], "qd-verdict")
            if isinstance(sentences, list)
            else ""
        )
        drawn = read_json(figures)
        self._drawn = (
            {str(row["title"]): row["figure"] for row in drawn} if isinstance(drawn, list) else {}
        )
        self.choice.options = list(self._drawn)
        self.choice.value = next(iter(self._drawn), None)
        visible(self.figure_box, bool(self._drawn))
        visible(self.root, True)
        self._draw()

    def _draw(self) -> None:
        content = self._drawn.get(self.choice.value or "")
        if content is not None:
            figure = plotly.io.from_json(plotly.io.json.to_json_plotly(content))
            self.plot.label, self.plot.height = str(self.choice.value), figure.layout.height or 400
            self.plot.show(figure)
