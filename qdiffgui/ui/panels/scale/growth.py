"""How cost grows along one axis from the present choice, counted and predicted, with the classical twin beside it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.config import Experiment
from qdiffgui.ui.markup import box, bullets, card, empty, esc, note, quantity, title, view, visible
from qdiffgui.ui.widgets import Plot

FIRST = ("L", "P", "T")  # an axis of these is shown first where there is one
_FLAT = 1.02  # a ratio below is said to be no growth
_STEEP = 3  # a ratio below is drawn from zero: a logarithm would make a mountain of what is level


@dataclass(frozen=True)
class Quantity:
    """One figure of merit: ``rows`` of the static cost, the circuits' of a kind together; ``twin`` : the same of the classical twin, each
    row times so much. ``largest`` : of several circuits the largest counts, not all together."""

    key: str
    label: str
    rows: Mapping[str, float]
    twin: Mapping[str, float]
    largest: bool = False


QUANTITIES = (
    Quantity("seconds", "Training time, predicted / s", {}, {}),
    Quantity("n_parameters", "Parameters", {"n_parameters": 1}, {"twin_parameters": 1}),
    Quantity("two_qubit", "Two-qubit gates", {"two_qubit": 1}, {}),
    Quantity("depth", "Depth of the circuit", {"depth": 1}, {}, largest=True),
    Quantity("step", "Operations an optimiser step / FLOP", {"flops_a_step": 1, "macs_a_step": 2}, {}),
    Quantity("sample", "Operations a sample / FLOP", {"flops_a_sample": 1, "macs_a_sample": 2}, {"twin_macs_a_sample": 2}),
    Quantity("memory", "Memory of training / B", {"memory": 1}, {}),
    Quantity("hardware", "Circuit runs an optimiser step, on hardware", {"runs_a_step": 1}, {}),
)


@dataclass(frozen=True)
class Curve:
    """A quantity along an axis; ``twin`` is empty where the twin has no such figure."""

    quantity: Quantity
    x: tuple[float, ...]
    y: tuple[float, ...]
    twin: tuple[float, ...]


def curves(xs: Sequence[float], found: Sequence[Mapping[str, Any]]) -> list[Curve]:
    """Of answers ``{"cost": ..., "seconds": ...}``, one for each x; a quantity that some point has not is left out."""
    made = []
    for kind in QUANTITIES:
        own = [
            answer["seconds"] if kind.key == "seconds" else _value(answer["cost"], kind.rows, kind.largest) for answer in found
        ]
        twin = [_value(answer["cost"], kind.twin, kind.largest) for answer in found]
        if all(value is not None for value in own):
            made.append(Curve(kind, tuple(xs), tuple(own), tuple(twin) if all(v is not None for v in twin) else ()))
    return made


def _value(cost: Mapping[str, Any], wanted: Mapping[str, float], largest: bool) -> float | None:
    """Rows of several circuits have their names behind a colon."""
    rows = [row for group in cost["groups"] for row in group["rows"]]
    values = [
        row["value"] * wanted[key] for row in rows if (key := row["key"].partition(":")[0]) in wanted and row["value"] is not None
    ]
    if not values:
        return None
    return float(max(values) if largest else sum(values))


def words(curve: Curve, label: str, *, by_factors: bool) -> str:
    """What the curve does, from its first point to its last."""
    (x0, x1), (y0, y1) = (curve.x[0], curve.x[-1]), (curve.y[0], curve.y[-1])
    if x0 == x1:
        return f"{label} {x0:g} alone can be built."
    whole = f"{label} from {x0:g} to {x1:g}:"
    if y0 <= 0 or y1 <= 0 or max(y1 / y0, y0 / y1) < _FLAT:
        return f"{whole} as much."
    if not by_factors:
        return f"{whole} {y1 / y0:.3g} times as much, {(y1 / y0) ** (1 / (x1 - x0)):.3g} times for each one more."
    doublings = math.log2(x1 / x0)
    return f"{whole} {y1 / y0:.3g} times as much, {(y1 / y0) ** (1 / doublings):.3g} times for each doubling."


class GrowthCard:
    """``show`` asks how the cost of a choice grows; ``stale`` dims what holds no more."""

    def __init__(self, asking: Any) -> None:
        self._asking = asking
        self._axes: dict[str, Mapping[str, Any]] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._curves: list[Curve] = []
        self._base: float | None = None
        self._is_offering = False
        self.axis = w.Dropdown(options=[], tooltip="Along what")
        self.quantity = w.Dropdown(options=[(kind.label, kind.key) for kind in QUANTITIES], value="seconds", tooltip="What grows")
        self.axis.observe(lambda change: self._along(change["new"]), "value")
        self.quantity.observe(lambda _: self._draw(), "value")
        self.plot = Plot(height=340, label="Cost along one axis")
        self.about, self.left_out = view(""), view("")
        self.none = view(empty("How cost grows is worked out here, from the present choice."))
        row = box([_labelled("What grows", self.quantity), _labelled("Along", self.axis)], "qd-grid-2")
        self.content = box([row, self.about, self.plot, self.left_out], "qd-scale-growth")
        self.root = card(title("How the cost grows", "counted and predicted from the present choice; nothing is trained"),
                         self.none, self.content)  # fmt: skip
        visible(self.content, False)

    def stale(self) -> None:
        self.content.add_class("is-stale")

    def show(self, config: Experiment | None) -> None:
        """Work it out anew; ``None`` is a choice that is not valid."""
        if config is None:
            return self._refuse("The present choice is not complete: see the form.")
        self._asking.ask("axes", [{"method": "axes", "config": config.model_dump(mode="json")}], self._offer)

    def _refuse(self, sentence: str) -> None:
        self.none.value = note(sentence)
        visible(self.none, True)
        visible(self.content, False)

    def _offer(self, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            return self._refuse(answer["error"])
        self._axes = {axis["key"]: axis for axis in answer["results"][0]["axes"] if axis["key"] != "threads"}
        if not self._axes:
            return self._refuse("This choice has nothing that can be made larger.")
        before = self.axis.value
        options = [(axis["label"], key) for key, axis in self._axes.items()]
        chosen = before if before in self._axes else next((key for key in FIRST if key in self._axes), options[0][1])
        self._is_offering = True
        self.axis.options, self.axis.value = options, chosen
        self._is_offering = False
        self._along(chosen)

    def _along(self, key: str | None) -> None:
        if key not in self._axes or self._is_offering:
            return
        self.stale()
        configs = [point["config"] for point in self._axes[key]["points"]]
        asked = [{"method": "point", "config": config} for config in configs if _digest(config) not in self._known]
        if not asked:
            return self._counted(key, {"results": []}, [])
        self.none.value = empty(f"Counting along {self._axes[key]['label'].lower()} …")
        visible(self.none, not self._curves)
        self._asking.ask("growth", asked, lambda answer: self._counted(key, answer, asked))

    def _counted(self, key: str, answer: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]) -> None:
        if "error" in answer:
            return self._refuse(answer["error"])
        self._known |= {_digest(question["config"]): found for question, found in zip(asked, answer["results"], strict=True)}
        if key != self.axis.value:
            return  # another axis was chosen meanwhile
        points = [(point, self._known[_digest(point["config"])]) for point in self._axes[key]["points"]]
        there = [(point, found) for point, found in points if "left_out" not in found]
        self.left_out.value = bullets(
            [f"{point['x']:g} is left out: {found['left_out']}" for point, found in points if "left_out" in found], "qd-note"
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
            return self.plot.show(plots.empty("Nothing can be built along this"))
        axis = self._axes[str(self.axis.value)]
        label, by_factors = str(axis["label"]), bool(axis["by_factors"])
        self.about.value = f'<p class="qd-count">{esc(words(curve, label, by_factors=by_factors))}</p>'
        shown = {"this choice": plots.Series(curve.x, curve.y)}
        if curve.twin:
            shown["classical twin, as many parameters"] = plots.Series(curve.x, curve.twin)
        values = [*curve.y, *curve.twin]
        figure = plots.scaling(shown, label, curve.quantity.label, x_log=by_factors, y_log=max(values) > _STEEP * min(values) > 0)
        figure.update_yaxes(rangemode="tozero")
        if self._base is not None:
            y = curve.y[curve.x.index(self._base)]
            figure.add_scatter(x=[self._base], y=[y], mode="markers+text", text=[f"now: {quantity(y)}"], textposition="top center",
                               marker={"size": 15, "symbol": "circle-open", "color": plots.theme.colour(0)}, showlegend=False,
                               hoverinfo="skip", name="now")  # fmt: skip
        self.plot.label = f"{curve.quantity.label} against {label.lower()}"
        self.plot.show(figure)


def _digest(config: Mapping[str, Any]) -> str:
    return json.dumps(config, sort_keys=True)


def _labelled(label: str, widget: w.Widget) -> w.Widget:
    return box([view(f"<span>{esc(label)}</span>", "qd-label"), widget], "qd-field")
