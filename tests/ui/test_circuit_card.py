"""The circuit card of Explore: entanglement, and the circuit before the last change."""

from __future__ import annotations

import ipywidgets as w
import pytest

import qdiffgui
from qdiffgui.experiment import inspect
from qdiffgui.ui.panels.circuit_card import CircuitCard


@pytest.fixture(scope="module")
def inspected():
    base = ("data.n_points=60", "model.n_layers=2")
    configs = [
        qdiffgui.preset("points-quddpm", *base),
        qdiffgui.preset("points-quddpm", *base, "model.ansatz=strongly-entangling"),
        qdiffgui.preset("points-network", "data.n_points=60"),
    ]
    return [(config, inspect(config)["circuits"]) for config in configs]


def hidden(widget):
    return "is-hidden" in widget._dom_classes


def test_the_circuit_before_stands_next_to_the_present_one(inspected):
    card = CircuitCard(w.HTML())
    first, second, network = inspected
    card.show(*first)
    assert hidden(card.before_part)
    assert card.circuit.circuit["gates"] == first[1][0]["gates"]
    assert len(card.sphere.trajectory["frames"][0]["bloch"]) == 4
    card.show(*first)  # nothing has changed
    assert hidden(card.before_part)
    card.show(*second)
    assert not hidden(card.before_part)
    assert card.before.circuit["gates"] == first[1][0]["gates"]
    assert "Strongly entangling, 2 layers" in card.about.value
    assert "Hardware" in card.before_about.value
    depths = [circuits[0]["facts"]["depth"] for _, circuits in (second, first)]
    assert f"<td>{depths[0]}</td><td>{depths[1]}</td>" in card.differences.value
    card.show(*second)  # the comparison stays
    assert not hidden(card.before_part)
    card.show(*network)
    assert hidden(card.root)
    card.show(*first)  # another model has been there meanwhile
    assert hidden(card.before_part)


def test_the_plot_overlays_both(inspected):
    from qdiffgui import plots

    now, before = (circuits[0]["states"] for _, circuits in inspected[:2])
    figure = plots.entanglement(now, before)
    assert [trace.name for trace in figure.data] == [
        "Meyer-Wallach Q",
        "Half-chain entropy / bits",
        "Meyer-Wallach Q, before",
        "Half-chain entropy / bits, before",
    ]
    assert list(figure.data[2].y) == before["meyer_wallach"]
    assert plots.entanglement({}).layout.annotations
