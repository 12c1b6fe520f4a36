"""Quantum metrics at states where their value is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from qdiffgui.errors import DataError
from qdiffgui.evaluation import quantum as q

ZERO, ONE = np.array([[1, 0]]), np.array([[0, 1]])
BELL = np.array([[1, 0, 0, 1]]) / np.sqrt(2)


def haar(n: int, d: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    psi = rng.normal(size=(n, d)) + 1j * rng.normal(size=(n, d))
    return psi / np.linalg.norm(psi, axis=1, keepdims=True)


def density(d: int, seed: int) -> np.ndarray:
    return q.mean_density(haar(3, d, seed))


def test_fidelity() -> None:
    plus = (ZERO + ONE) / np.sqrt(2)
    assert q.fidelity(np.concatenate([ZERO, ONE, plus]), plus)[:, 0] == pytest.approx([0.5, 0.5, 1])
    assert q.fidelity_with(np.concatenate([ZERO, ONE]), ZERO) == pytest.approx((0.5, 0.5))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_mixed_states(seed: int) -> None:
    rho, sigma = density(4, seed), density(4, seed + 1)
    root = sqrtm(rho)
    expected = np.trace(sqrtm(root @ sigma @ root)).real ** 2
    assert q.mixed_fidelity(rho, sigma) == pytest.approx(expected, abs=1e-6)


def test_mixed_states_known() -> None:
    a, b = q.mean_density(ZERO), np.eye(2) / 2
    assert q.mixed_fidelity(a, b) == pytest.approx(0.5)
    assert q.purity(np.stack([a, b])) == pytest.approx([1, 0.5])


def test_wasserstein_of_points() -> None:
    a = np.concatenate([ZERO, ZERO, ONE])
    assert q.wasserstein(a, a[[2, 0, 1]]) == pytest.approx(0, abs=1e-12)
    assert q.wasserstein(a, np.concatenate([ONE, ONE, ZERO])) == pytest.approx(1 / 3)
    assert q.wasserstein(a, ONE) == pytest.approx(2 / 3)  # different numbers of states


@pytest.mark.parametrize("name", ["wasserstein", "mmd", "sinkhorn"])
def test_distances_see_a_shift_and_not_the_order(name: str) -> None:
    metric = getattr(q, name)
    a, far = haar(60, 2, 0), np.repeat(ZERO, 60, axis=0)
    assert metric(a, a[::-1]) == pytest.approx(0, abs=1e-6)
    assert metric(a, far) > 0.2
    assert metric(a, far) == pytest.approx(metric(far, a), abs=1e-6)


def test_mmd_is_blind_where_the_powered_kernel_sees() -> None:
    """Haar and the circle have one mean state (MODELS.md 1)."""
    phi = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    circle = np.stack([np.cos(phi), np.sin(phi)], 1)
    a = haar(1000, 2, 1)
    assert q.mmd(a, circle) < 0.01
    assert q.mmd(a, circle, 4) > 0.02
    assert q.wasserstein(a, circle) > 0.1
    assert q.circle_y(circle) == pytest.approx(0)
    assert q.circle_y(a) == pytest.approx(1 / 3, abs=0.03)


def test_spread() -> None:
    assert q.spread(np.repeat(BELL, 5, axis=0)) == pytest.approx(0, abs=1e-12)
    assert q.spread(haar(2000, 4, 2)) == pytest.approx(0.75, abs=0.01)


def test_meyer_wallach() -> None:
    product = np.kron(ZERO, (ZERO + ONE) / np.sqrt(2))
    ghz = np.zeros((1, 8))
    ghz[0, [0, 7]] = 1 / np.sqrt(2)
    assert q.meyer_wallach(np.concatenate([BELL, product])) == pytest.approx([1, 0], abs=1e-12)
    assert q.meyer_wallach(ghz) == pytest.approx([1])
    bell_and_free = np.zeros((1, 8))  # (|00> + |11>)|0>: two of three qubits are mixed
    bell_and_free[0, [0, 6]] = 1 / np.sqrt(2)
    assert q.meyer_wallach(bell_and_free) == pytest.approx([2 / 3])


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 5), seed=st.integers(0, 2**31))
def test_meyer_wallach_lies_between_0_and_1_and_is_0_of_products(n: int, seed: int) -> None:
    found = q.meyer_wallach(haar(20, 2**n, seed))
    assert (found > -1e-9).all()
    assert (found < 1 + 1e-9).all()
    product = np.ones((20, 1))
    for k in range(n):
        product = np.einsum("ia,ib->iab", product, haar(20, 2, seed + k)).reshape(20, -1)
    assert np.abs(q.meyer_wallach(product)).max() < 1e-9


def test_compare() -> None:
    truth = np.repeat(np.array([[1, 0, 0, 0]]), 10, axis=0)
    found = q.compare(np.repeat(BELL, 10, axis=0), truth)
    assert found["f0"] == pytest.approx(0.5)
    assert found["wasserstein"] == pytest.approx(0.5)
    assert found["entanglement"] == pytest.approx(1)


def test_refuses_what_is_no_state() -> None:
    with pytest.raises(DataError, match="2\\*\\*n_qubits"):
        q.meyer_wallach(np.ones((2, 3)))


def test_magnetisation_of_known_states() -> None:
    cat = np.zeros((1, 16))
    cat[0, [0, 15]] = 1 / np.sqrt(2)
    assert q.magnetisation(cat)[0] == pytest.approx(1)
    assert q.magnetisation(np.full((1, 16), 0.25))[0] == pytest.approx(3 / 8)
    assert q.magnetisation(np.eye(4)).tolist() == [1, 0, 0, 1]
