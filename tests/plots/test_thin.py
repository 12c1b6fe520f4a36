"""Long series, short enough to draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.plots.thin import short, smooth, thin


@given(st.integers(0, 5000), st.integers(0, 2**31))
def test_no_peak_is_lost_and_no_limit_broken(n, seed):
    y = np.random.default_rng(seed).normal(size=n)
    x, kept = thin(np.arange(n), y, limit=200)
    assert len(x) == len(kept) <= max(200, 0)
    assert x == sorted(x)
    if n:
        assert (x[0], x[-1]) == (0, n - 1)
        assert max(kept) == pytest.approx(y.max(), rel=1e-5)
        assert min(kept) == pytest.approx(y.min(), rel=1e-5)
        np.testing.assert_allclose(kept, y[np.array(x, dtype=int)], rtol=1e-5)


def test_short_series_stay_whole():
    assert thin([1, 2, 3], [0.1, 0.2, 0.3]) == ([1, 2, 3], [0.1, 0.2, 0.3])


def test_gaps_do_not_hide_the_rest():
    y = np.where(np.arange(5000) % 2 == 0, np.nan, 1.0)
    assert np.nanmax(thin(np.arange(5000), y)[1]) == 1.0


def test_six_digits_and_whole_numbers():
    assert short([1.0, 0.123456789, 123456789.0]) == [1, 0.123457, 123457000]
    assert isinstance(short([2.0])[0], int)
    assert np.isnan(short([np.nan])[0])
    assert short([np.inf]) == [np.inf]


def test_smoothing_of_a_constant_is_that_constant_from_the_start():
    np.testing.assert_allclose(smooth([2.0] * 5, 0.9), 2.0)


def test_smoothing_is_the_debiased_moving_average():
    np.testing.assert_allclose(smooth([1.0, 3.0], 0.5), [1.0, (0.25 + 1.5) / 0.75])
    np.testing.assert_allclose(smooth([1.0, np.nan, 3.0], 0.5), [1.0, 1.0, (0.25 + 1.5) / 0.75])
