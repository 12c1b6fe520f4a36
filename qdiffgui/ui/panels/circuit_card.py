"""The card of Explore on the circuits of the model: the drawing, the entanglement after each time
step, the qubits of one sample, and the circuit before the last change next to the present one.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from qdiffgui import catalog, plots
from qdiffgui.config import Experiment
from qdiffgui.ui.markup import (
    box,
    card,
    esc,
    facts,
    format_number,
    labeled,
    note,
    plain,
    table,
    title,
    view,
    visible,
)
from qdiffgui.ui.widgets import Animation, Circuit, Plot

_COLORS = "Orange gates depend on the sample, blue gates are trained, the others are fixed."
_ABOUT = (
    "Meyer-Wallach Q is 0 for product states and 1 if every qubit is maximally mixed; the "
    "half-chain entropy is that of the first half of the qubits. Averages over {n} at the "
    "first use of the circuit, with the angles before training; gates on different qubits share a "
    "time step."
)
_SPHERE = (
    "Each point is a qubit: on the sphere it is pure, inside it is entangled with the others. "
    "Press play to follow it through the circuit."
)
_FACTS = {"gates": "Gates", "two_qubit_gates": "Two-qubit gates", "depth": "Depth"}
Shown = tuple[str, dict[str, Any]]


class CircuitCard:
    """``show`` draws the circuits of an inspection; ``explained`` stands below them."""

    def __init__(self, explained: w.Widget) -> None:
        self.which = w.Dropdown(options=[("", 0)])
        self.which_row = labeled("Circuit", self.which)
        self.which.observe(lambda _: self._draw(), "value")
        self.about, self.before_about = view(""), view("")
        self.circuit, self.before = Circuit(), Circuit()
        self.before_part = box(
            [title("Before", level=3), self.before_about, self.before], "qd-part"
        )
        self.differences = view("")
        self.plot = Plot(height=250, label="Entanglement after each time step")
        self.plot_about = view("")
        self.sphere = Animation(
            label="Qubits of one sample", time_label="Step of the circuit", compare=False
        )
        entanglement = box([title("Entanglement", level=3), self.plot, self.plot_about], "qd-part")
        qubits = box(
            [title("Qubits of one sample", level=3), self.sphere, view(note(_SPHERE))], "qd-part"
        )
        self.inside = box([entanglement, qubits], "qd-grid-wide")
        self.root = card(
            title("Circuit", "the trained part of the model"),
            self.about,
            self.which_row,
            self.circuit,
            view(note(_COLORS)),
            self.before_part,
            self.differences,
            self.inside,
            explained,
            css="qd-explains",
        )
        self._model, self._name = "", ""
        self._circuits: list[dict[str, Any]] = []
        self._earlier: tuple[str, list[dict[str, Any]]] = ("", [])

    def show(self, config: Experiment, circuits: list[dict[str, Any]]) -> None:
        """Draw the circuits. Those before the last change stay for comparison, as long as the model
        is of one kind.
        """
        name = _name_of(config)
        if config.model.kind != self._model:
            self._earlier = ("", [])
        elif _gates(circuits) != _gates(self._circuits):
            self._earlier = (self._name, self._circuits)
        self._model, self._name, self._circuits = config.model.kind, name, circuits
        visible(self.root, bool(circuits))
        visible(self.which_row, len(circuits) > 1)
        self.which.options = [(c["name"], i) for i, c in enumerate(circuits)] or [("", 0)]
        self._draw()

    def _draw(self) -> None:
        if not self._circuits:
            return
        at = min(self.which.value or 0, len(self._circuits) - 1)
        chosen = self._circuits[at]
        name, earlier = self._earlier
        before = earlier[at] if at < len(earlier) else None
        self.about.value = _head(self._name if before else "", chosen)
        self.circuit.circuit = chosen
        visible(self.before_part, before is not None)
        if before is not None:
            self.before_about.value = _head(name, before)
            self.before.circuit = before
        self.differences.value = (
            "" if before is None else _differences((self._name, chosen), (name, before))
        )
        self._draw_states(chosen, before or {})

    def _draw_states(self, chosen: dict[str, Any], before: dict[str, Any]) -> None:
        now = chosen.get("states") or {}
        visible(self.inside, bool(now))
        if not now:
            return
        self.plot.show(plots.entanglement(now, before.get("states") or None))
        n = now["n"]
        self.plot_about.value = note(_ABOUT.format(n=f"{n} samples" if n > 1 else "one sample"))
        self.sphere.trajectory = now["bloch"]


def headline(found: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    """The facts that have a name in ``names``."""
    return [(label, plain(found[key])) for key, label in names.items() if key in found]


def _head(name: str, circuit: dict[str, Any]) -> str:
    repeated = circuit.get("repeated", 1)
    times = f" · used {repeated} times, once per step" if repeated > 1 else ""
    words = " · ".join(part for part in (name, circuit["name"]) if part)
    counted = [("Gates", plain(len(circuit["gates"]))), *headline(circuit["facts"], _FACTS)]
    return note(f"{words}: {circuit['n_qubits']} qubits{times}") + facts(dict(counted).items())


def _differences(now: Shown, before: Shown) -> str:
    """Both circuits as a table."""
    sides = [circuit for _, circuit in (now, before)]
    rows = [("Qubits", [plain(side["n_qubits"]) for side in sides])]
    rows += [
        (label, [plain(side["facts"].get(key, "–")) for side in sides])
        for key, label in _FACTS.items()
    ]
    weights = [len({k for gate in side["gates"] for k in gate["weights"]}) for side in sides]
    rows.append(("Trained angles", [plain(n) for n in weights]))
    for key, label in (("meyer_wallach", "Q at the end"), ("half_chain", "Half-chain / bits")):
        values = [(side.get("states") or {}).get(key) for side in sides]
        rows.append((label, [format_number(v[-1]) if v else "–" for v in values]))
    head = ["", f"Now: {now[0]}", f"Before: {before[0]}"]
    return table(
        [esc(cell) for cell in head],
        [("", [esc(label), *cells]) for label, cells in rows],
        "The present circuit and the one before the last change",
    )


def _name_of(config: Experiment) -> str:
    """Ansatz and layers of a model, for a heading."""
    key = str(getattr(config.model, "ansatz", ""))
    label = catalog.ansatze[key].label if key in catalog.ansatze else ""
    layers = getattr(config.model, "n_layers", None)
    parts = [label, f"{layers} layers" if layers else ""]
    return ", ".join(part for part in parts if part) or catalog.models[config.model.kind].label


def _gates(circuits: list[dict[str, Any]]) -> list[Any]:
    return [circuit["gates"] for circuit in circuits]
