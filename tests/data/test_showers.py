"""Parametrized showers: the formulas they are made of, and what comes out of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.config.data import JetFile, ParametrisedShowers
from qdiffgui.data.files import load_file
from qdiffgui.data.showers import (
    CRITICAL_ENERGY,
    as_showers,
    layer_shares,
    load_showers,
    profiles,
    shower_observables,
)
from qdiffgui.data.types import Showers
from qdiffgui.errors import DataError
from tests.data import files


def test_profiles_fluctuate_as_published() -> None:
    energy = np.full(200_000, 50.0)
    alpha, beta = profiles(energy, np.random.default_rng(0))
    log_y = np.log(50 / CRITICAL_ENERGY)
    log_t, log_a = np.log((alpha - 1) / beta), np.log(alpha)
    assert log_t.mean() == pytest.approx(np.log(log_y - 0.812), abs=1e-3)
    assert log_t.std() == pytest.approx(1 / (1.26 * log_y - 1.4), rel=0.01)
    assert log_a.mean() == pytest.approx(np.log(0.81 + (0.458 + 2.26 / 82) * log_y), abs=1e-3)
    assert log_a.std() == pytest.approx(1 / (0.86 * log_y - 0.58), rel=0.01)
    assert np.corrcoef(log_t, log_a)[0, 1] == pytest.approx(0.705 - 0.023 * log_y, abs=0.01)
    assert np.mean(profiles(np.full(10**6, 1.0), np.random.default_rng(1))[0] == 1.01) < 1e-4
    assert np.all(profiles(np.full(10**6, 10.0), np.random.default_rng(1))[0] > 1.01)


def test_layers_are_the_integral_of_the_profile() -> None:
    alpha, beta = np.array([4.0, 6.5]), np.array([0.5, 0.6])
    shares = layer_shares(alpha, beta, 8, 24)
    t = np.linspace(0, 24, 240_001)
    for k in range(2):
        density = (beta[k] * t) ** (alpha[k] - 1) * np.exp(-beta[k] * t)
        cumulative = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
        whole = cumulative[-1] / shares[k].sum()
        np.testing.assert_allclose(shares[k], np.diff(cumulative[::30_000]) / whole, atol=1e-6)
    assert np.all(layer_shares(alpha, beta, 8, 1000).sum(axis=1) == pytest.approx(1))


def test_energy_is_conserved_and_sampled() -> None:
    exact = load_showers(ParametrisedShowers(sampling=0, depth=60)).content
    np.testing.assert_allclose(exact.layers.sum(axis=1), exact.incident, rtol=2e-3)
    same = load_showers(ParametrisedShowers(sampling=0.2, depth=60, e_min=49.9, e_max=50.1)).content
    ratio = shower_observables(same)["ratio"]
    assert ratio.mean() == pytest.approx(1, abs=2e-3)
    assert ratio.std() == pytest.approx(0.2 / np.sqrt(50), rel=0.03)


def test_showers_go_deeper_with_energy() -> None:
    data = load_showers(ParametrisedShowers(n_showers=5000))
    assert data.classes == {0: "10-31.6 GeV", 1: "31.6-100 GeV"}
    found = shower_observables(data.content)
    assert np.array_equal(
        data.content.label, (data.content.incident >= np.sqrt(1000)).astype(np.int8)
    )
    low, high = (found["depth"][data.content.label == label].mean() for label in (0, 1))
    # the depth of the maximum grows by one radiation length for each factor e, half a layer
    assert high - low == pytest.approx(np.log(10) / 2 / 2, abs=0.2)
    assert "not Geant4" in data.notes[0]


def test_the_seed_draws_them() -> None:
    small = ParametrisedShowers(n_showers=50)
    assert (
        load_showers(small, 1).digest
        == load_showers(small, 1).digest
        != load_showers(small, 2).digest
    )
    with pytest.raises(ValueError, match=r"raise data\.e_max"):
        ParametrisedShowers(e_min=50, e_max=20)


@pytest.mark.parametrize(("n_voxels", "n_layers"), [(368, 5), (533, 7), (6480, 45), (40500, 45)])
def test_layers_of_calochallenge_files_are_sums_of_voxels(
    n_voxels: int, n_layers: int, tmp_path
) -> None:
    data = load_file(JetFile(path=str(files.calo(tmp_path / "c.h5", n_voxels))))
    showers = as_showers(data.content)
    assert showers.layers.shape == (24, n_layers)
    np.testing.assert_allclose(
        showers.layers.sum(axis=1), data.content.pixels.sum(axis=(1, 2)) / 1000, rtol=1e-5
    )
    np.testing.assert_allclose(
        showers.incident, data.content.facts["incident_energy"] / 1000, rtol=1e-6
    )
    assert 1 < showers.incident.min() < showers.incident.max() < 1000


@given(st.integers(1, 9), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_observables_lie_within_the_calorimeter(n_layers: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = rng.exponential(1, (6, n_layers)) * (rng.random((6, n_layers)) < 0.5)
    found = shower_observables(Showers(layers, rng.uniform(1, 9, 6), np.zeros(6, np.int8)))
    lit = layers.sum(axis=1) > 0
    assert np.all((found["depth"][lit] >= 1 - 1e-9) & (found["depth"][lit] <= n_layers + 1e-9))
    assert np.all(found["depth"][~lit] == 0)
    assert np.all(found["depth_width"] <= n_layers / 2)
    assert all(np.all(np.isfinite(values)) for values in found.values())


def test_what_are_no_showers_is_refused(shipped) -> None:
    with pytest.raises(DataError, match="CaloChallenge file"):
        as_showers(shipped.content)
