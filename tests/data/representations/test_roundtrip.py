"""What every representation must do: be exact where it says so, survive its own state, and take
anything a model gives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.config import representation as config
from qdiffgui.config.data import Circle, Cluster, Digits
from qdiffgui.data.digits import load_digits
from qdiffgui.data.ensembles import load_circle, load_cluster
from qdiffgui.data.observables import observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Dataset, Images, Jets, Table
from qdiffgui.errors import DataError
from tests.data.conftest import make_jets

MAPS = [
    config.LogPolar(),
    config.LogPolar(n_r=16, n_phi=4),
    config.LogPolar(n_r=16, n_phi=4, scale_state=True),
    config.LogPolar(n_r=2, n_phi=1, scale_state=True),
    config.Radial(),
    config.Radial(n_bins=2),
    config.Image(),
    config.Image(size=16, half_width=0.2),
    config.Image(size=16, pooling="nearest"),
]


def build(settings_: config.RepresentationConfig) -> Representation:
    return catalog.representations[settings_.kind].load()(settings_)


def fitted(settings_: config.RepresentationConfig, data: Dataset) -> Representation:
    representation = build(settings_)
    representation.fit(data.content, data.classes)
    return representation


@pytest.mark.parametrize("settings_", MAPS, ids=str)
def test_maps_make_the_round_trip(settings_: config.RepresentationConfig, shipped: Dataset) -> None:
    representation = fitted(settings_, shipped)
    encoded = representation.encode(shipped.content)
    assert encoded.x.shape == (2000, *representation.spec.shape)
    assert encoded.x.dtype == np.float32
    assert encoded.x.min() >= 0
    np.testing.assert_allclose(encoded.x.sum(axis=(1, 2)), 1.0, rtol=1e-5)
    decoded = representation.decode(encoded.x, encoded.label, seed=1)
    assert isinstance(decoded, Jets)
    assert np.array_equal(decoded.label, shipped.content.label)
    again = representation.encode(decoded)
    if getattr(settings_, "pooling", "") == "nearest":
        return  # a second pass takes every so-manyth pixel again
    np.testing.assert_allclose(again.x, encoded.x, atol=1e-6)


@given(
    st.lists(st.integers(1, 12), min_size=2, max_size=8),
    st.integers(0, 10**6),
    st.sampled_from(MAPS[:8]),
)
@settings(max_examples=60, deadline=None)
def test_any_jets_make_the_round_trip(
    counts: list[int], seed: int, settings_: config.RepresentationConfig
) -> None:
    jets = make_jets(counts, seed)
    representation = build(settings_)
    representation.fit(jets, {0: "gluon", 1: "quark"})
    encoded = representation.encode(jets)
    np.testing.assert_allclose(encoded.x.sum(axis=(1, 2)), 1.0, rtol=1e-5)
    np.testing.assert_allclose(
        representation.encode(representation.decode(encoded.x, encoded.label)).x,
        encoded.x,
        atol=2e-6,
    )


def test_the_scale_state_keeps_total_pt(shipped: Dataset) -> None:
    representation = fitted(config.LogPolar(n_r=16, n_phi=4, scale_state=True), shipped)
    encoded = representation.encode(shipped.content)
    total = flatten(shipped.content).total
    np.testing.assert_allclose(encoded.x[:, 15, 0], 1 - total / 600, atol=1e-6)
    assert np.all(encoded.x[:, 15, 1:] == 0)
    decoded = representation.decode(encoded.x, encoded.label)
    np.testing.assert_allclose(flatten(decoded).total, total, rtol=1e-5)


def test_without_it_total_pt_is_drawn_from_its_class(shipped: Dataset) -> None:
    jets = shipped.content
    shifted = replace(
        jets,
        pt=jets.pt
        * np.where(jets.label == 1, 2, 1)[np.repeat(np.arange(2000), np.diff(jets.offsets))],
    )
    representation = fitted(config.LogPolar(), replace(shipped, content=shifted))
    encoded = representation.encode(shifted)
    drawn = flatten(representation.decode(encoded.x, encoded.label, seed=3)).total
    true = flatten(shifted).total
    for label in (0, 1):
        mine = encoded.label == label
        np.testing.assert_allclose(
            np.quantile(drawn[mine], [0.1, 0.5, 0.9]),
            np.quantile(true[mine], [0.1, 0.5, 0.9]),
            rtol=0.01,
        )
    assert not np.array_equal(
        drawn, flatten(representation.decode(encoded.x, encoded.label, seed=4)).total
    )


@pytest.mark.parametrize("settings_", MAPS[:3] + MAPS[4:5], ids=str)
def test_decoding_keeps_the_physics(
    settings_: config.RepresentationConfig, shipped: Dataset
) -> None:
    """Girth on average exactly; mass of massless constituents within what the coarseness allows."""
    representation = fitted(settings_, shipped)
    encoded = representation.encode(shipped.content)
    true = observables(replace(shipped.content, pid=None))
    found = observables(representation.decode(encoded.x, encoded.label))
    assert found["girth"].mean() == pytest.approx(true["girth"].mean(), rel=1e-4)
    coarse = representation.spec.size == 16 and representation.spec.shape[1] == 4
    assert found["mass"].mean() == pytest.approx(true["mass"].mean(), rel=0.12 if coarse else 0.03)
    assert found["pt"].mean() == pytest.approx(true["pt"].mean(), rel=5e-3)


@pytest.mark.parametrize("settings_", [*MAPS, config.Observables(), config.Cloud()], ids=str)
def test_the_state_is_all_there_is(
    settings_: config.RepresentationConfig, shipped: Dataset
) -> None:
    first = fitted(settings_, shipped)
    second = build(settings_)
    second.load_state(first.state())
    assert second.spec == first.spec
    one, two = first.encode(shipped.content, seed=7), second.encode(shipped.content, seed=7)
    assert np.array_equal(one.x, two.x)
    decoded_one, decoded_two = (
        first.decode(one.x, one.label, seed=2),
        second.decode(two.x, two.label, seed=2),
    )
    for name, values in observables(decoded_one).items():
        assert np.array_equal(values, observables(decoded_two)[name])
    assert all(
        isinstance(values, np.ndarray) and values.dtype != object
        for values in first.state().values()
    )


@pytest.mark.parametrize("settings_", MAPS, ids=str)
def test_decoding_takes_what_a_model_may_give(
    settings_: config.RepresentationConfig, shipped: Dataset
) -> None:
    representation = fitted(settings_, shipped)
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (5, *representation.spec.shape)).astype(np.float32)
    x[1] = 0
    x[2, 0, 0] = np.nan
    jets = representation.decode(x, np.array([0, 1, -1, 0, 1]))
    assert len(jets) == 5
    assert np.diff(jets.offsets)[1] == 0
    assert np.all(np.isfinite(jets.pt))
    assert np.all(jets.pt > 0)


def test_observables_are_standardised_and_come_back(shipped: Dataset) -> None:
    representation = fitted(
        config.Observables(names=get_args(config.Observable)),
        shipped,
    )
    encoded = representation.encode(shipped.content, seed=1)
    assert encoded.spec.names[1] == "multiplicity"
    assert np.abs(encoded.x).max() <= 3.5
    np.testing.assert_allclose(encoded.x.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(encoded.x.std(axis=0), 1, atol=0.03)
    decoded = representation.decode(encoded.x, encoded.label)
    assert isinstance(decoded, Table)
    true = observables(shipped.content)
    inside = np.all(np.abs(encoded.x) < 3.5, axis=1)
    assert inside.mean() > 0.98
    for name, values in decoded.values.items():
        np.testing.assert_allclose(values[inside], true[name][inside], rtol=2e-5)
    assert np.array_equal(decoded.values["multiplicity"][inside], true["multiplicity"][inside])
    again = representation.encode(decoded, seed=1)
    np.testing.assert_allclose(again.x[inside], encoded.x[inside], atol=5e-5)


@given(st.lists(st.integers(1, 200), min_size=2, max_size=30), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_counts_come_back_exactly(counts: list[int], seed: int) -> None:
    table = Table({"multiplicity": np.array(counts, dtype=float)}, np.zeros(len(counts), np.int8))
    representation = build(config.Observables(names=("multiplicity",), clip=10.0))
    representation.fit(table, {})
    encoded = representation.encode(table, seed=seed)
    assert representation.decode(encoded.x, encoded.label).values["multiplicity"].tolist() == counts


def test_sum_pooling_keeps_the_intensity() -> None:
    """8x8 digits to 4x4 (divisible) and to 3x3 (by area), the class means of the total included."""
    data = load_digits(Digits())
    for size in (4, 3, 8, 16):
        representation = fitted(config.Image(size=size), data)
        encoded = representation.encode(data.content)
        np.testing.assert_allclose(encoded.x.sum(axis=(1, 2)), 1.0, rtol=1e-5)
        decoded = representation.decode(encoded.x, encoded.label)
        assert isinstance(decoded, Images)
        assert decoded.pixels.shape == (len(data), size, size)
        assert decoded.pixels.sum(axis=(1, 2)).mean() == pytest.approx(
            data.content.pixels.sum(axis=(1, 2)).mean(), rel=0.02
        )
    blocks = data.content.pixels.reshape(-1, 4, 2, 4, 2).sum(axis=(2, 4))
    pooled = fitted(config.Image(size=4), data).encode(data.content).x
    np.testing.assert_allclose(pooled, blocks / blocks.sum(axis=(1, 2), keepdims=True), atol=1e-6)


def test_nearest_takes_single_pixels() -> None:
    pixels = np.arange(2 * 64, dtype=np.float32).reshape(2, 8, 8)
    data = Dataset(Images(pixels, np.int8([0, 1])), "made", "0")
    x = fitted(config.Image(size=4, pooling="nearest"), data).encode(data.content).x
    kept = pixels[:, 1::2, 1::2]
    np.testing.assert_allclose(x, kept / kept.sum(axis=(1, 2), keepdims=True), rtol=1e-5)


def test_a_blank_image_is_the_uniform_one() -> None:
    pixels = np.zeros((3, 8, 8), np.float32)
    pixels[0] = 1
    data = Dataset(Images(pixels, np.int8([0, 1, 0])), "made", "0")
    x = fitted(config.Image(size=2), data).encode(data.content).x
    np.testing.assert_allclose(x, 0.25)


def test_images_with_an_angle_are_cut_to_the_window() -> None:
    pixels = np.zeros((1, 100, 100), np.float32)
    pixels[0, 50, 50], pixels[0, 5, 5] = 2.0, 1.0
    data = Dataset(Images(pixels, np.int8([0]), pixel_size=0.0174), "made", "0")
    representation = fitted(config.Image(size=8), data)
    x = representation.encode(data.content).x[0]
    assert x[4, 4] == pytest.approx(1.0)
    decoded = representation.decode(x[None], np.array([0]))
    assert isinstance(decoded, Jets)
    assert decoded.eta[0] == pytest.approx(0.42 / 8)


def test_states_pass_through() -> None:
    data = load_cluster(Cluster(n_qubits=2, n_states=50))
    representation = fitted(config.State(), data)
    encoded = representation.encode(data.content)
    assert representation.spec.shape == (4,)
    assert np.array_equal(encoded.x, data.content.psi)
    np.testing.assert_allclose(
        np.linalg.norm(representation.decode(3 * encoded.x, encoded.label).psi, axis=1),
        1.0,
        rtol=1e-6,
    )
    again = build(config.State())
    again.load_state(representation.state())
    assert again.spec == representation.spec


@pytest.mark.parametrize("settings_", [*MAPS, config.Observables(), config.Cloud()], ids=str)
def test_states_are_no_jets(settings_: config.RepresentationConfig) -> None:
    data = load_circle(Circle(n_states=20))
    with pytest.raises(DataError, match="quantum states"):
        fitted(settings_, data)


def test_jets_are_no_states(shipped: Dataset) -> None:
    with pytest.raises(DataError, match="cluster"):
        fitted(config.State(), shipped)
