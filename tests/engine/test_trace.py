"""Tracing: what a program records, and what it refuses in words."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import engine
from qdiffgui.errors import UserError


def rows(w, x):
    qml.RX(w[1], 0)
    qml.Rot(2 * w[0] - 0.5, w[2] * x[1] + 1, 0.25, 1)
    qml.CNOT([0, 1])
    qml.MultiRZ(x[0] * x[0] - x[1], [0, 1])
    qml.RZ(np.pi / 3, 0)


def test_angles_are_the_polynomials_of_the_circuit():
    program = engine.trace(rows, n_qubits=2, n_weights=3, n_inputs=2)
    p = np.array([0.3, -1.1, 0.7, 2.0, -0.4])
    w, x = p[:3], p[3:]
    want = [w[1], 2 * w[0] - 0.5, w[2] * x[1] + 1, 0.25, x[0] ** 2 - x[1], np.pi / 3]
    np.testing.assert_allclose(program.angles(p), want, atol=1e-11)
    assert program.sample_rows().tolist() == [False, False, True, False, True, False]
    kinds = [type(p).__name__ for p in program.primitives]
    assert kinds == ["Rotation"] * 4 + ["Fixed"] + ["Rotation"] * 2


def test_gates_are_the_circuit_as_written():
    gates = engine.trace(rows, n_qubits=2, n_weights=3, n_inputs=2).gates()
    assert [g["name"] for g in gates] == ["RX", "Rot", "CNOT", "MultiRZ", "RZ"]
    assert gates[1] == {
        "name": "Rot",
        "wires": [1],
        "angle": "2·w0-0.5, w2·x1+1, 0.25",
        "weights": [0, 2],
        "inputs": [1],
    }
    assert gates[2]["angle"] is None
    assert gates[3]["angle"] == "-x1+x0·x0"


def test_programs_carry_no_torch():
    program = engine.trace(rows, n_qubits=2, n_weights=3, n_inputs=2)
    assert isinstance(program.angles.linear_val, np.ndarray)
    with pytest.raises(AttributeError):
        program.n_qubits = 3


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda w, x: qml.RX(torch.sin(w[0]), 0), "outside the circuit"),
        (lambda w, x: qml.RX(w[0] * w[1] * x[0], 0), "outside the circuit"),
        (lambda w, x: qml.RX(2 * float(w[0].detach()), 0), "without a gradient"),
        (lambda w, x: qml.RX(w[0], 5), "wire 5"),
        (lambda w, x: qml.expval(qml.PauliZ(0)), "gates only"),
        (lambda w, x: qml.measure(0), "gates only"),
        (lambda w, x: qml.RX(w, 0), "one sample"),
        (lambda w, x: qml.RX(w[7], 0), "could not be traced"),
        (
            lambda w, x: qml.AmplitudeEmbedding(x[:2], wires=[0], normalize=True),
            "outside the circuit",
        ),
        (lambda w, x: qml.RX(w[0], 0) if w[0] > 0.63 else qml.RY(w[0], 0), "different gates"),
        (lambda w, x: qml.DepolarizingChannel(0.1, 0), "DepolarizingChannel"),
        (
            lambda w, x: qml.QubitUnitary(torch.diag(torch.exp(1j * w[:2])), 0),
            "outside the circuit",
        ),
    ],
)
def test_what_cannot_be_traced_is_said(function, message):
    with pytest.raises(UserError, match=message):
        engine.trace(function, n_qubits=2, n_weights=3, n_inputs=2)


def test_tracing_leaves_an_outer_tape_alone():
    with qml.tape.QuantumTape() as tape:
        engine.trace(rows, n_qubits=2, n_weights=3, n_inputs=2)
    assert len(tape.operations) == 0
