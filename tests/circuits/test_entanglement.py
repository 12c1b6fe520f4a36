"""Entanglement inside circuits, against closed forms and against the engine."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.entanglement import (
    bloch_vectors,
    entanglement_profile,
    half_chain_entropy,
    meyer_wallach,
    time_steps,
)
from qdiffgui.evaluation import meyer_wallach as of_states

N = 4


def ghz(weights, inputs):
    qml.Hadamard(0)
    for wire in range(N - 1):
        qml.CNOT([wire, wire + 1])


def rotations(weights, inputs):
    for wire in range(N):
        qml.RY(weights[wire], wires=wire)


def test_ghz_is_one_and_grows_qubit_by_qubit() -> None:
    found = entanglement_profile(engine.trace(ghz, n_qubits=N), np.zeros(0))
    assert found.meyer_wallach == pytest.approx([0, 0, 2 / 4, 3 / 4, 1])
    assert found.half_chain == pytest.approx([0, 0, 0, 1, 1], abs=1e-9)
    assert found.bloch[-1] == pytest.approx(np.zeros((N, 3)))
    assert found.bloch[1][0] == pytest.approx([1, 0, 0])  # |+>


def test_a_product_state_is_zero() -> None:
    angles = np.array([0.3, 1.2, 2.0, -0.7])
    found = entanglement_profile(engine.trace(rotations, n_qubits=N, n_weights=N), angles)
    assert found.meyer_wallach == pytest.approx(np.zeros(2), abs=1e-12)
    assert found.half_chain == pytest.approx(np.zeros(2), abs=1e-9)
    wanted = np.stack([np.sin(angles), 0 * angles, np.cos(angles)], axis=1)
    assert found.bloch[-1] == pytest.approx(wanted)
    assert found.gates == (tuple(f"RY {wire}" for wire in range(N)),)


def test_a_w_state_has_its_known_value() -> None:
    """Q of a W state of n qubits is 4 (n - 1) / n² (each qubit has r = 1 - 2/n along Z)."""
    psi = np.zeros((1, 8), complex)
    psi[0, [1, 2, 4]] = 3**-0.5
    assert meyer_wallach(bloch_vectors(psi)) == pytest.approx([8 / 9])
    assert of_states(psi) == pytest.approx([8 / 9])


def test_bell_pairs_across_the_middle_have_one_bit_each() -> None:
    psi = np.zeros((1, 16))
    psi[0, [0b0000, 0b0101, 0b1010, 0b1111]] = 0.5  # pairs 0-2 and 1-3
    assert half_chain_entropy(psi) == pytest.approx([2])
    within = np.zeros((1, 16))
    within[0, [0b0000, 0b0011, 0b1100, 0b1111]] = 0.5  # pairs 0-1 and 2-3
    assert half_chain_entropy(within) == pytest.approx([0], abs=1e-9)
    assert meyer_wallach(bloch_vectors(within)) == pytest.approx([1])


@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_the_last_step_is_the_state_of_the_engine(key: str) -> None:
    ansatz = catalog.ansatze[key].load()
    program = ansatz.trace(4, 2)
    rng = np.random.default_rng(2)
    weights, inputs = rng.uniform(-3, 3, program.n_weights), None
    psi = rng.standard_normal((3, 16)) + 1j * rng.standard_normal((3, 16))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    if program.n_inputs:
        inputs = rng.uniform(-3, 3, (3, program.n_inputs))
    found = entanglement_profile(program, weights, inputs, psi)
    circuit = engine.compile(program, backend="torch", dtype=torch.complex128)
    state = circuit.state(
        torch.from_numpy(weights),
        None if inputs is None else torch.from_numpy(inputs),
        torch.from_numpy(psi),
    ).numpy()
    assert found.meyer_wallach[-1] == pytest.approx(of_states(state).mean())
    assert found.bloch[-1] == pytest.approx(bloch_vectors(state)[0], abs=1e-9)
    assert len(found.gates) == len(time_steps(program)) == cost(program).depth


def test_controlled_fixed_gates_act_where_their_controls_hold() -> None:
    def toffoli(weights, inputs):
        qml.PauliX(0)
        qml.PauliX(2)
        qml.Toffoli([0, 2, 1])
        qml.ctrl(qml.Hadamard(3), control=[1, 0], control_values=[1, 0])

    program = engine.trace(toffoli, n_qubits=4)
    found = entanglement_profile(program, np.zeros(0))
    assert found.bloch[-1][:, 2] == pytest.approx([-1, -1, -1, 1])


def test_first_inputs_are_those_of_the_first_run_and_end_the_work() -> None:
    circuit = engine.compile(rotations, n_qubits=N, n_weights=N, backend="torch")
    other = engine.compile(ghz, n_qubits=N, backend="torch")
    runs = []
    with engine.FirstInputs(expected=2) as first:
        for k in range(5):
            runs.append(k)
            circuit.state(torch.full((N,), float(k)))
            if k == 1:
                other.state(torch.zeros(0), psi=torch.eye(16)[:2])
    assert runs == [0, 1]
    assert first.given[0].weights.tolist() == [0.0] * N
    assert first.given[0].inputs is None
    assert first.given[1].psi.shape == (2, 16)
    circuit.state(torch.zeros(N))  # nothing is kept outside
    assert len(first.given) == 2


def test_other_errors_of_the_work_are_not_hidden() -> None:
    with pytest.raises(ValueError, match="mine"), engine.FirstInputs(expected=1):
        raise ValueError("mine")
