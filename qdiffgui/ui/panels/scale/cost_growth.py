"""How cost grows along one axis from the current settings, counted and predicted, compared with
the classical twin.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w
import numpy as np
import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.config import Experiment
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    empty,
    esc,
    format_number,
    labeled,
    note,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.scale.cost_curves import (
    QUANTITIES,
    Curve,
    curves,
    is_refused,
    share_of_operations,
    words,
)
from qdiffgui.ui.widgets import Plot

FIRST = ("L", "P", "T")  # an axis of these is shown first where there is one
_STEEP = 3  # a smaller ratio is drawn on a linear axis from zero: a log axis would exaggerate it


class CostGrowthCard:
    """``show`` requests the cost along all axes; ``stale`` dims outdated curves."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._axes: dict[str, Mapping[str, Any]] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._curves: list[Curve] = []
        self._base: float | None = None
        self._is_offering = False
        self.axis = w.Dropdown(options=[])
        self.quantity = w.Dropdown(
            options=[(kind.label, kind.key) for kind in QUANTITIES],
            value="seconds",
        )
        self.axis.observe(lambda change: self._along(change["new"]), "value")
        self.quantity.observe(lambda _: self._draw(), "value")
        self.plot = Plot(height=340, label="Cost versus size")
        self.about, self.left_out = view(""), view("")
        self.again = button(
            "Measure again",
            self._measure_again,
            "qd-quiet",
            "Predict the training time along this axis again",
        )
        self.none = view(empty("Cost scaling for these settings appears here."))
        row = box([labeled("Cost", self.quantity), labeled("Versus", self.axis)], "qd-grid-2")
        self.content = box(
            [row, self.about, self.again, self.plot, self.left_out], "qd-scale-growth"
        )
        self.root = card(
            title(
                "Cost scaling",
                "counted and predicted from these settings; nothing is trained",
            ),
            self.none,
            self.content,
        )
        visible(self.content, False)
        visible(self.again, False)

    def stale(self) -> None:
        self.content.add_class("is-stale")

    def show(self, config: Experiment | None) -> None:
        """Recompute; ``None`` stands for invalid settings."""
        if config is None:
            return self._refuse("The settings are incomplete: see the form.")
        self._queue.ask(
            "axes", [{"method": "axes", "config": config.model_dump(mode="json")}], self._offer
        )

    def _refuse(self, sentence: str) -> None:
        self.none.value = note(sentence)
        visible(self.none, True)
        visible(self.content, False)

    def _offer(self, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            return self._refuse(answer["error"])
        self._axes = {
            axis["key"]: axis for axis in answer["results"][0]["axes"] if axis["key"] != "threads"
        }
        if not self._axes:
            return self._refuse("These settings have no size that can be increased.")
        before = self.axis.value
        options = [(axis["label"], key) for key, axis in self._axes.items()]
        chosen = (
            before
            if before in self._axes
            else next((key for key in FIRST if key in self._axes), options[0][1])
        )
        self._is_offering = True
        self.axis.options, self.axis.value = options, chosen
        self._is_offering = False
        self._along(chosen)

    def _along(self, key: str | None) -> None:
        if key not in self._axes or self._is_offering:
            return
        self.stale()
        configs = [point["config"] for point in self._axes[key]["points"]]
        asked = [
            {"method": "point", "config": config}
            for config in configs
            if _digest(config) not in self._known
        ]
        if not asked:
            return self._counted(key, {"results": []}, [])
        self.none.value = empty(f"Counting along {self._axes[key]['label'].lower()} …")
        visible(self.none, not self._curves)
        self._queue.ask("growth", asked, lambda answer: self._counted(key, answer, asked))

    def _measure_again(self) -> None:
        key = self.axis.value
        if key in self._axes:
            for point in self._axes[key]["points"]:
                self._known.pop(_digest(point["config"]), None)
            self._along(key)

    def _counted(
        self, key: str, answer: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]
    ) -> None:
        if "error" in answer:
            return self._refuse(answer["error"])
        self._known |= {
            _digest(question["config"]): found
            for question, found in zip(asked, answer["results"], strict=True)
        }
        if key != self.axis.value:
            return  # another axis was chosen meanwhile
        points = [
            (point, self._known[_digest(point["config"])]) for point in self._axes[key]["points"]
        ]
        there = [(point, found) for point, found in points if "left_out" not in found]
        self.left_out.value = bullets(
            [
                f"{point['x']:g} left out: {found['left_out']}"
                for point, found in points
                if "left_out" in found
            ],
            "qd-note",
        )
        self._curves = curves([point["x"] for point, _ in there], [found for _, found in there])
        self._base = next((point["x"] for point, _ in there if point["is_base"]), None)
        offered = [(curve.quantity.label, curve.quantity.key) for curve in self._curves]
        before = self.quantity.value
        if offered and tuple(offered) != tuple(self.quantity.options):
            self.quantity.options = offered
            self.quantity.value = before if before in [key for _, key in offered] else offered[0][1]
        visible(self.none, False)
        visible(self.content, True)
        self.content.remove_class("is-stale")
        self._draw()

    def _draw(self) -> None:
        curve = next((c for c in self._curves if c.quantity.key == self.quantity.value), None)
        if curve is None or not curve.x:
            self.about.value = ""
            visible(self.again, False)
            return self.plot.show(plots.empty("No model can be built along this axis"))
        axis = self._axes[str(self.axis.value)]
        label, by_factors = str(axis["label"]), bool(axis["by_factors"])
        adds_work = bool(axis.get("adds_work"))
        text = words(curve, label, by_factors=by_factors, adds_work=adds_work)
        if curve.law is not None and self._base in curve.x and not is_refused(curve, adds_work):
            text += f" {share_of_operations(curve.law, curve.x.index(self._base))}"
        self.about.value = f'<p class="qd-count">{esc(text)}</p>'
        visible(self.again, is_refused(curve, adds_work))
        shown = {"these settings": own_series(curve, is_refused(curve, adds_work))}
        if curve.twin:
            shown["classical twin, same number of parameters"] = plots.Series(curve.x, curve.twin)
        values = [*curve.y, *curve.twin, *(y + e for y, e in zip(curve.y, curve.error))]
        values += curve.law.seconds if curve.law is not None else ()
        y_log = max(values) > _STEEP * min(values) > 0
        figure = plots.scaling(shown, label, curve.quantity.label, x_log=by_factors, y_log=y_log)
        figure.update_yaxes(range=with_headroom(min(values), max(values), log=y_log))
        if self._base is not None:
            mark_current(figure, curve, self._base)
        self.plot.label = f"{curve.quantity.label} versus {label.lower()}"
        self.plot.show(figure)


def own_series(curve: Curve, refused: bool) -> plots.Series:
    """The points, and the law through them unless the values are refused."""
    law = None if refused else curve.law
    if law is None:
        return plots.Series(curve.x, curve.y, curve.error)
    return plots.Series(
        curve.x,
        curve.y,
        curve.error,
        lambda x: np.interp(x, curve.x, law.seconds),
        (curve.x[0], curve.x[-1]),
    )


def mark_current(figure: go.Figure, curve: Curve, x: float) -> None:
    """Mark the point of the current settings, with its value above its error bar."""
    place = curve.x.index(x)
    y = curve.y[place]
    above = y + (curve.error[place] if curve.error else 0.0)
    plain: dict[str, Any] = {
        "x": [x],
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    marker = {"size": 15, "symbol": "circle-open", "color": plots.theme.color(0)}
    figure.add_scatter(y=[y], mode="markers", marker=marker, name="now", **plain)
    figure.add_scatter(
        y=[above],
        mode="markers+text",
        text=[f"current: {format_number(y)}"],
        textposition="top center",
        marker={"size": 15, "color": "rgba(0,0,0,0)"},  # only keeps the text at a distance
        name="current",
        **plain,
    )


def with_headroom(low: float, high: float, *, log: bool) -> list[float]:
    """The range of an axis on which there is space for a label above the highest point."""
    if log:
        low, high = math.log10(low), math.log10(high)
        return [low - 0.1 * (high - low), high + 0.2 * (high - low)]
    return [0.0, 1.2 * (high or 1.0)]


def _digest(config: Mapping[str, Any]) -> str:
    return json.dumps(config, sort_keys=True)
