"""Histograms and profiles as plain data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.histograms import as_maps, bins, histograms, mean_map


def view(values: np.ndarray, name: str = "mass") -> Features:
    return Features(values[:, None], {name: values})


def test_densities_integrate_to_what_is_inside():
    rng = np.random.default_rng(0)
    (picture,) = histograms(view(rng.normal(1, 3, 4000)), view(rng.normal(0, 1, 4000)), "gluon")
    width = np.diff(picture["edges"])
    assert (np.array(picture["real"]) * width).sum() == pytest.approx(0.998, abs=2e-3)
    assert (np.array(picture["model"]) * width).sum() < 0.8, (
        "what lies outside is not normalized away"
    )
    assert (picture["label"], picture["unit"], picture["class"]) == ("Jet mass", "GeV", "gluon")


def test_the_floor_is_the_scatter_of_real_samples():
    rng = np.random.default_rng(1)
    real = rng.normal(0, 1, 4000)
    (picture,) = histograms(None, view(real), "all")
    edges = np.array(picture["edges"])
    others = [
        np.histogram(rng.normal(0, 1, 4000), edges)[0] / (4000 * np.diff(edges)) for _ in range(200)
    ]
    scatter = np.std(others, axis=0) * np.sqrt(2)
    middle = slice(10, 30)
    np.testing.assert_allclose(np.array(picture["floor_error"])[middle], scatter[middle], rtol=0.25)
    assert picture["model"] is None


def test_whole_numbers_get_whole_bins():
    edges = bins(np.random.default_rng(2).integers(5, 120, 3000).astype(float))
    widths = np.unique(np.diff(edges))
    assert len(widths) == 1
    assert float(widths[0]).is_integer()
    assert (edges % 1 == 0.5).all()
    assert len(edges) <= 42


def test_equal_values_still_have_a_bin():
    assert (np.diff(bins(np.full(50, 0.3))) > 0).all()


def test_a_profile_is_a_mean_with_its_error():
    rng = np.random.default_rng(3)
    real = rng.dirichlet(np.ones(6), 400).reshape(400, 2, 3).astype(np.float32)
    settings = SimpleNamespace(config=SimpleNamespace(kind="image"), half_width=0.4)
    encoded = Encoded(real, np.zeros(400, np.int8), Spec("map", (2, 3)))
    found = mean_map(encoded.take(np.arange(10)), encoded, settings, "quark")
    np.testing.assert_allclose(found["real"], real.mean(axis=0).ravel(), rtol=1e-4)
    np.testing.assert_allclose(found["error"], real.std(axis=0).ravel() / 20, rtol=1e-4)
    np.testing.assert_allclose(found["model"], real[:10].mean(axis=0).ravel(), rtol=1e-4)
    assert found["shape"] == [2, 3]
    assert found["edges"] is None
    assert found["half_width"] == 0.4


def test_channels_are_added_up():
    x = np.random.default_rng(4).dirichlet(np.ones(12), 30).reshape(30, 3, 2, 2).astype(np.float32)
    encoded = Encoded(x, np.zeros(30, np.int8), Spec("channels", (3, 2, 2)))
    np.testing.assert_allclose(as_maps(encoded), x.sum(axis=1))
    assert mean_map(None, encoded, SimpleNamespace(config=SimpleNamespace(kind="channels")), "all")[
        "shape"
    ] == [2, 2]
