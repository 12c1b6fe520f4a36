"""What the kernel is asked to do: how circuits fuse, and that frames follow affine permutations."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.engine import trace
from qdiffgui.engine.frame import Frame, monomial
from qdiffgui.engine.fuse import Dense, Diagonal, Pair, fuse
from qdiffgui.engine.layered_circuit import layered_circuit
from qdiffgui.engine.passes import DIAGONAL, IMAG, KIND, REAL, SIGN, SU2, TWIN
from qdiffgui.engine.plan import make_plan


def kinds(function, **sizes):
    """Kinds of the kernel's steps; a twin is distinguished from a lone real step elsewhere."""
    found = make_plan(trace(function, **sizes), np.float32).program[0][:, KIND].tolist()
    return [REAL if kind == TWIN else kind for kind in found]


def test_a_layer_is_its_rotations_and_one_phase_table():
    n, layers = 5, 3
    found = kinds(layered_circuit(n, layers), n_qubits=n, n_weights=2 * n * layers)
    assert found == ([REAL] * n + [DIAGONAL]) * layers


def test_strongly_entangling_layers_need_no_pass_for_their_cnots():
    n, layers = 4, 3

    def circuit(w, x):
        qml.StronglyEntanglingLayers(w.reshape(layers, n, 3), wires=range(n))

    found = kinds(circuit, n_qubits=n, n_weights=3 * n * layers)
    assert found == [DIAGONAL] + ([REAL] * n + [DIAGONAL]) * layers


def test_neighbouring_rotations_of_a_qubit_are_one_pass_and_cz_rings_are_signs():
    def circuit(w, x):
        for q in range(3):
            qml.RX(w[2 * q], q)
            qml.RY(w[2 * q + 1], q)
        qml.CZ([0, 1])
        qml.CZ([1, 2])

    assert kinds(circuit, n_qubits=3, n_weights=6) == [SU2] * 3 + [SIGN]


def test_pauli_couplings_are_pair_passes_and_only_the_rest_is_dense():
    def circuit(w, x):
        qml.IsingXX(w[0], [0, 1])
        qml.PauliRot(w[1], "YZ", [0, 1])
        qml.SWAP([0, 1])
        qml.ISWAP([0, 1])
        qml.QubitUnitary(qml.matrix(qml.QFT([0, 1])), [0, 1])

    program = trace(circuit, n_qubits=2, n_weights=2)
    steps = fuse(program).steps
    assert [type(s) for s in steps if not isinstance(s, Diagonal)] == [Pair, Pair, Dense]
    assert kinds(circuit, n_qubits=2, n_weights=2)[:2] == [IMAG, REAL]


AFFINE = {
    "CNOT": (qml.CNOT, 2),
    "SWAP": (qml.SWAP, 2),
    "X": (qml.PauliX, 1),
    "ISWAP": (qml.ISWAP, 2),
    "CY": (qml.CY, 2),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(AFFINE)), st.permutations(range(4))), max_size=12))
def test_frames_follow_permutations(gates):
    """The frame's index table is the permutation that PennyLane's matrices make."""
    frame = Frame(4)
    with qml.tape.QuantumTape() as tape:
        for name, wires in gates:
            gate, k = AFFINE[name]
            gate(wires=wires[:k])
    want = np.eye(16)
    for op in tape.operations:
        matrix = np.ascontiguousarray(op.matrix(), np.complex128)
        move = monomial(matrix.tobytes(), len(matrix))
        frame.permute(tuple(op.wires), move)
        want = np.abs(qml.matrix(op, wire_order=range(4))) @ want
    assert np.array_equal(frame.physical_index(), want.argmax(1))
    for q in range(4):  # rows and columns stay dual to each other
        assert [(frame.columns[p] & frame.rows[q]).bit_count() % 2 for p in range(4)] == [
            int(p == q) for p in range(4)
        ]


@pytest.mark.parametrize("gate", [qml.Hadamard(0), qml.Toffoli([0, 1, 2]), qml.QFT([0, 1])])
def test_other_matrices_are_no_frame_change(gate):
    matrix = np.ascontiguousarray(gate.matrix(), np.complex128)
    assert monomial(matrix.tobytes(), len(matrix)) is None


def test_kernel_tables_do_not_grow_the_state():
    """Depth adds tables and gates but no state: nothing in a plan scales with batch."""
    shallow, deep = (
        make_plan(trace(layered_circuit(4, k), n_qubits=4, n_weights=8 * k), np.float32)
        for k in (2, 20)
    )
    assert deep.constant_angles.shape == (20, 16)
    assert shallow.index.shape == deep.index.shape == (16,)
    assert torch.tensor(deep.flops) > torch.tensor(shallow.flops)
