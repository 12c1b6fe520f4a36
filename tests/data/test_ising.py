"""Ground states of the Ising chain are eigenstates, the lowest, of one sign."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qdiffgui.config.data import IsingGroundStates
from qdiffgui.data.ising import ground_states, load_ising
from qdiffgui.evaluation.quantum import magnetisation


@pytest.mark.parametrize("n_qubits", [2, 4, 5])
def test_lowest_eigenstate_of_the_chain(n_qubits: int) -> None:
    g = np.array([0.2, 0.4, 1.5])
    for field, psi in zip(g, ground_states(g, n_qubits)):
        terms = [qml.Z(i) @ qml.Z(i + 1) for i in range(n_qubits - 1)] + [
            qml.X(i) for i in range(n_qubits)
        ]
        matrix = qml.matrix(
            qml.dot([-1.0] * (n_qubits - 1) + [-field] * n_qubits, terms),
            wire_order=range(n_qubits),
        )
        np.testing.assert_allclose(matrix @ psi, np.linalg.eigvalsh(matrix)[0] * psi, atol=1e-9)
        assert (psi > 0).all()
        np.testing.assert_allclose(psi, psi[::-1], atol=1e-9)  # even under a flip of all spins


def test_data_are_ordered_in_the_ferromagnet_and_not_beyond() -> None:
    ordered = load_ising(IsingGroundStates(n_states=200)).content.psi
    assert ordered.shape == (400, 16)
    assert magnetisation(ordered).mean() == pytest.approx(0.963, abs=0.003)
    assert magnetisation(ground_states(np.array([5.0]), 4)).mean() < 0.5


def test_the_range_must_be_one() -> None:
    with pytest.raises(ValueError, match=r"swap data\.g_min and data\.g_max"):
        IsingGroundStates(g_min=0.5, g_max=0.2)
