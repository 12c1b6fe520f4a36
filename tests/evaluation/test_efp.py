from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.evaluation.efp import connected, efps, four_point_primes, graphs


def by_definition(group, jet):
    """The sum over all particles at every vertex, as the paper writes it."""
    product = 1.0
    for piece in group:
        total = 0.0
        for chosen in itertools.product(range(len(jet)), repeat=max(map(max, piece)) + 1):
            term = np.prod([jet[i, 2] for i in chosen])
            for a, b in piece:
                term *= np.hypot(*(jet[chosen[a], :2] - jet[chosen[b], :2]))
            total += term
        product *= total
    return product if group else sum(jet[:, 2])  # no edges: one vertex, as in EnergyFlow and JetNet


def test_there_are_as_many_as_published() -> None:
    """arXiv:1712.07124, table 2: connected multigraphs by edges 1, 2, 5, 12, all together 1, 1, 3,
    8, 23.
    """
    assert [sum(len(g) == d for g in connected(4)) for d in range(1, 5)] == [1, 2, 5, 12]
    assert [sum(sum(map(len, group)) == d for group in graphs()) for d in range(5)] == [
        1,
        1,
        3,
        8,
        23,
    ]
    assert len(four_point_primes()) == 5


def test_every_polynomial_is_its_definition() -> None:
    rng = np.random.default_rng(0)
    jets = rng.normal(size=(3, 4, 3))
    jets[:, :, 2] = rng.random((3, 4))
    expected = [[by_definition(group, jet) for group in graphs()] for jet in jets]
    np.testing.assert_allclose(efps(jets), expected, rtol=1e-10)


def test_two_particles_by_hand() -> None:
    """z 0.6 and 0.4 at distance 0.3: a graph with d edges on two vertices is 2 z_1 z_2 0.3^d."""
    jet = np.array([[[0.0, 0.0, 0.6], [0.3, 0.0, 0.4]]])
    values = dict(zip(graphs(), efps(jet)[0]))
    assert values[()] == pytest.approx(1.0)  # Σ z
    for d in range(1, 5):
        assert values[(((0, 1),) * d,)] == pytest.approx(2 * 0.24 * 0.3**d, rel=1e-12)
    assert values[(((0, 1),), ((0, 1),))] == pytest.approx((2 * 0.24 * 0.3) ** 2, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-3, 3))
def test_rotation_order_and_padding_change_nothing(seed: int, factor: float, angle: float) -> None:
    rng = np.random.default_rng(seed)
    jet = rng.normal(size=(1, 5, 3))
    jet[:, :, 2] = rng.random((1, 5))
    turned = jet[:, rng.permutation(5)].copy()
    c, s = np.cos(angle), np.sin(angle)
    turned[..., :2] = turned[..., :2] @ np.array([[c, -s], [s, c]])
    padded = np.concatenate([turned, np.zeros((1, 3, 3))], axis=1)
    np.testing.assert_allclose(efps(padded), efps(jet), rtol=1e-9)
    wider = jet * [factor, factor, 1]
    degrees = np.array([sum(map(len, group)) for group in graphs()])
    np.testing.assert_allclose(efps(wider), efps(jet) * factor**degrees, rtol=1e-9)


def test_no_jet_gives_no_row() -> None:
    assert efps(np.zeros((0, 5, 3))).shape == (0, 36)


def test_the_polynomial_without_edges_is_the_sum_of_pt() -> None:
    """Of a jet whose leading particles hold 90 % of its pT."""
    jet = np.array([[[0.0, 0.0, 0.6], [0.3, 0.0, 0.3], [0.0, 0.0, 0.0]]])
    assert efps(jet)[0, 0] == pytest.approx(0.9)
