"""Clouds of the leading constituents: exact there and back, pT never more than that of the jet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.config import representation as config
from qdiffgui.config.data import JetFile
from qdiffgui.data.clouds import cloud_images, counts, leading
from qdiffgui.data.files import load_file
from qdiffgui.data.observables import observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representations.cloud import Cloud
from qdiffgui.data.types import Dataset
from tests.data import files
from tests.data.conftest import make_jets


def fitted(content, n_particles: int = 30) -> Cloud:
    representation = Cloud(config.Cloud(n_particles=n_particles))
    representation.fit(content, {0: "gluon", 1: "quark"})
    return representation


def test_it_is_what_the_metrics_call_a_cloud(shipped: Dataset) -> None:
    encoded = fitted(shipped.content).encode(shipped.content)
    assert encoded.x.dtype == np.float32
    assert encoded.spec.shape == (30, 3)
    # the scalar sum is at least the pT of the jet, but for the file's rounding
    np.testing.assert_allclose(encoded.x, leading(shipped.content), atol=2e-4)
    assert np.all(np.diff(encoded.x[:, :, 2], axis=1) <= 0)
    assert np.all(encoded.x[:, :, 2].sum(axis=1) <= 1 + 1e-6)


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=8),
    st.integers(0, 10**6),
    st.integers(2, 14),
    st.floats(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_any_jets_make_the_round_trip(
    held: list[int], seed: int, n_particles: int, more: float
) -> None:
    jets = make_jets([1, *held], seed)
    total = flatten(jets).total
    jets = replace(jets, jet_pt=(more * total).astype(np.float32))
    representation = fitted(jets, n_particles)
    encoded = representation.encode(jets)
    assert counts(encoded.x).tolist() == np.minimum([1, *held], n_particles).tolist()
    decoded = representation.decode(encoded.x, encoded.label, seed=1)
    np.testing.assert_allclose(representation.encode(decoded).x, encoded.x, atol=2e-6, rtol=1e-5)
    assert np.all(flatten(decoded).total <= decoded.jet_pt * (1 + 1e-5) + 1e-6)


def test_jets_that_fit_keep_their_physics(shipped: Dataset) -> None:
    jets = replace(shipped.content, pid=None)
    representation = fitted(jets, 150)
    decoded = representation.decode(representation.encode(jets).x, jets.label)
    true, found = observables(jets), observables(decoded)
    for name in ("ptd", "width", "lha", "girth", "multiplicity"):
        np.testing.assert_allclose(found[name], true[name], rtol=2e-4)
    np.testing.assert_allclose(
        found["mass"] / found["pt"], true["mass"] / true["pt"], rtol=2e-3, atol=1e-4
    )


def test_fractions_of_a_file_with_few_particles_are_of_the_jet(tmp_path) -> None:
    """JetNet's pT is relative to the jet, of which a file may lack constituents."""
    data = load_file(JetFile(path=str(files.jetnet(tmp_path / "g.hdf5"))))
    encoded = fitted(data.content).encode(data.content)
    sums = np.add.reduceat(data.content.pt, data.content.offsets[:-1])
    whole = np.maximum(sums, data.content.jet_pt)
    np.testing.assert_allclose(
        encoded.x[:, 0, 2] * whole,
        np.maximum.reduceat(data.content.pt, data.content.offsets[:-1]),
        rtol=1e-5,
    )


@given(hnp.arrays(np.float32, (4, 30, 3), elements=st.floats(width=32)))
@settings(max_examples=40, deadline=None)
def test_anything_decodes_to_jets(x: np.ndarray) -> None:
    jets = fitted(make_jets([3, 40])).decode(x, np.array([0, 1, -1, 0]))
    assert len(jets) == 4
    assert np.all(np.isfinite(jets.pt))
    assert np.all(np.isfinite(jets.eta))
    assert np.all(jets.pt >= 0)
    assert np.all(flatten(jets).total <= jets.jet_pt * (1 + 1e-5))


def test_pictures_hold_all_pt() -> None:
    clouds = leading(make_jets([5, 0, 50]), 30)
    drawn = cloud_images(clouds, 8, 0.4)
    np.testing.assert_allclose(drawn.sum(axis=(1, 2)), clouds[:, :, 2].sum(axis=1))
    one = np.array([[[0.05, -0.35, 0.7]]])
    assert np.argwhere(cloud_images(one, 8, 0.4)[0]).tolist() == [[4, 0]]
    assert cloud_images(one, 8, 0.4)[0, 4, 0] == pytest.approx(0.7)
