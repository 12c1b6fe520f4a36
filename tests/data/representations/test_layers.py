"""Shower layers beside the incident energy: exact there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.config import representation as config
from qdiffgui.config.data import Circle, JetFile, ParametrisedShowers
from qdiffgui.data.ensembles import load_circle
from qdiffgui.data.files import load_file
from qdiffgui.data.representations.layers import ENERGY_SHARE, Layers
from qdiffgui.data.showers import load_showers
from qdiffgui.data.types import Showers
from qdiffgui.errors import DataError
from tests.data import files


def fitted(content) -> Layers:
    representation = Layers(config.Layers())
    representation.fit(content, {0: "low", 1: "high"})
    return representation


def test_thirteen_layers_fill_four_qubits_and_come_back() -> None:
    content = load_showers(ParametrisedShowers(n_showers=500)).content
    representation = fitted(content)
    encoded = representation.encode(content)
    assert encoded.x.shape == (500, 16, 1)
    assert np.all(encoded.x >= 0)
    np.testing.assert_allclose(encoded.x.sum(axis=(1, 2)), 1, rtol=1e-5)
    np.testing.assert_allclose(encoded.x[:, 14:].sum(axis=(1, 2)), ENERGY_SHARE, rtol=1e-5)
    decoded = representation.decode(encoded.x, encoded.label)
    np.testing.assert_allclose(decoded.layers, content.layers, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(decoded.incident, content.incident, rtol=1e-5)
    again = Layers(config.Layers())
    again.load_state(representation.state())
    assert again.spec == representation.spec
    assert np.array_equal(again.encode(content).x, encoded.x)
    assert np.array_equal(again.decode(encoded.x, encoded.label).layers, decoded.layers)


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 10**6), st.booleans())
@settings(max_examples=50, deadline=None)
def test_any_showers_make_the_round_trip(
    n: int, n_layers: int, seed: int, one_energy: bool
) -> None:
    rng = np.random.default_rng(seed)
    incident = np.full(n, 7.0) if one_energy else rng.lognormal(2, 2, n)
    layers = (
        rng.dirichlet(np.ones(n_layers + 1), n)[:, :-1] * incident[:, None] * rng.uniform(0.1, 1.5)
    )
    showers = Showers(layers.astype(np.float32), incident.astype(np.float32), np.zeros(n, np.int8))
    representation = fitted(showers)
    encoded = representation.encode(showers)
    np.testing.assert_allclose(encoded.x.sum(axis=(1, 2)), 1, rtol=1e-5)
    decoded = representation.decode(encoded.x, encoded.label)
    np.testing.assert_allclose(decoded.incident, showers.incident, rtol=1e-4)
    np.testing.assert_allclose(
        decoded.layers, showers.layers, rtol=1e-3, atol=1e-5 * float(incident.max())
    )
    np.testing.assert_allclose(representation.encode(decoded).x, encoded.x, atol=2e-6)


@given(hnp.arrays(np.float32, (4, 16, 1), elements=st.floats(width=32)))
@settings(max_examples=40, deadline=None)
def test_anything_decodes_to_showers(x: np.ndarray) -> None:
    decoded = fitted(load_showers(ParametrisedShowers(n_showers=50)).content).decode(
        x, np.array([0, 1, -1, 0])
    )
    assert decoded.layers.shape == (4, 13)
    assert np.all(np.isfinite(decoded.layers))
    assert np.all(decoded.layers >= 0)
    assert np.all(decoded.incident > 0)


@pytest.mark.parametrize(("n_voxels", "n_cells"), [(368, 8), (6480, 48)])
def test_files_of_the_calochallenge_have_layers(n_voxels: int, n_cells: int, tmp_path) -> None:
    content = load_file(JetFile(path=str(files.calo(tmp_path / "c.h5", n_voxels)))).content
    representation = fitted(content)
    encoded = representation.encode(content)
    assert encoded.x.shape == (24, n_cells, 1)
    np.testing.assert_allclose(
        representation.decode(encoded.x, encoded.label).incident * 1000,
        content.facts["incident_energy"],
        rtol=1e-4,
    )


def test_jets_and_states_are_no_showers(shipped) -> None:
    for content in (shipped.content, load_circle(Circle(n_states=20)).content):
        with pytest.raises(DataError, match="Layer energies need calorimeter showers"):
            fitted(content)
