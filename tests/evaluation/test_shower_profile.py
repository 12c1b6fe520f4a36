"""Distances of shower profiles, on cases known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config.data import ParametrisedShowers
from qdiffgui.data.showers import load_showers
from qdiffgui.data.types import Showers
from qdiffgui.evaluation.shower_profile import layers_w1, mean_profile, profile


def test_a_shift_of_energy_between_layers_is_measured() -> None:
    real = np.tile([0.2, 0.5, 0.3], (300, 1))
    moved = np.tile([0.1, 0.6, 0.3], (300, 1))
    assert layers_w1(moved, real).value == pytest.approx(0.2 / 3)
    assert mean_profile(moved, real).value == pytest.approx(0.1)
    assert layers_w1(real, real) == mean_profile(real, real) == (0, 0)
    showers = Showers(
        np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([4.0, 5.0]), np.zeros(2, np.int8)
    )
    np.testing.assert_allclose(profile(showers), [[0.25, 0.5], [0.6, 0.2]])


def test_the_mean_profile_does_not_see_fluctuations_and_w1_does() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = (0.3 + width * rng.standard_normal((4000, 3)) for width in (0.01, 0.1))
    assert mean_profile(wide, narrow).value < 0.01
    assert layers_w1(wide, narrow).value == pytest.approx(0.09 * np.sqrt(2 / np.pi), rel=0.1)


def test_the_classes_of_showers_are_told_apart() -> None:
    data = load_showers(ParametrisedShowers(n_showers=4000))
    shares = [
        profile(data.content.take(np.flatnonzero(data.content.label == label))) for label in (0, 1)
    ]
    for key in ("w1-layers", "mean-profile"):
        metric = catalog.metrics[key].load()
        half = len(shares[0]) // 2
        floor, between = metric(shares[0][:half], shares[0][half:]), metric(*shares)
        assert between.value > 5 * floor.value
        assert 0 < floor.error < floor.value
