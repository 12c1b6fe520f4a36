"""Every ansatz of the registry: shapes, the drawn circuit against PennyLane, the structure its
docstring promises.
"""

from __future__ import annotations

import importlib

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog, engine, testing
from qdiffgui.errors import ConfigError

KEYS = list(catalog.ansatze)


@pytest.mark.parametrize("key", KEYS)
def test_contract(key: str) -> None:
    testing.check_ansatz(key)


@pytest.mark.parametrize("key", KEYS)
def test_docstring_draws_it_and_the_catalogue_names_the_same_paper(key: str) -> None:
    entry = catalog.ansatze[key]
    ansatz = entry.load()
    assert (ansatz.label, ansatz.paper) == (entry.label, entry.facts["paper"])
    words = importlib.import_module(entry.target.partition(":")[0]).__doc__
    assert words.count("──") >= 4
    assert ansatz.paper in words or ansatz.paper == "PennyLane"


def test_hardware_efficient_has_both_parities_in_every_layer() -> None:
    program = catalog.ansatze["hardware-efficient"].load().trace(5, 2)
    pairs = [tuple(g["wires"]) for g in program.gates() if g["name"] == "CZ"]
    assert sorted(pairs) == sorted(2 * [(0, 1), (1, 2), (2, 3), (3, 4)])


def test_a_brick_is_any_two_qubit_gate() -> None:
    """The 15 tangents at a generic point span su(4), so that a brick reaches an open set
    of SU(4).
    """
    from qdiffgui.circuits.brickwork import brick

    def matrix(angles):
        return qml.matrix(brick, wire_order=(0, 1))(angles, (0, 1))

    angles = torch.tensor(np.random.default_rng(3).uniform(0.3, 1.2, 15))
    jacobian = torch.autograd.functional.jacobian(
        lambda a: torch.view_as_real(matrix(a)).flatten(), angles
    )
    u = matrix(angles)
    assert torch.allclose(u @ u.conj().T, torch.eye(4, dtype=u.dtype), atol=1e-12)
    assert torch.linalg.matrix_rank(jacobian, rtol=1e-8) == 15


def test_brickwork_alternates() -> None:
    program = catalog.ansatze["brickwork"].load().trace(5, 2)
    pairs = [tuple(g["wires"]) for g in program.gates() if g["name"] == "IsingZZ"]
    assert pairs == 2 * [(0, 1), (2, 3), (1, 2), (3, 4)]


@pytest.mark.parametrize("n", [2, 4, 5])
def test_one_bell_pair_block_keeps_both_registers_uniform(n: int) -> None:
    """From |0...0>, one block is the copula ansatz of arXiv:2109.06315: the paired qubits of A
    alone are maximally mixed.
    """
    ansatz = catalog.ansatze["bell-pair"].load()
    weights = torch.tensor(np.random.default_rng(5).normal(size=ansatz.n_weights(n, 1)))
    circuit = engine.compile(ansatz.trace(n, 1), dtype=torch.complex128)
    psi = circuit.state(weights)[0].reshape(2 ** (n // 2), -1)
    assert torch.allclose(
        psi @ psi.conj().T, torch.eye(2 ** (n // 2), dtype=psi.dtype) / 2 ** (n // 2), atol=1e-12
    )


def test_simplified_two_design_is_real() -> None:
    ansatz = catalog.ansatze["simplified-two-design"].load()
    weights = torch.tensor(np.random.default_rng(5).normal(size=ansatz.n_weights(4, 2)))
    assert (
        engine.compile(ansatz.trace(4, 2), dtype=torch.complex128).state(weights).imag.abs().max()
        < 1e-12
    )


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
