"""An ansatz without its entangling gates."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.circuits.separable import chosen_ansatz, without_entanglers


@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_leaves_the_one_qubit_gates(key: str) -> None:
    whole = catalog.ansatze[key].load()
    bare = without_entanglers(whole)
    gates = bare.trace(3, 2).gates()
    single = [gate["name"] for gate in whole.trace(3, 2).gates() if len(gate["wires"]) == 1]
    assert [gate["name"] for gate in gates] == single or len(gates) > len(single)
    assert {len(gate["wires"]) for gate in gates} == {1}
    assert bare.n_weights(3, 2) == bare.trace(3, 2).n_weights <= whole.n_weights(3, 2)
    assert {k for gate in gates for k in gate["weights"]} == set(range(bare.n_weights(3, 2)))


def test_leaves_product_states() -> None:
    bare = chosen_ansatz("rx-ry-rx-zz", "separable")
    weights = torch.linspace(0.1, 2.0, bare.n_weights(2, 3))
    psi = engine.compile(bare.trace(2, 3)).state(weights)[0].reshape(2, 2).numpy()
    assert abs(np.linalg.det(psi)) < 1e-6  # the concurrence is twice this
    whole = catalog.ansatze["rx-ry-rx-zz"].load()
    weights = torch.linspace(0.1, 2.0, whole.n_weights(2, 3))
    psi = engine.compile(whole.trace(2, 3)).state(weights)[0].reshape(2, 2).numpy()
    assert abs(np.linalg.det(psi)) > 0.05


def test_once_is_enough() -> None:
    bare = chosen_ansatz("brickwork", "separable")
    assert without_entanglers(bare) is bare
    assert chosen_ansatz("brickwork").label != bare.label
