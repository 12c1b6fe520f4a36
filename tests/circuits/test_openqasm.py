"""OpenQASM 3 text is read back, gate by gate, by a small interpreter that knows nothing of the
engine.
"""

from __future__ import annotations

import re

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import unitary_group

from qdiffgui import catalog
from qdiffgui.circuits.openqasm import program_qasm3
from qdiffgui.engine import trace

_GATES = {
    "x": qml.X,
    "y": qml.Y,
    "z": qml.Z,
    "h": qml.Hadamard,
    "s": qml.S,
    "t": qml.T,
    "sx": qml.SX,
    "cx": qml.CNOT,
    "cy": qml.CY,
    "cz": qml.CZ,
    "ch": qml.CH,
    "swap": qml.SWAP,
    "cswap": qml.CSWAP,
    "ccx": qml.Toffoli,
    "rx": qml.RX,
    "ry": qml.RY,
    "rz": qml.RZ,
    "crx": qml.CRX,
    "cry": qml.CRY,
    "crz": qml.CRZ,
    "cp": qml.ControlledPhaseShift,
}


def read(text: str, inputs=()) -> np.ndarray:
    """The unitary of the text's gates on all its wires."""
    lines = text.splitlines()
    assert lines[0] == "OPENQASM 3.0;"
    assert lines[1] == 'include "stdgates.inc";'
    names = {f"x_{k}": float(v) for k, v in enumerate(inputs)}
    n = int(re.search(r"qubit\[(\d+)\] q;", text).group(1))
    ops = []
    for line in lines[2:]:
        if re.match(r"(//|input|qubit|bit|reset|outcome)", line):
            continue
        match = re.fullmatch(
            r"((?:(?:neg)?ctrl @ )*)([a-z]+)(?:\(([^()]*)\))?((?: ?q\[\d+\],?)*);", line
        )
        assert match, line
        modifiers, gate, angle, on = match.groups()
        wires = [int(w) for w in re.findall(r"q\[(\d+)\]", on)]
        values = [not m.startswith("neg") for m in modifiers.split(" @ ")[:-1]]
        theta = [eval(angle, {"__builtins__": {}}, names)] if angle else []
        target = wires[len(values) :]
        if gate == "gphase":
            op = qml.GlobalPhase(-theta[0])
        elif gate in ("sdg", "tdg"):
            op = qml.adjoint({"sdg": qml.S, "tdg": qml.T}[gate](target))
        else:
            op = _GATES[gate](*theta, wires=target)
        ops.append(
            qml.ctrl(op, control=wires[: len(values)], control_values=values) if values else op
        )
    total = np.eye(2**n, dtype=complex)
    for op in ops:
        total = (
            qml.matrix(op, wire_order=range(n)) @ total
            if op.wires or n
            else total * op.matrix()[0, 0]
        )
    return total


def unitary(function, n, weights, inputs=()) -> np.ndarray:
    with qml.queuing.AnnotatedQueue() as queue:
        function(torch.tensor(weights), torch.tensor(inputs))
    tape = qml.tape.QuantumScript.from_queue(queue)
    return np.asarray(qml.matrix(tape, wire_order=range(n)))


@pytest.mark.parametrize("n", [1, 3, 4])
@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_ansatz_reads_back_as_the_same_unitary(key: str, n: int) -> None:
    ansatz = catalog.ansatze[key].load()
    rng = np.random.default_rng(3)
    weights, inputs = (
        rng.normal(size=ansatz.n_weights(n, 2)),
        rng.normal(size=ansatz.n_inputs(n, 2)),
    )
    text = program_qasm3(ansatz.trace(n, 2), weights, name=key)
    assert np.allclose(
        read(text, inputs), unitary(ansatz.bind(n, 2), n, weights, inputs), atol=1e-9
    )
    assert text.count("input float") == len(inputs)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_gates_read_back(seed: int) -> None:
    """Pauli words, controls of either value, phases, adjoints and constant unitaries, global phase
    included.
    """
    rng = np.random.default_rng(seed)

    def circuit(weights, inputs):
        order = np.random.default_rng(seed)
        for k in range(4):
            wires = [int(w) for w in order.permutation(3)]
            kind = order.integers(9)
            if kind == 0:
                qml.PauliRot(weights[k], "".join(order.choice(list("XYZ"), 3)), wires=wires)
            elif kind == 1:
                qml.ctrl(
                    qml.IsingYY(weights[k], wires=wires[1:]),
                    control=wires[0],
                    control_values=[int(order.integers(2))],
                )
            elif kind == 2:
                qml.ControlledPhaseShift(weights[k], wires=wires[:2])
            elif kind == 3:
                qml.adjoint(qml.S(wires[0]))
                qml.Toffoli(wires=wires)
            elif kind == 4:
                qml.QubitUnitary(unitary_group.rvs(4, random_state=seed % 1000), wires=wires[:2])
            elif kind == 5:
                qml.RX(weights[k] * inputs[0] + 2 * inputs[1] - 0.5, wires=wires[0])
            elif kind == 6:
                qml.PhaseShift(weights[k], wires=wires[0])
                qml.GlobalPhase(weights[k])
            elif kind == 7:
                qml.IsingXY(inputs[0] * inputs[1], wires=wires[:2])
            else:
                qml.Rot(weights[k], 0.3, -weights[k], wires=wires[0])

    weights, inputs = rng.normal(size=4), rng.normal(size=2)
    program = trace(circuit, n_qubits=3, n_weights=4, n_inputs=2)
    text = program_qasm3(program, weights)
    assert np.allclose(read(text, inputs), unitary(circuit, 3, weights, inputs), atol=1e-8)


def test_controlled_gates_of_the_standard_library_need_no_modifier() -> None:
    """Qiskit's own importer does not read ``ctrl @ z``."""

    def circuit(weights, inputs):
        qml.CZ(wires=[0, 1])
        qml.CY(wires=[1, 2])
        qml.Toffoli(wires=[0, 1, 2])
        qml.CRX(weights[0], wires=[0, 2])
        qml.ctrl(qml.RX(weights[0], wires=2), control=[0, 1])

    text = program_qasm3(trace(circuit, n_qubits=3, n_weights=1, n_inputs=0), np.array([0.3]))
    assert "\ncz q[0], q[1];" in text
    assert text.count("ctrl @") == 2, "only the gate with two controls that has no name"
    assert np.allclose(read(text), unitary(circuit, 3, np.array([0.3])), atol=1e-8)


def test_series_of_measured_circuits_is_one_program() -> None:
    ansatz = catalog.ansatze["hardware-efficient"].load()
    program = ansatz.trace(3, 1)
    text = program_qasm3(program, np.zeros((4, program.n_weights)), n_ancillas=2)
    assert text.count("reset") == text.count("measure") == 8
    assert "bit[8] outcome;" in text
    assert "outcome[7] = measure q[2];" in text
