"""What is saved is read again by the same door as the users' files."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.config.data import JetFile, ParametrisedShowers
from qdiffgui.config.representation import LogPolar as LogPolarSettings
from qdiffgui.config.representation import Observables as ObservablesSettings
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.observables import observables
from qdiffgui.data.representations.logpolar import LogPolar
from qdiffgui.data.representations.observables import Observables
from qdiffgui.data.save import save_physical
from qdiffgui.data.showers import load_showers
from qdiffgui.data.types import Dataset, Jets, Table


@pytest.mark.parametrize("name", ["jets.h5", "jets.npz"])
def test_generated_jets_come_back(tmp_path: Path, shipped: Dataset, name: str) -> None:
    representation = LogPolar(LogPolarSettings())
    representation.fit(shipped.content, shipped.classes)
    encoded = representation.encode(shipped.content)
    decoded = representation.decode(encoded.x, encoded.label)
    save_physical(tmp_path / name, decoded)
    found = describe(tmp_path / name)
    assert found.n == 2000
    assert found.counts["quark"] == int((shipped.content.label == 1).sum())
    again = load_file(JetFile(path=str(tmp_path / name))).content
    assert isinstance(again, Jets)
    true = observables(decoded)
    for key, values in observables(again).items():
        if name == "jets.h5" or key in (
            "mass",
            "multiplicity",
            "ptd",
            "pt",
        ):  # an npz jet has its axis found anew
            np.testing.assert_allclose(values, true[key], rtol=2e-3, atol=1e-2)


def test_generated_observables_come_back(tmp_path: Path, shipped: Dataset) -> None:
    representation = Observables(ObservablesSettings())
    representation.fit(shipped.content, shipped.classes)
    encoded = representation.encode(shipped.content)
    save_physical(tmp_path / "jets.h5", representation.decode(encoded.x, encoded.label))
    found = describe(tmp_path / "jets.h5")
    assert (found.format, found.n) == ("observables", 2000)
    assert found.ranges["Jet mass"][2] == "GeV"
    data = load_file(JetFile(path=str(tmp_path / "jets.h5")))
    assert isinstance(data.content, Table)
    assert data.classes == {0: "gluon", 1: "quark"}
    np.testing.assert_allclose(representation.encode(data.content).x, encoded.x, atol=1e-2)


def test_showers_are_saved_with_their_units(tmp_path: Path) -> None:
    content = load_showers(ParametrisedShowers(n_showers=30)).content
    save_physical(tmp_path / "showers.h5", content)
    with h5py.File(tmp_path / "showers.h5") as file:
        np.testing.assert_array_equal(file["showers/layers"], content.layers)
        np.testing.assert_array_equal(file["showers/incident"], content.incident)
        assert file["showers/layers"].attrs["unit"] == "GeV"
