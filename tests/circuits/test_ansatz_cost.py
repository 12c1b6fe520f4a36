"""Formulas, our counts and PennyLane's own agree for every ansatz."""

from __future__ import annotations

import pennylane as qml
import pytest
from pennylane.queuing import AnnotatedQueue

from qdiffgui import catalog
from qdiffgui.circuits.cost import cost

COUNTED = {
    "parameters": "n_weights",
    "one_qubit": "one_qubit",
    "two_qubit": "two_qubit",
    "shifts": "weight_shifts",
    "inputs": "n_inputs",
}


@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_formulas_equal_counts_on_a_grid(key: str) -> None:
    ansatz = catalog.ansatze[key].load()
    formulas = ansatz.cost
    assert formulas is not None
    for n in range(1, 13):
        for layers in (1, 2, 3, 5):
            counted = cost(ansatz.trace(n, layers))
            found = {name: getattr(formulas, name).value(n=n, L=layers) for name in COUNTED}
            assert found == {name: getattr(counted, field) for name, field in COUNTED.items()}, (
                n,
                layers,
            )
            depth = formulas.depth.value(n=n, L=layers)
            assert depth == counted.depth if formulas.depth.exact else depth >= counted.depth, (
                n,
                layers,
            )


def test_only_one_depth_is_a_bound() -> None:
    costs = {key: entry.load().cost for key, entry in catalog.ansatze.items()}
    assert [key for key, formulas in costs.items() if not formulas.depth.exact] == [
        "strongly-entangling"
    ]


@pytest.mark.parametrize("key", list(catalog.ansatze))
@pytest.mark.parametrize(("n", "layers"), [(1, 1), (2, 1), (3, 2)])
def test_shifted_evaluations_are_those_of_pennylane(key: str, n: int, layers: int) -> None:
    program = catalog.ansatze[key].load().trace(n, layers)
    with AnnotatedQueue() as queue:
        for gate in program.gates():
            angles = [0.1 + k for k in range(len(gate["angle"].split(",")) if gate["angle"] else 0)]
            getattr(qml, gate["name"])(*angles, wires=gate["wires"])
        qml.probs(wires=range(n))
    tape = qml.tape.QuantumScript.from_queue(queue)
    tape.trainable_params = list(range(len(tape.get_parameters(trainable_only=False))))
    counted = cost(program)
    assert len(qml.gradients.param_shift(tape)[0]) == counted.weight_shifts + counted.input_shifts
