"""Images of three channels: which particle counts where, exact there and back, files with
channels.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.config import representation as config
from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.observables import masses, observables
from qdiffgui.data.ragged import flatten, sum_by
from qdiffgui.data.representations.channels import PSEUDO_IDS, Channels, channel_of
from qdiffgui.data.representations.image import Image
from qdiffgui.data.types import Dataset, Images, Jets
from qdiffgui.errors import DataError
from tests.data import files
from tests.data.conftest import make_jets

IDS = np.array([22, 211, -211, 130, 2212, -2112, 321, 11, -13, 310])


def fitted(content, size: int = 16) -> Channels:
    representation = Channels(config.Channels(size=size))
    representation.fit(content, {0: "gluon", 1: "quark"})
    return representation


def test_particles_count_in_the_channel_of_their_kind(shipped: Dataset) -> None:
    assert channel_of(IDS).tolist() == [1, 0, 0, 2, 0, 2, 0, 0, 0, 2]
    assert channel_of(PSEUDO_IDS).tolist() == [0, 1, 2]
    assert not masses(PSEUDO_IDS).any()
    jets = shipped.content
    x = fitted(jets).encode(jets).x
    flat = flatten(jets)
    for channel in range(3):
        share = sum_by(flat.jet, np.where(channel_of(jets.pid) == channel, flat.z, 0), len(jets))
        np.testing.assert_allclose(x[:, channel].sum(axis=(1, 2)), share, atol=1e-5)
    assert x.sum(axis=(2, 3)).mean(axis=0) == pytest.approx([0.62, 0.26, 0.12], abs=0.05)


def test_added_up_they_are_the_image_of_one_channel(shipped: Dataset) -> None:
    one = Image(config.Image(size=16))
    one.fit(shipped.content, shipped.classes)
    x = fitted(shipped.content).encode(shipped.content).x
    np.testing.assert_allclose(x.sum(axis=1), one.encode(shipped.content).x, atol=1e-6)


@given(
    st.lists(st.integers(1, 12), min_size=2, max_size=8), st.integers(0, 10**6), st.integers(4, 20)
)
@settings(max_examples=40, deadline=None)
def test_any_jets_make_the_round_trip(held: list[int], seed: int, size: int) -> None:
    jets = make_jets(held, seed)
    jets = replace(jets, pid=np.random.default_rng(seed).choice(IDS, len(jets.pt)).astype(np.int32))
    representation = fitted(jets, size)
    encoded = representation.encode(jets)
    np.testing.assert_allclose(encoded.x.sum(axis=(1, 2, 3)), 1, rtol=1e-5)
    decoded = representation.decode(encoded.x, encoded.label, seed=1)
    assert isinstance(decoded, Jets)
    np.testing.assert_allclose(representation.encode(decoded).x, encoded.x, atol=2e-6)
    again = Channels(config.Channels(size=size))
    again.load_state(representation.state())
    assert again.spec == representation.spec
    assert np.array_equal(again.decode(encoded.x, encoded.label, seed=1).pt, decoded.pt)


def test_faint_pixels_bring_no_mass(shipped: Dataset) -> None:
    representation = fitted(shipped.content)
    x = np.full((1, 3, 16, 16), 1e-9, np.float32)
    x[0, 0, 8, 8] = 1
    assert (
        observables(representation.decode(x, np.array([0])))["mass"][0] < 1
    )  # kaons would bring 250 GeV


def parquet(path: Path) -> Path:
    return files.parquet(
        path, np.where(np.random.default_rng(2).random((24, 3, 125, 125)) > 0.99, 1.5, 0)
    )


@pytest.mark.parametrize("make", [files.cms, parquet])
def test_channels_of_cms_images_stay_apart(make, tmp_path: Path) -> None:
    path = str(make(tmp_path / "cms.file"))
    apart = load_file(JetFile(path=path, channels="separate"))
    assert isinstance(apart.content, Images)
    assert apart.content.channels == ("Tracks", "ECAL", "HCAL")
    assert apart.content.pixels.shape[1:] == (3, 125, 125)
    np.testing.assert_allclose(
        apart.content.summed, load_file(JetFile(path=path)).content.pixels, rtol=1e-6
    )
    representation = fitted(apart.content)
    encoded = representation.encode(apart.content)
    decoded = representation.decode(encoded.x, encoded.label)
    assert isinstance(decoded, Jets)
    np.testing.assert_allclose(
        representation.encode(decoded).x.sum(axis=(2, 3)), encoded.x.sum(axis=(2, 3)), atol=1e-5
    )
    one = Image(config.Image(size=8))
    one.fit(apart.content, apart.classes)
    one.encode(apart.content)
    assert set(observables(apart.content, ["mass", "width"])) == {"mass", "width"}


def test_images_without_an_angle_come_back_as_images(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((40, 16, 16, 3)).astype(np.float32)
    files.write(tmp_path / "few.h5", X=x, y=np.arange(40) % 2)
    data = load_file(JetFile(path=str(tmp_path / "few.h5"), channels="separate"))
    representation = fitted(data.content, 8)
    encoded = representation.encode(data.content)
    np.testing.assert_allclose(encoded.x[0, 2, 0, 0], x[0, :2, :2, 2].sum() / x[0].sum(), rtol=1e-5)
    decoded = representation.decode(encoded.x, encoded.label)
    assert isinstance(decoded, Images)
    np.testing.assert_allclose(representation.encode(decoded).x, encoded.x, atol=1e-6)


def test_what_has_no_channels_is_refused(shipped: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="PDG id"):
        fitted(make_jets([3, 4]))
    summed = load_file(JetFile(path=str(files.cms(tmp_path / "cms.h5"))))
    with pytest.raises(DataError, match=r"these have 1: set data\.channels to 'separate'"):
        fitted(summed.content)
