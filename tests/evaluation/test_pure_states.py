"""Metrics of state ensembles with errors."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.evaluation import pure_states as states


def circle(n: int, seed: int) -> np.ndarray:
    phi = np.random.default_rng(seed).uniform(0, 2 * np.pi, n)
    return np.stack([np.cos(phi), np.sin(phi)], axis=1).astype(np.complex64)


def haar(n: int, seed: int, d: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, d)) + 1j * rng.standard_normal((n, d))
    return (z / np.linalg.norm(z, axis=1, keepdims=True)).astype(np.complex64)


@pytest.mark.parametrize(
    ("n", "size"), [(10, 10), (40, 20), (1000, 200), (5000, 1000), (100_000, 1000)]
)
def test_block_sizes(n, size):
    assert states.block_size(n) == size


def test_the_circle_against_haar_states_as_published():
    far, floor = (
        states.wasserstein(haar(2000, 0), circle(2000, 1)),
        states.wasserstein(circle(2000, 2), circle(2000, 1)),
    )
    assert far.value == pytest.approx(0.11, abs=0.015)
    assert floor.value < 0.01
    assert far.error < 0.01


def test_mmd_cannot_tell_the_circle_from_haar_states_but_sees_a_collapse():
    assert states.mmd(haar(4000, 0), circle(4000, 1)).value < 2e-3
    collapsed = np.tile(np.array([1, 0], np.complex64), (4000, 1))
    assert states.mmd(collapsed, circle(4000, 1)).value == pytest.approx(0.5, abs=0.03)


def test_spread_and_f0_of_known_ensembles():
    assert states.spread(haar(2000, 0, 4), haar(2000, 1, 4)).value == pytest.approx(0.75, abs=0.01)
    collapsed = np.tile(np.eye(4, dtype=np.complex64)[0], (100, 1))
    assert states.spread(collapsed, collapsed).value == pytest.approx(0, abs=1e-6)
    assert states.f0(collapsed, collapsed) == (1.0, 0.0)
    found = states.f0(haar(4000, 0, 4), collapsed)
    assert abs(found.value - 0.25) < 4 * found.error


def test_y_squared():
    assert states.y_squared(circle(500, 0), circle(500, 0)).value == pytest.approx(0, abs=1e-10)
    found = states.y_squared(haar(4000, 0), circle(10, 0))
    assert abs(found.value - 1 / 3) < 4 * found.error


def test_one_block_has_no_error_and_so_is_not_given():
    assert states.wasserstein(haar(25, 0), haar(25, 1)).plain() is None
