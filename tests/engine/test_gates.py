"""Every gate and template against PennyLane: states and gradients, for every state-vector
back-end.
"""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import engine
from tests.engine.reference import TOLERANCE, arguments, error, gradients, loss, reference_state

N, W, X = 3, 9, 3
ONE_WIRE = np.array([[0, 1j], [1, 0]])
TWO_WIRES = qml.matrix(qml.QFT([0, 1])) @ np.kron(ONE_WIRE, np.eye(2))

GATES = {
    "RX": lambda w, x: qml.RX(w[0], 1),
    "RY": lambda w, x: qml.RY(w[0], 2),
    "RZ": lambda w, x: qml.RZ(x[0], 0),
    "Rot": lambda w, x: qml.Rot(w[0], x[1], w[2], 1),
    "PhaseShift": lambda w, x: qml.PhaseShift(x[2], 1),
    "U1": lambda w, x: qml.U1(w[2], 1),
    "U2": lambda w, x: qml.U2(w[2], x[0], 1),
    "U3": lambda w, x: qml.U3(w[2], w[0], x[1], 1),
    "GlobalPhase": lambda w, x: qml.GlobalPhase(w[0]),
    "CRX": lambda w, x: qml.CRX(w[0], [2, 0]),
    "CRY": lambda w, x: qml.CRY(x[0], [0, 1]),
    "CRZ": lambda w, x: qml.CRZ(w[0], [1, 0]),
    "CRot": lambda w, x: qml.CRot(w[0], w[1], x[2], [1, 2]),
    "ControlledPhaseShift": lambda w, x: qml.ControlledPhaseShift(w[0] - x[0], [1, 2]),
    "IsingXX": lambda w, x: qml.IsingXX(w[0], [0, 2]),
    "IsingYY": lambda w, x: qml.IsingYY(x[0], [2, 1]),
    "IsingZZ": lambda w, x: qml.IsingZZ(w[0] * x[0], [0, 1]),
    "IsingXY": lambda w, x: qml.IsingXY(w[0], [0, 1]),
    "MultiRZ": lambda w, x: qml.MultiRZ(2 * w[0] + x[1] - 0.5, [0, 1, 2]),
    "PauliRot": lambda w, x: (
        qml.PauliRot(w[0], "XYZ", [0, 1, 2]),
        qml.PauliRot(x[0], "IYI", [0, 1, 2]),
    ),
    "SingleExcitation": lambda w, x: qml.SingleExcitation(w[0], [0, 2]),
    "controlled": lambda w, x: qml.ctrl(qml.RY, (0, 2), control_values=(0, 1))(w[1], 1),
    "controlled phase": lambda w, x: qml.ctrl(qml.PhaseShift, (0, 2), control_values=(0, 1))(
        w[1], 1
    ),
    "adjoint": lambda w, x: (qml.adjoint(qml.Rot)(w[0], w[1], x[2], 1), qml.adjoint(qml.S)(0)),
    "Paulis": lambda w, x: (
        qml.PauliX(0),
        qml.PauliY(1),
        qml.PauliZ(2),
        qml.Hadamard(0),
        qml.S(1),
        qml.T(2),
        qml.SX(1),
    ),
    "CNOT CZ CY": lambda w, x: (qml.CNOT([0, 2]), qml.CZ([1, 2]), qml.CY([2, 1])),
    "SWAP ISWAP": lambda w, x: (qml.SWAP([0, 2]), qml.ISWAP([1, 0])),
    "Toffoli CSWAP": lambda w, x: (qml.Toffoli([2, 0, 1]), qml.CSWAP([0, 1, 2])),
    "QubitUnitary": lambda w, x: (
        qml.QubitUnitary(TWO_WIRES, [2, 0]),
        qml.QubitUnitary(ONE_WIRE, 1),
    ),
    "QFT": lambda w, x: qml.QFT([0, 1, 2]),
    "StronglyEntanglingLayers": lambda w, x: qml.StronglyEntanglingLayers(
        w.reshape(1, 3, 3), wires=range(3)
    ),
    "BasicEntanglerLayers": lambda w, x: qml.BasicEntanglerLayers(w.reshape(3, 3), wires=range(3)),
    "SimplifiedTwoDesign": lambda w, x: qml.SimplifiedTwoDesign(
        w[:3], w[3:7].reshape(1, 2, 2), wires=range(3)
    ),
    "AngleEmbedding": lambda w, x: qml.AngleEmbedding(x, wires=range(3), rotation="Y"),
    "IQPEmbedding": lambda w, x: qml.IQPEmbedding(x, wires=range(3), n_repeats=2),
    "BasisEmbedding": lambda w, x: qml.BasisEmbedding([1, 0, 1], wires=range(3)),
    "AmplitudeEmbedding": lambda w, x: (
        None
    ),  # the state goes in as psi: the test's psi is Haar-random
    "re-uploading": lambda w, x: [qml.RY(w[q] * x[q] + w[q + 3], q) for q in range(3)],
}


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128], ids=["c64", "c128"])
@pytest.mark.parametrize("backend", ["torch", "numba"])
@pytest.mark.parametrize("gate", GATES)
def test_gate_equals_pennylane(gate, backend, dtype):
    def circuit(w, x):
        qml.RY(0.7, 0), qml.RX(-0.4, 1), qml.RY(1.1, 2)
        GATES[gate](w, x)
        qml.RX(0.3, 0), qml.RY(0.9, 1), qml.RX(-0.8, 2)

    w, x, psi = arguments(N, W, X, batch=3)
    compiled = engine.compile(
        circuit, n_qubits=N, n_weights=W, n_inputs=X, backend=backend, dtype=dtype
    )
    got, want = compiled.state(w, x, psi), reference_state(circuit, N, w, x, psi)
    assert got.dtype == dtype
    assert error(got, want) < TOLERANCE[dtype]
    for a, b in zip(gradients(loss(got), w, x, psi), gradients(loss(want), w, x, psi), strict=True):
        assert error(a, b) < TOLERANCE[dtype]
