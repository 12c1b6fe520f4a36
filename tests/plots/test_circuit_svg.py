from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.circuits.drawing import plain
from qdiffgui.circuits.ends import discarded, kept, measured
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.plots.circuit_svg import circuit_svg, place


def drawing(key: str, n: int, layers: int, name: str = "ansatz") -> dict:
    ansatz = catalog.ansatze[key].load()
    program = ansatz.trace(n, layers)
    gates = program.gates()
    weights = [0.1 * i for i in range(program.n_weights)]
    info = CircuitInfo(
        name,
        n,
        gates,
        gate_angles(gates, weights),
        ansatz.bind(n, layers),
        weights,
        n_inputs=program.n_inputs,
    )
    return plain(info)


@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_every_ansatz_is_drawn_gate_by_gate(key: str) -> None:
    shown = drawing(key, 3, 2)
    root = ET.fromstring(circuit_svg(shown))
    space = "{http://www.w3.org/2000/svg}"
    groups = root.findall(f"{space}g")
    assert len(groups) == len(shown["gates"])
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter(f"{space}rect"):
        if box.get("x"):
            assert 0 < float(box.get("x")) < width
            assert 0 < float(box.get("y")) < height


def test_words_are_text_and_angles_are_told() -> None:
    text = circuit_svg(drawing("hardware-efficient", 2, 1, "<script>x</script>"))
    assert "<script>" not in text
    assert "rad</title>" in text


def test_a_long_circuit_goes_on_below() -> None:
    short, long = (
        ET.fromstring(circuit_svg(drawing("strongly-entangling", 4, layers))) for layers in (1, 30)
    )
    assert float(long.get("width")) < 1600
    assert float(long.get("height")) > 2 * float(short.get("height"))


ENDS = (
    *kept(1, "next step", "The state goes on."),
    *measured([1], "⟨Z⟩", "<loss>", "It is read out."),
    *discarded([2], reset=True),
)


@pytest.mark.parametrize("layers", [1, 40])
def test_after_the_last_gate_stands_what_happens_to_each_wire(layers: int) -> None:
    circuit = drawing("hardware-efficient", 3, layers) | {"ends": [end.plain() for end in ENDS]}
    root = ET.fromstring(circuit_svg(circuit))
    space = "{http://www.w3.org/2000/svg}"
    texts = {element.text: element for element in root.iter(f"{space}text")}
    assert {"→ next step", "→ <loss>", "⟨Z⟩", "|0⟩", "Wire 1: It is read out."} <= set(texts)
    ends = root.findall(f"{space}g[@class='end']")
    assert [len(end.findall(f"{space}rect")) for end in ends] == [0, 1, 2]  # meter, meter and reset
    width, height = float(root.get("width")), float(root.get("height"))
    for words, element in texts.items():
        assert float(element.get("y")) < height
        assert float(element.get("x")) + 6 * len(words or "") < width + 1 or "rad" in words


def test_drawings_of_older_files_have_no_ends() -> None:
    circuit = drawing("hardware-efficient", 2, 1)
    del circuit["ends"]
    assert 'class="end"' not in circuit_svg(circuit)


@given(st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=3).map(sorted), max_size=30))
def test_gates_never_overlap_and_keep_their_order(wires: list[list[int]]) -> None:
    columns = place(wires, 5)
    taken = set()
    for on, column in zip(wires, columns):
        for wire in range(min(on), max(on) + 1):
            assert (column, wire) not in taken
            assert all((later, wire) not in taken for later in range(column, 40))
            taken.add((column, wire))
