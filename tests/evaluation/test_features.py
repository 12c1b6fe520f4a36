"""What evaluation looks at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.config.data import ParametrisedShowers, QuarkGluonJets
from qdiffgui.config.representation import Image, LogPolar, Observables
from qdiffgui.config.representation import Layers as LayersSettings
from qdiffgui.data.representations.image import Image as ImageOf
from qdiffgui.data.representations.layers import Layers
from qdiffgui.data.representations.logpolar import LogPolar as LogPolarOf
from qdiffgui.data.representations.observables import Observables as ObservablesOf
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.showers import load_showers
from qdiffgui.data.types import Images
from qdiffgui.evaluation.features import describe_observable, extract_features, image_moments


@pytest.fixture(scope="module")
def jets():
    return load_jets(QuarkGluonJets(n_jets=300)).content


def test_vectors_are_compared_with_the_held_out_jets_as_they_are(jets):
    representation = ObservablesOf(Observables())
    representation.fit(jets, {0: "gluon", 1: "quark"})
    encoded = representation.encode(jets)
    real = extract_features(encoded, representation, content=jets)
    assert tuple(real.observables) == ("mass", "multiplicity", "ptd", "width")
    np.testing.assert_array_equal(real.observables["multiplicity"], np.diff(jets.offsets))
    decoded = extract_features(encoded, representation)
    np.testing.assert_array_equal(decoded.observables["multiplicity"], np.diff(jets.offsets))
    np.testing.assert_array_equal(real.features, encoded.x)


def test_maps_are_compared_after_decoding_without_multiplicity(jets):
    representation = LogPolarOf(LogPolar())
    representation.fit(jets, {})
    encoded = representation.encode(jets)
    view = extract_features(encoded, representation, content=jets)
    assert tuple(view.observables) == ("mass", "ptd", "width", "lha")
    assert view.features.shape == (300, 16)
    kept = LogPolarOf(LogPolar(scale_state=True))
    kept.fit(jets, {})
    assert "pt" in extract_features(kept.encode(jets), kept).observables
    assert len(view.take(np.arange(7))) == 7


def test_a_blank_map_is_a_jet_without_anything(jets):
    representation = LogPolarOf(LogPolar())
    representation.fit(jets, {})
    encoded = representation.encode(jets.take(np.arange(5)))
    blank = extract_features(
        type(encoded)(np.zeros_like(encoded.x), encoded.label, encoded.spec), representation
    )
    assert all((values == 0).all() for values in blank.observables.values())


def test_images_without_an_angle_have_moments():
    pixels = np.zeros((2, 4, 6), np.float32)
    pixels[0, 1, 2] = 3
    pixels[1, 0, 0] = pixels[1, 2, 0] = 5
    found = image_moments(pixels)
    np.testing.assert_allclose(found["row"], [1, 1])
    np.testing.assert_allclose(found["column"], [2, 0])
    np.testing.assert_allclose(found["spread"], [0, 1])
    np.testing.assert_allclose(found["concentration"], [1, np.sqrt(0.5)], rtol=1e-6)
    representation = ImageOf(Image(size=2))
    images = Images(pixels, np.zeros(2, np.int8))
    representation.fit(images, {})
    assert set(extract_features(representation.encode(images), representation).observables) == set(
        found
    )


@given(st.floats(0.1, 1e4), st.integers(0, 2**31))
def test_moments_do_not_depend_on_brightness(scale, seed):
    pixels = np.random.default_rng(seed).random((3, 4, 4))
    for name, values in image_moments(pixels).items():
        np.testing.assert_allclose(
            values, image_moments(scale * pixels)[name], rtol=1e-6, atol=1e-6
        )


def test_a_blank_image_gives_zeros():
    assert all((v == 0).all() for v in image_moments(np.zeros((2, 3, 3))).values())


def test_labels_and_units():
    assert describe_observable("mass") == ("Jet mass", "GeV")
    assert describe_observable("spread")[1] == "pixels"
    assert describe_observable("something else") == ("something else", "")


def test_a_classifier_of_showers_sees_no_cells_of_energy():
    """Their sum is the same in every real shower, and never exactly in generated ones."""
    data = load_showers(ParametrisedShowers(n_showers=200))
    representation = Layers(LayersSettings())
    representation.fit(data.content, data.classes)
    encoded = representation.encode(data.content)
    seen = extract_features(encoded, representation)
    assert seen.features.shape == (200, 14)
    np.testing.assert_allclose(
        seen.features[:, :13].sum(axis=1), seen.observables["ratio"], rtol=1e-5
    )
    np.testing.assert_allclose(np.exp(seen.features[:, 13]), data.content.incident, rtol=1e-4)
    other = replace(encoded, x=encoded.x.copy())
    other.x[:, 14:] *= 1.1
    np.testing.assert_allclose(
        extract_features(other, representation).features, seen.features, atol=1e-5
    )
