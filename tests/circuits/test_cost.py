"""Counts agree with ``pennylane.specs``."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.circuits.cost import cost


@pytest.mark.parametrize("key", list(catalog.ansatze))
@pytest.mark.parametrize(("n", "layers"), [(1, 2), (2, 1), (5, 3)])
def test_equals_specs(key: str, n: int, layers: int) -> None:
    ansatz = catalog.ansatze[key].load()
    ours = cost(ansatz.trace(n, layers))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def node(w, x):
        ansatz.bind(n, layers)(w, x)
        return qml.probs(wires=range(n))

    shapes = torch.zeros(ansatz.n_weights(n, layers)), torch.zeros(ansatz.n_inputs(n, layers))
    theirs = qml.specs(node, level="device")(*shapes)["resources"]
    assert ours.depth == theirs.depth
    assert ours.gates == theirs.num_gates
    assert {1: ours.one_qubit, 2: ours.two_qubit} == {
        k: theirs.gate_sizes.get(k, 0) for k in (1, 2)
    }
    assert dict(ours.by_name) == dict(theirs.gate_types)
