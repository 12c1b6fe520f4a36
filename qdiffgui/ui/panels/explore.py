"""Before training: the chosen data, the noise schedule, the forward process, the circuit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qdiffgui import catalog, explanations, plots
from qdiffgui.config import Experiment
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.markdown import prose
from qdiffgui.ui.markup import box as group
from qdiffgui.ui.markup import (
    bullets,
    card,
    empty,
    esc,
    facts,
    folded,
    format_number,
    formulas,
    note,
    plain,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.circuit_card import CircuitCard, headline
from qdiffgui.ui.panels.roundtrip_card import RoundtripCard
from qdiffgui.ui.widgets import Animation, Plot

CLOCK = "forward"
_HEADLINE = {
    "n_parameters": "Parameters",
    "n_qubits": "Qubits",
    "n_ancillas": "Ancillas",
    "n_layers": "Layers",
    "n_gates": "Gates",
    "gates": "Gates",
    "n_two_qubit": "Two-qubit gates",
    "two_qubit_gates": "Two-qubit gates",
    "depth": "Depth",
}


class Explore(Area):
    """What ``experiment.inspect`` reports for the current settings. The pages about the model
    and its ansatz show even if the inspection fails.
    """

    name = "Explore"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.state = view(empty("Loading data …"))
        self.about = view("")
        self.dataset = view("")
        self.roundtrip = RoundtripCard()
        self.forward = Animation(label="Forward process", compare=False, clock=CLOCK)
        self.schedule = Plot(height=230, label="Noise schedule", clock=CLOCK)
        self.diagnostics = Plot(height=250, label="Noise diagnostics", clock=CLOCK)
        self.diagnostics_part = group(
            [title("Noise diagnostics", level=3), self.diagnostics], "qd-part"
        )
        self.ansatz = formulas()
        self.circuits = CircuitCard(self.ansatz)
        noise = card(
            title(
                "Forward process",
                "from data to noise: press play or drag the slider",
            ),
            self.forward,
            css="qd-noise",
        )
        curves = card(
            title("Noise schedule"), self.schedule, self.diagnostics_part, css="qd-curves"
        )
        self.body = group(
            [
                card(self.dataset, self.about),
                self.roundtrip.root,
                group([noise, curves], "qd-grid-wide"),
                self.circuits.root,
            ],
            "qd-panel",
        )
        visible(self.body, False)
        self.explanation = formulas()
        self.explanation_card = card(self.explanation, css="qd-explains qd-explanation")
        visible(self.explanation_card, False)
        self.root = group([self.explanation_card, self.state, self.body], "qd-panel")

    def explain(self, model: str, ansatz: str = "") -> None:
        """Show the pages about the model and its ansatz; a page that stays the same stays open."""
        entry = catalog.models[model]
        _offer(self.explanation, "About this model", entry, lambda: explanations.load(model))
        visible(self.explanation_card, True)
        if ansatz in catalog.ansatze:
            chosen = catalog.ansatze[ansatz]
            _offer(self.ansatz, "About this ansatz", chosen, lambda: explanations.of_code(chosen))
        else:
            self.ansatz.value = ""

    def choice_changed(self) -> None:
        model = self.host.form.model
        chosen = model.get()
        used = chosen.get("circuit") != "iqp"  # whose gates are no ansatz
        self.explain(model.kind, str(chosen.get("ansatz", "")) if used else "")
        visible(self.state, True)
        self.state.value = note("Updating for the current settings …")
        self.body.add_class("is-stale")

    def choice_rejected(self, sentence: str) -> None:
        visible(self.state, True)
        self.state.value = f'<div class="qd-alert" role="alert"><p>{esc(sentence)}</p></div>'
        visible(self.body, False)

    def choice_incomplete(self, sentence: str) -> None:
        visible(self.state, True)
        self.state.value = empty(sentence)
        visible(self.body, False)

    def choice_inspected(self, config: Experiment, result: dict[str, Any]) -> None:
        self.state.value = ""
        visible(self.state, False)
        self.body.remove_class("is-stale")
        visible(self.body, True)
        data = result["dataset"]
        counts = [(name, format_number(n)) for name, n in data["classes"].items()]
        pairs = [
            ("Training", format_number(data["n_train"])),
            ("Held out", format_number(data["n_test"])),
            *counts,
            *headline(result["facts"], _HEADLINE),
        ]
        self.dataset.value = title(data["name"]).value
        rest = folded("More model details", facts(details(result["facts"])))
        self.about.value = facts(pairs) + bullets(data["notes"], "qd-note") + rest
        self.roundtrip.show(result.get("roundtrip") or {})
        self.schedule.show(plots.schedule(result["schedule"]))
        visible(self.diagnostics_part, bool(result["diagnostics"]["curves"]))
        self.diagnostics.show(plots.diagnostics(result["diagnostics"]))
        self.forward.trajectory = result["forward"]
        self.circuits.show(config, result["circuits"])


def _offer(widget: w.HTMLMath, about: str, entry: Entry, read: Callable[[], str]) -> None:
    try:
        text = prose(read())
    except ConfigError:  # from a plug-in
        text = note(entry.summary)
    value = folded(f"{about}: {entry.label}", text)
    if value != widget.value:
        widget.value = value


def details(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The other facts, except nested ones, which are in the report."""
    names = {
        key: key.removeprefix("n_").replace("_", " ").capitalize()
        for key in found
        if key not in _HEADLINE
    }
    return [
        (name, plain(found[key]))
        for key, name in names.items()
        if not isinstance(found[key], (dict, list))
    ]
