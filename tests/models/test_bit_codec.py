"""Bit strings of vectors: the way back ends in the same bins, and marginals are kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.errors import ConfigError
from qdiffgui.models.bit_codec import BitCodec

NONE = np.zeros(0, dtype=np.int64)  # classes, which these bins do not look at


def vectors(n: int, d: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, d)) @ rng.standard_normal((d, d))).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 4),
    st.integers(0, 6),
    st.sampled_from(["quantile", "uniform"]),
    st.booleans(),
    st.sampled_from(["observables", "principal"]),
    st.integers(0, 1000),
)
def test_every_code_comes_back(
    d: int, more: int, bins: str, gray: bool, axes: str, seed: int
) -> None:
    codec = BitCodec(d, d + more, bins, gray, axes)
    codec.fit(vectors(500, d, seed), NONE)
    codes = np.arange(2 ** (d + more))
    inside = np.random.default_rng(seed).uniform(0.01, 0.99, (len(codes), d))
    np.testing.assert_array_equal(codec.encode(codec.decode(codes, inside, NONE)), codes)


def test_bits_are_dealt_evenly_and_gray_neighbours_differ_in_one() -> None:
    codec = BitCodec(3, 10, "uniform", True, "observables")
    codec.fit(np.array([[-4.0] * 3, [4.0] * 3]), NONE)
    assert codec.bits.tolist() == [4, 3, 3]
    x = np.zeros((16, 3))
    x[:, 0] = np.linspace(-3.9, 3.9, 16)
    codes = codec.encode(x)
    assert len(set(codes)) == 16
    assert {bin(a ^ b).count("1") for a, b in itertools.pairwise(codes)} == {1}


def test_quantile_bins_keep_marginals_and_uniform_ones_equal_widths() -> None:
    x = np.exp(vectors(4000, 2))
    codec = BitCodec(2, 4, "quantile", False, "observables")
    codec.fit(x, NONE)
    codes = codec.encode(x)
    assert np.bincount(codes >> 2, minlength=4).min() > 900
    back = codec.decode(codes, np.random.default_rng(0).random(x.shape), NONE)
    for k in range(2):
        np.testing.assert_allclose(
            np.quantile(back[:, k], [0.1, 0.5, 0.9]),
            np.quantile(x[:, k], [0.1, 0.5, 0.9]),
            rtol=0.12,
        )
    even = BitCodec(2, 4, "uniform", False, "observables")
    even.fit(x, NONE)
    assert np.bincount(even.encode(x) >> 2, minlength=4)[0] > 3000


def test_principal_axes_lose_less_than_correlated_observables() -> None:
    rng = np.random.default_rng(0)
    x = rng.multivariate_normal([0, 0], [[1, 0.98], [0.98, 1]], 4000).astype(np.float32)
    correlation = {}
    for axes in ("observables", "principal"):
        codec = BitCodec(2, 4, "quantile", True, axes)
        codec.fit(x, NONE)
        correlation[axes] = np.corrcoef(codec.decode(codec.encode(x), rng.random(x.shape), NONE).T)[
            0, 1
        ]
    assert correlation["principal"] > 0.97 > 0.95 > correlation["observables"]


def test_a_bit_for_every_number() -> None:
    with pytest.raises(ConfigError, match="at least 4 bits, found 3"):
        BitCodec(4, 3, "quantile", True, "principal")
