"""Scrambling is unitary, follows its formula, and ends at the Haar measure."""

from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import engine
from qdiffgui.diffusion.scrambling import pair_signs, scramble, scramble_path


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5), st.lists(st.floats(0.01, 5), min_size=1, max_size=4), st.integers(0, 1000)
)
def test_norms_stay_one(n_qubits: int, strengths: list[float], seed: int) -> None:
    psi = engine.haar_states(7, n_qubits, generator(seed))
    out = scramble(psi, strengths, generator(seed))
    assert torch.allclose(out.abs().square().sum(1), torch.ones(7), atol=1e-5)


@pytest.mark.parametrize("n_qubits", [1, 3])
def test_one_step_is_the_circuit_of_the_paper(n_qubits: int) -> None:
    """RZ RY RZ on every qubit, then RZZ on all pairs with g/(2√n), angles replayed from the same
    generator.
    """
    h = 1.7
    psi = engine.haar_states(4, n_qubits, generator(1), torch.complex128)
    ours = scramble(psi, [h], generator(2))
    replay = generator(2)
    angles = (torch.rand(4, n_qubits, 3, generator=replay) * 2 - 1) * (math.pi / 8 * h)
    coupling = h * (0.4 + 0.2 * torch.rand(4, 1, generator=replay)) / (2 * math.sqrt(n_qubits))
    assert angles.abs().max() <= math.pi / 8 * h
    for sample in range(4):
        ops = []
        for q in range(n_qubits):
            ops += [
                gate(float(a), q) for gate, a in zip((qml.RZ, qml.RY, qml.RZ), angles[sample, q])
            ]
        pairs = [(i, j) for i in range(n_qubits) for j in range(i + 1, n_qubits)]
        ops += [qml.IsingZZ(float(coupling[sample, 0]), wires=pair) for pair in pairs]
        matrix = qml.matrix(qml.tape.QuantumScript(ops), wire_order=range(n_qubits))
        assert np.allclose(ours[sample].numpy(), matrix @ psi[sample].numpy(), atol=1e-6)


def test_samples_and_seeds() -> None:
    psi = engine.haar_states(1, 2, generator(0)).expand(3, -1)
    out = scramble(psi, [1.0, 2.0], generator(5))
    assert not torch.allclose(out[0], out[1])  # every sample has its own circuit
    assert torch.equal(out, scramble(psi, [1.0, 2.0], generator(5)))


def test_path_grows_from_the_data() -> None:
    psi = engine.haar_states(3, 2, generator(0))
    path = scramble_path(psi, [0.5, 1.0, 2.0], generator(1))
    assert path.shape == (4, 3, 4)
    assert torch.equal(path[0], psi)
    assert torch.equal(path, scramble_path(psi, [0.5, 1.0, 2.0], generator(1)))


@pytest.mark.parametrize("n_qubits", [1, 2])
def test_twenty_steps_of_the_paper_reach_haar(n_qubits: int) -> None:
    """From |0...0>, the mean state is I/d and the mean purity of overlaps is Haar's, E F² =
    2/(d(d+1)).
    """
    d, n = 2**n_qubits, 8000
    psi = torch.zeros(n, d, dtype=torch.complex64)
    psi[:, 0] = 1
    out = scramble(psi, list(np.linspace(1 if n_qubits == 1 else 0.5, 4, 20)), generator(3))
    p = out.abs().square()
    assert torch.allclose(p.mean(0), torch.full((d,), 1 / d), atol=0.02)
    assert torch.allclose(p.square().mean(0), torch.full((d,), 2 / (d * (d + 1))), atol=0.02)


def test_pair_signs() -> None:
    assert pair_signs(1).tolist() == [0, 0]
    assert pair_signs(2).tolist() == [1, -1, -1, 1]
    assert pair_signs(3).tolist() == [3, -1, -1, -1, -1, -1, -1, 3]
