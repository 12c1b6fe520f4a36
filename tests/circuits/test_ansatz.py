"""Every ansatz of the registry: shapes, the drawn circuit against PennyLane, the structure its docstring promises."""

from __future__ import annotations

import importlib

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.errors import ConfigError

KEYS = list(catalog.ansatze)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("n", "layers"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_equals_pennylane(key: str, n: int, layers: int) -> None:
    ansatz = catalog.ansatze[key].load()
    assert ansatz.key == key
    rng = np.random.default_rng(1)
    weights = torch.tensor(rng.normal(size=ansatz.n_weights(n, layers)))
    inputs = torch.tensor(rng.normal(size=ansatz.n_inputs(n, layers)))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def reference(w, x):
        ansatz.bind(n, layers)(w, x)
        return qml.state()

    circuit = engine.compile(ansatz.trace(n, layers), dtype=torch.complex128, backend="torch")
    ours = circuit.state(weights, inputs if len(inputs) else None)[0]
    assert torch.allclose(ours, reference(weights, inputs), atol=1e-10)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("n", "layers"), [(1, 2), (3, 2), (4, 2)])
def test_every_weight_has_pennylanes_gradient(key: str, n: int, layers: int) -> None:
    """On a random state and a random observable no angle is idle; PennyLane's own gradient agrees. (On |0...0> a first RZ is idle.)"""
    ansatz = catalog.ansatze[key].load()
    rng = np.random.default_rng(7)
    psi, left = (v / np.linalg.norm(v) for v in rng.normal(size=(2, 2**n)) + 1j * rng.normal(size=(2, 2**n)))
    weights = torch.tensor(rng.uniform(0.3, 2.8, size=ansatz.n_weights(n, layers)), requires_grad=True)
    inputs = torch.tensor(rng.normal(size=ansatz.n_inputs(n, layers)))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def reference(w, x):
        qml.StatePrep(psi, wires=range(n))
        ansatz.bind(n, layers)(w, x)
        return qml.expval(qml.Projector(left, wires=range(n)))

    circuit = engine.compile(ansatz.trace(n, layers), dtype=torch.complex128)
    final = circuit.state(weights, inputs if len(inputs) else None, psi=torch.tensor(psi)[None])[0]
    fidelity = (torch.tensor(left).conj() @ final).abs().square()
    (ours,) = torch.autograd.grad(fidelity, weights)
    (theirs,) = torch.autograd.grad(reference(weights, inputs), weights)
    assert torch.allclose(ours, theirs, atol=1e-9)
    assert (ours.abs() > 1e-5).all()


@pytest.mark.parametrize("key", KEYS)
def test_shape_is_what_the_circuit_takes(key: str) -> None:
    ansatz = catalog.ansatze[key].load()
    shape = ansatz.shape(4, 3)
    assert np.prod(shape) == ansatz.n_weights(4, 3) == ansatz.trace(4, 3).n_weights
    per_layer = ansatz.n_weights(4, 3) - ansatz.n_weights(4, 2)
    assert per_layer == ansatz.n_weights(4, 2) - ansatz.n_weights(4, 1) > 0


@pytest.mark.parametrize("key", KEYS)
def test_docstring_draws_it_and_the_catalogue_names_the_same_paper(key: str) -> None:
    entry = catalog.ansatze[key]
    ansatz = entry.load()
    assert (ansatz.label, ansatz.paper) == (entry.label, entry.facts["paper"])
    words = importlib.import_module(entry.target.partition(":")[0]).__doc__
    assert words.count("──") >= 4
    assert ansatz.paper in words or ansatz.paper == "PennyLane"


@pytest.mark.parametrize("key", KEYS)
def test_every_weight_is_used_and_named(key: str) -> None:
    ansatz = catalog.ansatze[key].load()
    program = ansatz.trace(4, 3)
    used = sorted(k for gate in program.gates() for k in gate["weights"])
    assert used == list(range(ansatz.n_weights(4, 3)))
    read = sorted(k for gate in program.gates() for k in gate["inputs"])
    assert read == list(range(ansatz.n_inputs(4, 3)))


def test_hardware_efficient_has_both_parities_in_every_layer() -> None:
    program = catalog.ansatze["hardware-efficient"].load().trace(5, 2)
    pairs = [tuple(g["wires"]) for g in program.gates() if g["name"] == "CZ"]
    assert sorted(pairs) == sorted(2 * [(0, 1), (1, 2), (2, 3), (3, 4)])


def test_a_brick_is_any_two_qubit_gate() -> None:
    """The 15 tangents at a generic point span su(4), so that a brick reaches an open set of SU(4)."""
    from qdiffgui.circuits.brickwork import brick

    def matrix(angles):
        return qml.matrix(brick, wire_order=(0, 1))(angles, (0, 1))

    angles = torch.tensor(np.random.default_rng(3).uniform(0.3, 1.2, 15))
    jacobian = torch.autograd.functional.jacobian(lambda a: torch.view_as_real(matrix(a)).flatten(), angles)
    u = matrix(angles)
    assert torch.allclose(u @ u.conj().T, torch.eye(4, dtype=u.dtype), atol=1e-12)
    assert torch.linalg.matrix_rank(jacobian, rtol=1e-8) == 15


def test_brickwork_alternates() -> None:
    program = catalog.ansatze["brickwork"].load().trace(5, 2)
    pairs = [tuple(g["wires"]) for g in program.gates() if g["name"] == "IsingZZ"]
    assert pairs == 2 * [(0, 1), (2, 3), (1, 2), (3, 4)]


@pytest.mark.parametrize("n", [2, 4, 5])
def test_one_bell_pair_block_keeps_both_registers_uniform(n: int) -> None:
    """From |0...0>, one block is the copula ansatz of arXiv:2109.06315: the paired qubits of A alone are maximally mixed."""
    ansatz = catalog.ansatze["bell-pair"].load()
    weights = torch.tensor(np.random.default_rng(5).normal(size=ansatz.n_weights(n, 1)))
    circuit = engine.compile(ansatz.trace(n, 1), dtype=torch.complex128)
    psi = circuit.state(weights)[0].reshape(2 ** (n // 2), -1)
    assert torch.allclose(psi @ psi.conj().T, torch.eye(2 ** (n // 2), dtype=psi.dtype) / 2 ** (n // 2), atol=1e-12)


def test_simplified_two_design_is_real() -> None:
    ansatz = catalog.ansatze["simplified-two-design"].load()
    weights = torch.tensor(np.random.default_rng(5).normal(size=ansatz.n_weights(4, 2)))
    assert engine.compile(ansatz.trace(4, 2), dtype=torch.complex128).state(weights).imag.abs().max() < 1e-12


def test_re_uploading_has_no_dead_parameter() -> None:
    """Every weight and input moves some <Z>, the last layer's included."""
    ansatz = catalog.ansatze["re-uploading"].load()
    circuit = engine.compile(ansatz.trace(3, 2), dtype=torch.complex128)
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(18, generator=generator, dtype=torch.float64)
    inputs = torch.randn(6, generator=generator, dtype=torch.float64)

    def z(w, x):
        return circuit.expval(["ZII", "IZI", "IIZ"], w, x)[0]

    by_weight, by_input = torch.autograd.functional.jacobian(z, (weights, inputs))
    assert (by_weight.abs().amax(0) > 1e-4).all()
    assert (by_input.abs().amax(0) > 1e-4).all()


def test_too_small() -> None:
    with pytest.raises(ConfigError, match="at least 1 qubit"):
        catalog.ansatze["basic-entangler"].load().trace(0, 1)
