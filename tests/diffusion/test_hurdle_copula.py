"""Fractions to scores and back: exact, and noise reads back with the right cells, pairs
and counts.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.diffusion.hurdle_copula import HurdleCopula


def _sparse(n: int = 4000, d: int = 16, seed: int = 0) -> np.ndarray:
    """Fractions of cells that are lit together, as jets with many particles light many cells."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((n, 1))
    lit = rng.standard_normal((n, d)) + 0.6 * common > np.linspace(-1, 1, d)
    lit[:, 0] = True
    x = np.where(lit, np.exp(rng.standard_normal((n, d))), 0)
    return x / x.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def fitted() -> tuple[HurdleCopula, np.ndarray]:
    x = _sparse()
    copula = HurdleCopula(x.shape[1])
    copula.fit(x)
    return copula, x


def test_there_and_back(fitted: tuple[HurdleCopula, np.ndarray]) -> None:
    copula, x = fitted
    back = copula.fractions(copula.scores(x).astype(np.float32).astype(np.float64))
    np.testing.assert_array_equal(back > 0, x > 0)
    np.testing.assert_allclose(back, x, atol=2e-3)


def test_scores_are_uncorrelated_and_of_unit_variance(
    fitted: tuple[HurdleCopula, np.ndarray],
) -> None:
    copula, _ = fitted
    scores = copula.scores(_sparse(seed=1))  # samples that were not fitted
    np.testing.assert_allclose(scores.std(axis=0), 1, atol=0.25)
    np.testing.assert_allclose(
        np.corrcoef(scores, rowvar=False), np.eye(scores.shape[1]), atol=0.25
    )
    assert np.all(np.diff(copula.spread) <= 0)


def test_noise_reads_back_with_the_counts_of_the_data(
    fitted: tuple[HurdleCopula, np.ndarray],
) -> None:
    copula, x = fitted
    made = copula.fractions(np.random.default_rng(2).standard_normal((len(x), 2 * x.shape[1])))
    np.testing.assert_allclose(made.sum(axis=1), 1)
    np.testing.assert_allclose((made > 0).mean(axis=0), (x > 0).mean(axis=0), atol=0.03)
    independent = np.sqrt(((x > 0).mean(axis=0) * (x == 0).mean(axis=0)).sum())
    assert (x > 0).sum(axis=1).std() > 1.4 * independent
    assert abs((made > 0).sum(axis=1).std() / (x > 0).sum(axis=1).std() - 1) < 0.08


def test_what_is_not_seen_is_drawn_from_the_seed(fitted: tuple[HurdleCopula, np.ndarray]) -> None:
    copula, x = fitted
    np.testing.assert_array_equal(copula.scores(x[:50], seed=3), copula.scores(x[:50], seed=3))
    assert (copula.scores(x[:50], seed=3) != copula.scores(x[:50], seed=4)).any()


def test_a_copula_read_from_arrays_is_the_same(fitted: tuple[HurdleCopula, np.ndarray]) -> None:
    copula, x = fitted
    again = HurdleCopula(x.shape[1])
    again.load_arrays(copula.arrays())
    np.testing.assert_array_equal(again.scores(x[:50]), copula.scores(x[:50]))


def test_cells_that_are_always_or_never_lit_stay_so() -> None:
    x = _sparse()
    x[:, 1], x[:, 2] = 0, 0.3
    copula = HurdleCopula(x.shape[1])
    copula.fit(x)
    made = copula.fractions(np.random.default_rng(0).standard_normal((2000, 32)))
    assert not made[:, 1].any()
    assert made[:, 2].all()


@settings(max_examples=20)
@given(hnp.arrays(np.float64, (4, 32), elements=st.floats(-50, 50)))
def test_any_scores_are_a_sample(scores: np.ndarray) -> None:
    copula = HurdleCopula(16)
    copula.fit(_sparse(200))
    made = copula.fractions(scores)
    assert np.all(made >= 0)
    np.testing.assert_allclose(made.sum(axis=1), 1)
