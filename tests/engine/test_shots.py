"""Within ``finite_shots`` what a circuit says has the mean and the variance of counts, and is
reproducible.
"""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import engine
from qdiffgui.engine.shots import finite_shots, measured_probabilities, measured_values
from qdiffgui.errors import UserError


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def circuit():
    def function(weights, inputs):
        qml.RX(weights[0], 0)
        qml.CNOT([0, 1])
        qml.RY(weights[1], 1)

    return engine.compile(function, n_qubits=2, n_weights=2)


def test_estimates_are_unbiased_with_the_variance_of_counts(circuit):
    weights, psi = torch.tensor([0.7, 1.1]), torch.eye(4, dtype=torch.complex64)[0].expand(4000, -1)
    exact, p = circuit.expval(["ZI", "XX"], weights)[0], circuit.probabilities(weights)[0]
    with finite_shots(50, generator()):
        found, shares = (
            circuit.expval(["ZI", "XX"], weights, psi=psi),
            circuit.probabilities(weights, psi=psi),
        )
    error = ((1 - exact**2) / 50).sqrt()
    assert ((found.mean(0) - exact).abs() < 5 * error / 4000**0.5).all()
    torch.testing.assert_close(found.std(0), error, rtol=0.1, atol=0)
    assert ((shares.mean(0) - p).abs() < 5 * (p * (1 - p) / 50 / 4000).sqrt() + 1e-6).all()
    torch.testing.assert_close(shares.std(0), (p * (1 - p) / 50).sqrt(), rtol=0.1, atol=1e-6)


@given(
    weights=st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=9).filter(
        lambda w: sum(w) > 1e-3
    ),
    shots=st.integers(1, 10_000),
)
@settings(deadline=None, max_examples=40)
def test_shares_are_whole_counts_that_sum_to_all_shots(weights, shots):
    p = torch.tensor([weights, weights], dtype=torch.float64)
    p = p / p.sum(1, keepdim=True)
    with finite_shots(shots, generator()):
        counts = measured_probabilities(p) * shots
    np.testing.assert_allclose(counts, counts.round(), atol=1e-6)
    np.testing.assert_allclose(counts.sum(1), shots)
    assert (counts[p == 0] == 0).all()


def test_exact_outside_and_with_no_shots_and_the_same_again_for_the_same_seed():
    p, z = torch.tensor([[0.3, 0.7]]), torch.tensor([[0.25]])
    assert measured_probabilities(p) is p
    with finite_shots(100, generator()):
        with finite_shots(0):
            assert measured_values(z) is z
        first = measured_values(z.expand(1000, 1))
    with finite_shots(100, generator()):
        assert torch.equal(measured_values(z.expand(1000, 1)), first)
    assert measured_values(z) is z
    with pytest.raises(UserError, match="shot"), finite_shots(-1):
        pass


def test_an_error_inside_ends_the_shots():
    p = torch.tensor([[0.3, 0.7]])
    with pytest.raises(ZeroDivisionError), finite_shots(3):
        raise ZeroDivisionError
    assert measured_probabilities(p) is p
