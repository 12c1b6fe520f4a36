"""Noise: the Pauli vectors against PennyLane's density matrices, and zero-noise extrapolation
against PennyLane's.
"""

from __future__ import annotations

import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import engine
from qdiffgui.engine.device import extrapolate
from qdiffgui.engine.noisy import channel
from qdiffgui.engine.pennylane_backend import NOISE
from qdiffgui.errors import UserError
from tests.engine import circuits
from tests.engine.circuits import N_INPUTS, N_WEIGHTS, quantum_function

CLOSE = {"atol": 1e-9, "rtol": 0}
NOISES = [
    {},
    {"depolarizing": 0.05},
    {"amplitude_damping": 0.2},
    {"phase_damping": 0.1, "bit_flip": 0.03},
    {"phase_flip": 0.2},
]


@given(
    circuits.circuit(max_qubits=4, max_gates=8),
    st.sampled_from(NOISES),
    st.booleans(),
    st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_random_noisy_circuits_are_those_of_pennylane(case, noise, from_states, seed):
    n, gates = case
    g = torch.Generator().manual_seed(seed)
    weights = torch.rand(N_WEIGHTS, generator=g, dtype=torch.float64) * 6
    inputs = torch.rand(2, N_INPUTS, generator=g, dtype=torch.float64) * 6
    psi = engine.haar_states(2, n, g, torch.complex128) if from_states else None
    size = {"n_qubits": n, "n_weights": N_WEIGHTS, "n_inputs": N_INPUTS, "dtype": torch.complex128}
    own = engine.compile(quantum_function(gates), backend="torch", **size)
    theirs = engine.compile(
        quantum_function(gates), backend="pennylane:default.mixed", noise=noise, **size
    )
    wires = list(range(n))[::-1]
    with engine.on_device(noise=noise or {"depolarizing": 0.0}):
        torch.testing.assert_close(
            own.density_matrix(wires, weights, inputs, psi),
            theirs.density_matrix(wires, weights, inputs, psi),
            **CLOSE,
        )
        torch.testing.assert_close(
            own.probabilities(weights, inputs, psi),
            theirs.probabilities(weights, inputs, psi),
            **CLOSE,
        )
        words = ["Z" + "I" * (n - 1), ("XYZ" + "I" * n)[:n]]
        torch.testing.assert_close(
            own.expval(words, weights, inputs, psi),
            theirs.expval(words, weights, inputs, psi),
            **CLOSE,
        )


@pytest.mark.parametrize("kind", sorted(set(NOISE) - {"readout"}))
def test_channels_are_those_of_pennylane(kind):
    paulis = [qml.matrix(op(0)) for op in (qml.Identity, qml.PauliX, qml.PauliY, qml.PauliZ)]
    kraus = NOISE[kind](0.3, wires=0).kraus_matrices()
    expected = [
        [sum((a @ k @ b @ k.conj().T).trace() for k in kraus).real / 2 for b in paulis]
        for a in paulis
    ]
    torch.testing.assert_close(torch.tensor(channel(kind, 0.3)), torch.tensor(expected), **CLOSE)


def test_a_reading_error_damps_every_letter_that_is_measured():
    """A word is measured after its letters were turned into Z: X is damped as Z is."""

    def turned(w, x):
        qml.Hadamard(0)
        qml.PauliX(1)

    circuit = engine.compile(turned, n_qubits=2, backend="torch", dtype=torch.complex128)
    weights = torch.zeros(0, dtype=torch.float64)
    with engine.on_device(noise={"readout": 0.1}):
        assert circuit.expval(["XI", "IZ", "XZ"], weights)[0].tolist() == pytest.approx(
            [0.8, -0.8, -0.64]
        )
        assert circuit.probabilities(weights, wires=[1])[0].tolist() == pytest.approx([0.1, 0.9])


def test_a_reading_error_alone_needs_no_density_matrix():
    """Ten qubits are too many for one; and on few it is what the density matrices say."""
    wide = engine.compile(
        lambda w, x: [qml.Hadamard(q) for q in range(10)], n_qubits=10, backend="torch"
    )
    own = engine.compile(circuit, n_qubits=2, n_weights=6, backend="torch", dtype=torch.complex128)
    theirs = engine.compile(
        circuit,
        n_qubits=2,
        n_weights=6,
        backend="pennylane:default.mixed",
        noise={"readout": 0.1},
        dtype=torch.complex128,
    )
    w = torch.linspace(0.3, 2.1, 6, dtype=torch.float64)
    probabilities, values = theirs.probabilities(w, wires=[1, 0]), theirs.expval(["ZZ", "IZ"], w)
    with engine.on_device(noise={"readout": 0.1}):
        assert wide.probabilities(torch.zeros(0), wires=[9, 0])[0].tolist() == pytest.approx(
            [0.25] * 4
        )
        torch.testing.assert_close(own.probabilities(w, wires=[1, 0]), probabilities, **CLOSE)
        torch.testing.assert_close(own.expval(["ZZ", "IZ"], w), values, **CLOSE)
        with pytest.raises(UserError, match="no state vector"):
            own.state(w)


def circuit(w, x):
    for k in range(3):
        qml.RX(w[2 * k], wires=0)
        qml.RY(w[2 * k + 1], wires=1)
        qml.CNOT(wires=[0, 1])


def test_zero_noise_extrapolation_is_that_of_pennylane():
    p, w = 0.01, torch.linspace(0.3, 2.1, 6, dtype=torch.float64)

    def noise(op, **_):
        for wire in op.wires:
            qml.DepolarizingChannel(p, wires=wire)

    model = qml.NoiseModel({qml.noise.op_in([qml.RX, qml.RY, qml.CNOT]): noise})
    device = qml.noise.add_noise(qml.device("default.mixed", wires=2), model)
    node = qml.QNode(
        lambda: (circuit(w, None), qml.expval(qml.PauliZ(0) @ qml.PauliZ(1)))[1], device
    )
    theirs = qml.noise.mitigate_with_zne(
        node, [1, 3, 5], qml.noise.fold_global, qml.noise.richardson_extrapolate
    )()
    own = engine.compile(circuit, n_qubits=2, n_weights=6, backend="torch", dtype=torch.complex128)
    exact = own.expval("ZZ", w).item()
    with engine.on_device(noise={"depolarizing": p}):
        raw = own.expval("ZZ", w).item()
    with engine.on_device(noise={"depolarizing": p}, scales=(1, 3, 5)):
        mitigated = own.expval("ZZ", w).item()
    assert mitigated == pytest.approx(float(theirs), abs=1e-6)
    assert abs(mitigated - exact) < abs(raw - exact) / 5


def test_extrapolation_is_the_polynomial_through_the_points():
    x = torch.tensor([1.0, 3.0, 5.0], dtype=torch.float64)
    found = extrapolate((1, 3, 5), [torch.stack([2 - v + v * v, 7 + 0 * v]) for v in x])
    assert found.tolist() == pytest.approx([2, 7])


def test_folding_changes_nothing_without_noise():
    own = engine.compile(circuit, n_qubits=2, n_weights=6, backend="torch", dtype=torch.complex128)
    w = torch.linspace(0.3, 2.1, 6, dtype=torch.float64)
    with engine.on_device(scales=(1, 3)):
        torch.testing.assert_close(own.probabilities(w), own.probabilities(w), **CLOSE)
        folded = own.probabilities(w)
    torch.testing.assert_close(folded, own.probabilities(w), **CLOSE)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (
            {"name": "lightning.qubit", "noise": {"depolarizing": 0.1}},
            "cannot simulate noise channels",
        ),
        ({"scales": (1, 2)}, "needs odd noise scales"),
        ({"name": "default.mixed", "scales": (1, 3)}, "and no device"),
        ({"noise": {"depolarizing": 1.5}}, "must be a probability"),
        ({"noise": {"cosmic": 0.5}}, "There is no noise 'cosmic'"),
        ({"name": "nothing.at.all"}, "no usable device 'nothing.at.all'"),
    ],
)
def test_what_cannot_be_is_said(how, says):
    own = engine.compile(circuit, n_qubits=2, n_weights=6, backend="torch")
    with pytest.raises(UserError, match=says), engine.on_device(**how):
        own.probabilities(torch.zeros(6))


def test_a_noisy_circuit_has_no_state():
    own = engine.compile(circuit, n_qubits=2, n_weights=6, backend="torch")
    with (
        engine.on_device(noise={"depolarizing": 0.1}),
        pytest.raises(UserError, match="no state vector"),
    ):
        own.state(torch.zeros(6))
