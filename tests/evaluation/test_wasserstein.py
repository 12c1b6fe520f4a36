"""W1: against scipy, its exact properties, its bootstrap error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import wasserstein_distance

from qdiffgui.evaluation.wasserstein import bootstrap_w1, mean_w1, w1, w1_with_error

SAMPLES = arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e3, 1e3))


@given(SAMPLES, SAMPLES)
def test_it_is_scipys_for_any_sizes(a, b):
    assert w1(a, b) == pytest.approx(wasserstein_distance(a, b), abs=1e-9)


@given(SAMPLES, st.floats(-100, 100))
def test_a_shift_costs_its_length(a, shift):
    assert w1(a, a + shift) == pytest.approx(abs(shift), abs=1e-9)


@given(SAMPLES)
def test_order_does_not_matter(a):
    assert w1(a, a[::-1]) == 0


def test_the_error_is_that_of_repeated_samples():
    rng = np.random.default_rng(0)
    shifted = [
        w1_with_error(rng.normal(0.5, 1, 1000), rng.normal(0, 1, 1000), seed=i) for i in range(60)
    ]
    scatter = np.std([m.value for m in shifted])
    assert np.mean([m.error for m in shifted]) == pytest.approx(scatter, rel=0.35)
    assert np.mean([m.value for m in shifted]) == pytest.approx(0.5, abs=0.03)


def test_the_error_of_a_mean_knows_the_correlation():
    x, y, z = (np.random.default_rng(i).normal(0.5 * (i == 0), 1, 1000) for i in range(3))
    alone = w1_with_error(x, y, seed=1, n_boot=100)
    twice = mean_w1(
        {"a": x, "b": 10 * x}, {"a": y, "b": 10 * y}, {"a": 1.0, "b": 10.0}, seed=1, n_boot=100
    )
    assert twice.value == pytest.approx(alone.value)
    assert twice.error == pytest.approx(alone.error, rel=0.3), "the same twice: no gain"
    rows = np.random.default_rng(9).permutation(1000)
    apart = mean_w1(
        {"a": x, "b": x[rows]}, {"a": y, "b": z + 0.0}, {"a": 1.0, "b": 1.0}, seed=1, n_boot=100
    )
    assert apart.error < 0.9 * alone.error, "independent: the mean is better known"


def test_the_seed_fixes_the_error():
    a, b = np.random.default_rng(1).normal(size=(2, 100))
    assert w1_with_error(a, b, seed=3) == w1_with_error(a, b, seed=3)
    assert w1_with_error(a, b, seed=3).error != w1_with_error(a, b, seed=4).error


def test_resampling_equals_sorting_a_resample():
    a, b = np.random.default_rng(2).normal(size=(2, 50))
    draws = bootstrap_w1(a, b, seed=5, n_boot=3)
    rng = np.random.default_rng(5)
    again = [
        np.abs(
            np.sort(np.sort(a)[rng.integers(50, size=50)])
            - np.sort(np.sort(b)[rng.integers(50, size=50)])
        ).mean()
        for _ in draws
    ]
    np.testing.assert_allclose(draws, again)
