from __future__ import annotations

import math

import pytest

from qdiffgui.studies.reproduction import Bar, SeedOutcome, judge


def outcomes(*values: float) -> list[SeedOutcome]:
    return [
        SeedOutcome({"w": v}, {"w": 0.001}, {"w": 0.5}, {"PCA-Gaussian": {"w": 2 * v}})
        for v in values
    ]


def test_best_and_mean_both_have_to_reach_their_bounds() -> None:
    assert judge(Bar("w", "W", best=0.1, mean=0.2), outcomes(0.1, 0.3)).passed
    assert not judge(Bar("w", "W", best=0.1, mean=0.2), outcomes(0.11, 0.12)).passed
    assert not judge(Bar("w", "W", best=0.1, mean=0.2), outcomes(0.05, 0.5)).passed
    assert judge(Bar("w", "F", better="higher", best=0.9, mean=0.5), outcomes(0.95, 0.1)).passed
    assert not judge(Bar("w", "F", better="higher", mean=0.9), outcomes(0.95, 0.1)).passed


def test_near_is_near_on_both_sides() -> None:
    bar = Bar("w", "p", better="near", mean=0.8, tolerance=0.02)
    assert judge(bar, outcomes(0.75, 0.83)).passed
    assert not judge(bar, outcomes(0.85, 0.85)).passed
    assert not judge(bar, outcomes(0.7, 0.7)).passed
    assert judge(bar, outcomes(0.7, 0.81)).best == 0.81


def test_what_is_no_number_passes_nothing() -> None:
    assert not judge(Bar("w", "W"), outcomes(math.nan, 0.1)).passed
    assert judge(Bar("w", "W"), outcomes(math.nan, 0.1)).verdict == "miss"


def test_what_nothing_is_asked_of_is_reported_and_no_pass() -> None:
    assert judge(Bar("w", "W"), outcomes(0.2, 0.1)).verdict == "reported"
    assert judge(Bar("w", "W", mean=1), outcomes(0.2, 0.1)).verdict == "pass"


def test_a_difference_within_seed_noise_is_none() -> None:
    """Ratios of .96, 1.01 and 1.06 are no difference, 1.2 to 1.3 are; one wild seed does not carry
    the mean.
    """
    ratio = Bar("w", "ratio", better="higher", mean=1.0, beyond_noise=True)
    assert not judge(ratio, outcomes(0.96, 1.01, 1.06)).passed
    assert not judge(ratio, outcomes(0.5, 0.6, 1.95)).passed
    assert judge(ratio, outcomes(1.2, 1.25, 1.3)).passed
    lower = Bar("w", "ratio", mean=1.0, beyond_noise=True)
    assert judge(lower, outcomes(0.8, 0.9)).passed
    assert not judge(lower, outcomes(0.9, 1.09)).passed


def test_a_result_holds_floor_start_and_the_others() -> None:
    result = judge(Bar("w", "W"), outcomes(0.1, 0.3))
    assert (result.best, result.mean, result.std) == pytest.approx((0.1, 0.2, 0.1))
    assert (result.floor, result.start) == pytest.approx((0.001, 0.5))
    assert result.baselines == pytest.approx({"PCA-Gaussian": 0.4})
    with pytest.raises(KeyError):
        judge(Bar("v", "V"), outcomes(0.1))
