"""Hypothesis strategies for random circuits: lists of plain data, so that a failure shrinks to a
readable one.
"""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch
from hypothesis import strategies as st

N_WEIGHTS, N_INPUTS = 5, 3

# name: (wires, parameters, gate(params, wires))
GATES = {
    "RX": (1, 1, lambda p, w: qml.RX(*p, w)),
    "RY": (1, 1, lambda p, w: qml.RY(*p, w)),
    "RZ": (1, 1, lambda p, w: qml.RZ(*p, w)),
    "Rot": (1, 3, lambda p, w: qml.Rot(*p, w)),
    "PhaseShift": (1, 1, lambda p, w: qml.PhaseShift(*p, w)),
    "U3": (1, 3, lambda p, w: qml.U3(*p, w)),
    "H": (1, 0, lambda p, w: qml.Hadamard(w)),
    "X": (1, 0, lambda p, w: qml.PauliX(w)),
    "Y": (1, 0, lambda p, w: qml.PauliY(w)),
    "S": (1, 0, lambda p, w: qml.S(w)),
    "T†": (1, 0, lambda p, w: qml.adjoint(qml.T)(w)),
    "SX": (1, 0, lambda p, w: qml.SX(w)),
    "CNOT": (2, 0, lambda p, w: qml.CNOT(w)),
    "CNOT on 0": (
        2,
        0,
        lambda p, w: qml.ctrl(qml.PauliX(w[1]), control=[w[0]], control_values=[False]),
    ),
    "CZ": (2, 0, lambda p, w: qml.CZ(w)),
    "CY": (2, 0, lambda p, w: qml.CY(w)),
    "SWAP": (2, 0, lambda p, w: qml.SWAP(w)),
    "ISWAP": (2, 0, lambda p, w: qml.ISWAP(w)),
    "CH": (2, 0, lambda p, w: qml.CH(w)),
    "dense": (2, 0, lambda p, w: qml.QubitUnitary(DENSE, w)),
    "CRX": (2, 1, lambda p, w: qml.CRX(*p, w)),
    "CRY": (2, 1, lambda p, w: qml.CRY(*p, w)),
    "CRZ": (2, 1, lambda p, w: qml.CRZ(*p, w)),
    "CPhase": (2, 1, lambda p, w: qml.ControlledPhaseShift(*p, w)),
    "XX": (2, 1, lambda p, w: qml.IsingXX(*p, w)),
    "YY": (2, 1, lambda p, w: qml.IsingYY(*p, w)),
    "ZZ": (2, 1, lambda p, w: qml.IsingZZ(*p, w)),
    "XY": (2, 1, lambda p, w: qml.IsingXY(*p, w)),
    "Toffoli": (3, 0, lambda p, w: qml.Toffoli(w)),
    "CSWAP": (3, 0, lambda p, w: qml.CSWAP(w)),
    "MultiRZ": (3, 1, lambda p, w: qml.MultiRZ(*p, w)),
    "PauliRot": (3, 1, lambda p, w: qml.PauliRot(*p, "XYZ", w)),
    "CCRY": (
        3,
        1,
        lambda p, w: qml.ctrl(qml.RY(p[0], w[2]), control=w[:2], control_values=[True, False]),
    ),
}
DENSE = qml.matrix(qml.QFT([0, 1])) @ np.diag([1, 1j, -1, 1])

parameter = st.one_of(
    st.tuples(st.just("w"), st.integers(0, N_WEIGHTS - 1)),
    st.tuples(st.just("x"), st.integers(0, N_INPUTS - 1)),
    st.tuples(st.just("w·x"), st.integers(0, N_WEIGHTS - 1), st.integers(0, N_INPUTS - 1)),
    st.tuples(st.just("c"), st.sampled_from([0.0, 0.4, -1.3, float(np.pi)])),
)


@st.composite
def gate(draw, n_qubits: int):
    name = draw(st.sampled_from([g for g, (k, _, _) in GATES.items() if k <= n_qubits]))
    k, n_params, _ = GATES[name]
    wires = draw(st.permutations(range(n_qubits)))[:k]
    return (
        name,
        tuple(wires),
        tuple(draw(st.lists(parameter, min_size=n_params, max_size=n_params))),
    )


@st.composite
def circuit(draw, max_qubits: int = 6, max_gates: int = 14):
    n_qubits = draw(st.integers(1, max_qubits))
    return n_qubits, draw(st.lists(gate(n_qubits), min_size=1, max_size=max_gates))


def value(spec, w, x):
    kind, *index = spec
    if kind == "w":
        return w[index[0]]
    if kind == "x":
        return x[index[0]]
    if kind == "w·x":
        return w[index[0]] * x[index[1]] + 0.25
    return torch.tensor(
        index[0], dtype=torch.float64
    )  # PennyLane's Rot cannot mix tensors with plain numbers


def quantum_function(gates):
    """The gates as a PennyLane quantum function of (weights, inputs)."""

    def function(w, x):
        for name, wires, params in gates:
            GATES[name][2]([value(p, w, x) for p in params], list(wires))

    return function
