from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qdiffgui.config.data import Circle
from qdiffgui.data.ensembles import load_circle
from qdiffgui.data.observables import OBSERVABLES, UNITS, names_for, observables
from qdiffgui.data.types import Images, Jets, Table
from qdiffgui.errors import DataError
from tests.data.conftest import make_jets


def test_two_particles_by_hand() -> None:
    """Two massless particles of 60 and 40 GeV, 0.2 apart in azimuth."""
    jets = Jets(
        pt=np.float32([60, 40]),
        eta=np.float32([0, 0]),
        phi=np.float32([-0.08, 0.12]),
        offsets=np.array([0, 2]),
        label=np.int8([0]),
        jet_pt=np.float32([0]),
    )
    found = {name: float(value[0]) for name, value in observables(jets).items()}
    assert found["mass"] == pytest.approx(np.sqrt(2 * 60 * 40 * (1 - np.cos(0.2))), rel=1e-5)
    assert found["pt"] == pytest.approx(
        np.sqrt(60**2 + 40**2 + 2 * 60 * 40 * np.cos(0.2)), rel=1e-6
    )
    assert found["multiplicity"] == 2
    assert found["ptd"] == pytest.approx(np.sqrt(0.36 + 0.16), rel=1e-6)
    assert found["girth"] == pytest.approx(0.6 * 0.08 + 0.4 * 0.12, rel=1e-6)
    assert found["width"] == pytest.approx(found["girth"] / 0.4, rel=1e-9)
    assert found["lha"] == pytest.approx(0.6 * np.sqrt(0.2) + 0.4 * np.sqrt(0.3), rel=1e-6)


def test_a_single_particle_has_its_own_mass() -> None:
    jets = Jets(
        pt=np.float32([500]),
        eta=np.float32([0]),
        phi=np.float32([0]),
        offsets=np.array([0, 1]),
        label=np.int8([0]),
        jet_pt=np.float32([500]),
        pid=np.int32([-2212]),
    )
    assert observables(jets, ["mass"])["mass"][0] == pytest.approx(0.938272, rel=1e-4)
    assert observables(replace(jets, pid=None), ["mass"])["mass"][0] == pytest.approx(0.0, abs=1e-3)


def test_empty_jets_give_zeros() -> None:
    found = observables(make_jets([0, 3, 0]))
    for values in found.values():
        assert np.all(values[[0, 2]] == 0)
        assert np.all(np.isfinite(values))


def test_every_observable_has_a_unit_and_a_label() -> None:
    assert UNITS["mass"] == "GeV"
    for key, item in OBSERVABLES.items():
        assert item.row()["key"] == key
        assert item.label


def test_images_with_an_angle_are_jets() -> None:
    pixels = np.zeros((2, 9, 9), np.float32)
    pixels[:, 4, 4], pixels[:, 2, 4] = 3.0, 1.0
    images = Images(pixels, np.int8([0, 1]), pixel_size=0.05)
    assert names_for(images) == tuple(OBSERVABLES)
    found = observables(images)
    assert found["multiplicity"].tolist() == [2, 2]
    # axis at a quarter of the way: 3 at 0.025, 1 at 0.075
    assert found["girth"][0] == pytest.approx(0.75 * 0.025 + 0.25 * 0.075, rel=1e-5)


def test_what_has_no_observables_says_so() -> None:
    digits = Images(np.ones((2, 8, 8), np.float32), np.int8([0, 1]))
    states = load_circle(Circle(n_states=20)).content
    assert names_for(digits) == names_for(states) == ()
    with pytest.raises(DataError, match="angular size"):
        observables(digits, ["mass"])
    with pytest.raises(DataError, match="quantum states"):
        observables(states, ["mass"])
    with pytest.raises(DataError, match="'colour'"):
        observables(make_jets([2]), ["colour"])


def test_a_table_gives_what_it_holds() -> None:
    table = Table({"mass": np.array([1.0, 2.0])}, np.int8([0, 1]))
    assert list(observables(table)) == ["mass"]
    with pytest.raises(DataError, match="width"):
        observables(table, ["width"])
