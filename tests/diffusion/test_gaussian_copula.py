"""Whitening with and without normal scores: the way back is exact, the numbers are uncorrelated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.diffusion.gaussian_copula import N_QUANTILES, GaussianCopula, quantile_levels


def table(n: int = 4000, seed: int = 0) -> np.ndarray:
    """Correlated, skewed numbers."""
    z = np.random.default_rng(seed).standard_normal((n, 3)) @ [
        [1, 0.7, -0.4],
        [0, 1, 0.5],
        [0, 0, 1],
    ]
    return np.stack([np.exp(z[:, 0]), z[:, 1] ** 3, z[:, 2]], axis=1)


@pytest.mark.parametrize("scores", [False, True])
def test_the_way_back_is_exact(scores: bool) -> None:
    x = table()
    copula = GaussianCopula(scores=scores)
    copula.fit(x)
    back = copula.decode(copula.encode(x))
    np.testing.assert_allclose(back, x, atol=1e-6 * np.ptp(x, axis=0).max())


@pytest.mark.parametrize("scores", [False, True])
def test_encoded_numbers_are_uncorrelated_and_of_unit_variance(scores: bool) -> None:
    copula = GaussianCopula(scores=scores)
    copula.fit(table())
    z = copula.encode(table())
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(3), atol=1e-4)


def test_scores_keep_every_marginal_and_no_value_leaves_the_range() -> None:
    x = table()
    copula = GaussianCopula(scores=True)
    copula.fit(x)
    drawn = copula.decode(np.random.default_rng(1).standard_normal((20_000, 3)))
    assert (drawn >= x.min(axis=0) - 1e-6).all()
    assert (drawn <= x.max(axis=0) + 2e-6 * np.ptp(x, axis=0)).all()
    for quantile in (0.1, 0.5, 0.9):
        np.testing.assert_allclose(
            np.quantile(drawn, quantile, axis=0),
            np.quantile(x, quantile, axis=0),
            rtol=0.1,
            atol=0.05,
        )


def test_a_constant_column_and_repeated_values_have_an_inverse() -> None:
    x = np.stack([np.full(500, 2.0), np.repeat(np.arange(5.0), 100)], axis=1)
    copula = GaussianCopula(scores=True)
    copula.fit(x)
    np.testing.assert_allclose(copula.decode(copula.encode(x)), x, atol=1e-3)


def test_what_is_stored_gives_the_same_transform() -> None:
    x = table()
    copula, again = GaussianCopula(scores=True), GaussianCopula(scores=True)
    copula.fit(x)
    again.load_arrays(copula.arrays(), 3)
    with pytest.raises(ValueError, match="expected"):
        again.load_arrays(copula.arrays(), 4)
    again.load_arrays(copula.arrays(), 3)
    np.testing.assert_array_equal(again.encode(x), copula.encode(x))
    assert copula.n_numbers == 3 + 6 + 3 * N_QUANTILES


@given(st.integers(3, 10**6))
def test_levels_rise_inside_the_unit_interval(n: int) -> None:
    levels = quantile_levels(n)
    assert len(levels) == N_QUANTILES
    assert (np.diff(levels) > 0).all()
    assert 0 < levels[0] < levels[-1] < 1
