"""Maps as levels of shares: what is kept exactly, and what a level means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.diffusion.share_levels import ShareLevels, _quantiles


def sparse_maps(n: int, d: int, seed: int, spread: float = 0.3, lit: float = 0.7) -> np.ndarray:
    """Fractions (n, d, 1) float32, of which some are exactly 0."""
    rng = np.random.default_rng(seed)
    x = rng.gamma(spread, size=(n, d)) * (rng.random((n, d)) < lit)
    x[:, -1] += x.sum(axis=1) == 0
    return (x / x.sum(axis=1, keepdims=True)).astype(np.float32)[:, :, None]


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 60),
    d=st.integers(1, 20),
    n_levels=st.sampled_from([3, 8, 16]),
    lit=st.floats(0.05, 1),
    seed=st.integers(0, 2**31),
)
def test_decoded_maps_have_the_same_levels_and_sum_to_1(n, d, n_levels, lit, seed):
    codec = ShareLevels((d, 1), n_levels)
    codec.fit(sparse_maps(n, d, seed, lit=lit))
    levels = codec.encode(sparse_maps(n, d, seed + 1, lit=lit))
    x = codec.decode(levels, np.random.default_rng(seed))
    assert x.shape == (n, d, 1)
    assert x.dtype == np.float32
    assert (x >= 0).all()
    np.testing.assert_allclose(x.sum(axis=(1, 2), dtype=np.float64), 1, atol=1e-6)
    np.testing.assert_array_equal(codec.encode(x), levels)


@settings(max_examples=20, deadline=None)
@given(value=st.floats(0.01, 0.99), n=st.integers(1, 40), seed=st.integers(0, 100))
def test_shares_that_are_all_equal_can_be_encoded(value, n, seed):
    x = np.tile(np.array([[value, 1 - value]], np.float32), (n, 1))
    codec = ShareLevels((2,))
    codec.fit(x)
    levels = codec.encode(x)
    decoded = codec.decode(levels, np.random.default_rng(seed))
    np.testing.assert_array_equal(codec.encode(decoded), levels)
    np.testing.assert_allclose(decoded, x, atol=2e-3)


def test_first_and_last_level_and_what_follows():
    codec = ShareLevels((4,))
    codec.fit(sparse_maps(200, 4, 0)[:, :, 0])
    x = np.array([[0, 0.5, 0.5, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
    levels = codec.encode(x)
    assert levels[0, [0, 2]].tolist() == [0, 15]
    assert 1 <= levels[0, 1] <= 14
    assert levels[1:].tolist() == [[0, 15, 0], [0, 0, 0], [0, 0, 0]]
    decoded = codec.decode(np.array([[0, 15, 7], [0, 0, 0]]), np.random.default_rng(0))
    assert decoded.tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]


def test_every_bin_has_equal_content_and_the_decoded_shares_their_distribution():
    x = sparse_maps(14_000, 3, 1, spread=2.0)[:, :, 0]
    codec = ShareLevels((3,))
    codec.fit(x)
    levels = codec.encode(x)
    inside = np.bincount(levels[:, 0], minlength=16)[1:15]
    np.testing.assert_allclose(inside / inside.sum(), 1 / 14, atol=1e-3)
    lit = (levels[:, 0] > 0) & (levels[:, 0] < 15)
    decoded = codec.decode(levels, np.random.default_rng(2))[lit, 0]
    ranks = np.linspace(0.05, 0.95, 19)
    ratio = np.quantile(decoded, ranks) / np.quantile(x[lit, 0], ranks)
    np.testing.assert_allclose(ratio, 1, atol=0.03)


def test_scores_increase_and_have_unit_spread():
    codec = ShareLevels((6, 1))
    x = sparse_maps(4000, 6, 3, spread=2.0, lit=1.0)
    codec.fit(x)
    scores = codec.scores()
    assert (np.diff(scores, axis=1) >= 0).all()
    drawn = scores[np.arange(5), codec.encode(x)]
    np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=0.01)
    np.testing.assert_allclose(drawn.std(axis=0), 1, atol=0.05)


def test_shares_increase_from_0_to_1():
    codec = ShareLevels((6, 1))
    codec.fit(sparse_maps(1000, 6, 3))
    shares = codec.shares()
    assert shares.shape == (5, 16)
    assert (np.diff(shares, axis=1) > 0).all()
    assert (shares[:, 0] == 0).all()
    assert (shares[:, 15] == 1).all()


def test_arrays_restore_the_codec():
    x = sparse_maps(300, 5, 4)
    codec, other = ShareLevels((5, 1)), ShareLevels((5, 1))
    codec.fit(x)
    other.load_arrays(codec.arrays())
    levels = codec.encode(x)
    np.testing.assert_array_equal(other.encode(x), levels)
    decoded = [c.decode(levels, np.random.default_rng(5)) for c in (codec, other)]
    np.testing.assert_array_equal(*decoded)


def test_a_masked_share_gets_an_even_part_of_what_is_left():
    codec = ShareLevels((4,))
    codec.fit(sparse_maps(200, 4, 0)[:, :, 0])
    levels = np.array([[16, 16, 16], [0, 16, 16], [16, 0, 15], [16, 15, 16]])
    decoded = codec.decode(levels, np.random.default_rng(0))
    third, quarter = 1 / 3, 1 / 4
    expected = [[quarter] * 4, [0] + [third] * 3, [quarter, 0, 0.75, 0], [quarter, 0.75, 0, 0]]
    np.testing.assert_allclose(decoded, expected, atol=1e-6)


def test_too_few_levels():
    with pytest.raises(ValueError, match="at least 3"):
        ShareLevels((4,), 2)


@given(st.integers(1, 60), st.integers(2, 80), st.integers(0, 10))
def test_quantiles_are_those_of_numpy(n, n_ranks, seed):
    values = np.random.default_rng(seed).normal(size=n)
    ranks = np.linspace(0, 1, n_ranks)
    np.testing.assert_array_equal(_quantiles(values, ranks), np.quantile(values, ranks))
