"""Bit strings of maps: which rows, which donors, and that a string comes back as itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qdiffgui.errors import ConfigError
from qdiffgui.models.map_codec import MAX_DONORS, MapCodec


def maps(n: int = 600, height: int = 8, width: int = 2, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.gamma(0.6, 1, (n, height, width)) * np.exp(
        rng.standard_normal((n, 1, 1)) * np.arange(height)[:, None] / 4
    )
    x[rng.random(x.shape) < 0.3] = 0
    x[:, 0, 0] += 0.1
    return (x / x.sum(axis=(1, 2), keepdims=True)).astype(np.float32)


def fitted(x: np.ndarray, n_bits: int = 4, place: np.ndarray | None = None) -> MapCodec:
    codec = MapCodec(x.shape[1:], n_bits, True)
    codec.fit(x, np.zeros(len(x), dtype=np.int64) if place is None else place)
    return codec


def test_rings_are_those_of_training_jets_with_the_same_string() -> None:
    x = maps()
    codec = fitted(x)
    codes = codec.encode(x[:50])
    back = codec.decode(
        codes, np.random.default_rng(1).random((50, 3)), np.zeros(50, dtype=np.int64)
    )
    assert back.dtype == np.float32
    np.testing.assert_allclose(back.sum(axis=(1, 2)), 1, atol=1e-5)
    edges = [0, *(codec.rows + 1), 8]
    assert len(edges) == 4
    assert edges == sorted(set(edges))
    of_training = codec.encode(x)
    for sample, code in zip(back, codes):
        for low, high in itertools.pairwise(edges):
            ring, rings = (
                sample[low:high].ravel(),
                x[of_training == code, low:high].reshape(np.sum(of_training == code), -1),
            )
            scale = ring.sum() / np.maximum(rings.sum(axis=1), 1e-9)
            assert np.isclose(rings * scale[:, None], ring, atol=1e-5).all(axis=1).any()


def test_the_string_of_a_generated_map_is_nearly_always_the_one_asked_for() -> None:
    x = maps(5000)
    codec = fitted(x, 2)
    codes = codec.encode(x[:2000])
    back = codec.decode(
        codes, np.random.default_rng(0).random((2000, 2)), np.zeros(2000, dtype=np.int64)
    )
    assert np.mean(codec.encode(back) == codes) > 0.9


def test_strings_never_seen_and_classes_apart() -> None:
    x = maps(3000)
    place = (np.arange(3000) % 2).astype(np.int64)
    x[place == 1, :, 1] = 0  # the second class has an empty column
    x[place == 1] /= x[place == 1].sum(axis=(1, 2), keepdims=True)
    codec = fitted(x, 6, place)
    codes = np.arange(64)
    u = np.random.default_rng(0).random((64, codec.n_draws))
    first, second = (codec.decode(codes, u, np.full(64, k)) for k in (0, 1))
    assert (codec.count == 0).any(), "cumulated fractions grow outwards: some strings cannot be"
    assert first[:, :, 1].any()
    assert not second[:, :, 1].any()


def test_at_most_so_many_donors_are_kept_and_arrays_carry_all() -> None:
    x = maps(4000)
    codec = fitted(x, 2)
    assert codec.count.max() == MAX_DONORS
    assert len(codec.donors) == codec.count.sum()
    other = MapCodec((8, 2), 2, True)
    other.load_arrays({name: values.copy() for name, values in codec.arrays().items()})
    u, codes, place = (
        np.random.default_rng(0).random((20, 2)),
        codec.encode(x[:20]),
        np.zeros(20, dtype=np.int64),
    )
    np.testing.assert_array_equal(other.decode(codes, u, place), codec.decode(codes, u, place))
    np.testing.assert_array_equal(other.encode(x), codec.encode(x))


def test_a_map_of_one_row_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least two rows"):
        MapCodec((1, 16), 4, True)
