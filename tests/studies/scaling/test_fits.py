from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.studies.scaling.fits import decide, fit

X = np.arange(2.0, 11.0)
LAWS = {"power": lambda x, k: x**k, "exponential": lambda x, k: np.exp(k * x)}


@given(form=st.sampled_from(sorted(LAWS)), slope=st.floats(-3, 3), scale=st.floats(1e-6, 1e6))
def test_a_law_is_found_again_whatever_the_scale(form: str, slope: float, scale: float) -> None:
    y = scale * LAWS[form](X, slope)
    found = fit(X, y, np.full(len(X), 0.01), form)
    assert found.slope == pytest.approx(slope, abs=1e-6)
    assert found.chi2 == pytest.approx(0, abs=1e-6)
    assert found(5.5) == pytest.approx(float(scale * LAWS[form](5.5, slope)), rel=1e-6)


@pytest.mark.parametrize("form", sorted(LAWS))
@pytest.mark.parametrize("slope", [-1.5, -0.7, 0.8])
def test_the_right_form_is_chosen_and_its_error_covers(form: str, slope: float) -> None:
    rng = np.random.default_rng(1)
    off = []
    for _ in range(200):
        y = LAWS[form](X, slope) * np.exp(0.05 * rng.standard_normal(len(X)))
        decision = decide(X, y, np.full(len(X), 0.05))
        assert decision.better in (form, None)
        own = getattr(decision, form)
        off.append((own.slope - slope) / own.error)
    assert np.mean(np.abs(off) < 1) > 0.6
    assert np.mean(np.abs(off) < 2) > 0.9
    assert abs(np.mean(off)) < 0.25


def test_points_that_do_not_tell_give_no_answer() -> None:
    x = [4.0, 5.0, 6.0]
    assert decide(x, np.exp(-0.5 * np.array(x)), [0.5] * 3).better is None


def test_scatter_beyond_the_errors_widens_them() -> None:
    y = X**2 * np.exp(0.3 * (-1.0) ** np.arange(len(X)))
    assert (
        fit(X, y, np.full(len(X), 0.01), "power").error
        > 10 * fit(X, X**2, np.full(len(X), 0.01), "power").error
    )


@pytest.mark.parametrize(
    ("x", "y"),
    [([1, 2], [1, 2]), ([1, 2, 3], [1, 0, 1]), ([0, 1, 2], [1, 1, 1]), ([2, 2, 2], [1, 2, 3])],
)
def test_too_few_points_are_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(ValueError, match="three points"):
        fit(x, y, [0.1] * len(x), "power")
