"""Samples written for other tools, read back with those tools and with our readers."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.save import save_physical
from qdiffgui.data.showers import as_showers
from qdiffgui.data.types import Jets, Showers, States, Table
from qdiffgui.errors import UserError
from tests.data.conftest import make_jets


def read(path: Path) -> Jets | Table:
    found = load_file(JetFile(path=str(path), energy_unit="GeV")).content
    assert isinstance(found, Jets | Table)
    return found


def test_root_is_read_by_uproot_and_by_us(tmp_path: Path) -> None:
    uproot, ak = pytest.importorskip("uproot"), pytest.importorskip("awkward")
    jets = make_jets([3, 1, 7] * 10)
    save_physical(tmp_path / "jets.root", jets)
    with uproot.open(tmp_path / "jets.root") as file:
        tree = file["jets"].arrays()
    assert np.array_equal(ak.num(tree["constituent_pt"]), np.diff(jets.offsets))
    assert np.array_equal(ak.flatten(tree["constituent_pt"]), jets.pt)
    assert np.array_equal(ak.flatten(tree["constituent_deta"]), jets.eta)
    assert np.array_equal(tree["label"], jets.label)
    again = read(tmp_path / "jets.root")
    for name in ("pt", "eta", "phi", "offsets", "label"):
        assert np.array_equal(getattr(again, name), getattr(jets, name)), name


def test_root_of_observables(tmp_path: Path) -> None:
    pytest.importorskip("uproot")
    values = {"mass": np.linspace(20.0, 90.0, 40), "width": np.linspace(0.01, 0.2, 40)}
    table = Table(values, (np.arange(40) % 2).astype(np.int8))
    save_physical(tmp_path / "table.root", table)
    again = read(tmp_path / "table.root")
    assert isinstance(again, Table)
    assert np.array_equal(again.values["mass"], values["mass"])
    assert np.array_equal(again.label, table.label)


def test_calo_challenge_has_mev_and_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    layers = rng.random((30, 13)).astype(np.float32)
    incident = rng.uniform(10, 100, 30).astype(np.float32)
    showers = Showers(layers, incident, np.full(30, -1, np.int8))
    save_physical(tmp_path / "s.calo.h5", showers)
    with h5py.File(tmp_path / "s.calo.h5") as file:
        np.testing.assert_allclose(file["incident_energies"][:, 0], 1e3 * incident, rtol=1e-6)
        np.testing.assert_allclose(file["showers"][:], 1e3 * layers, rtol=1e-6)
    again = as_showers(load_file(JetFile(path=str(tmp_path / "s.calo.h5"))).content)
    np.testing.assert_allclose(again.layers, layers, rtol=1e-5)
    np.testing.assert_allclose(again.incident, incident, rtol=1e-5)


@pytest.mark.parametrize("name", ["a.root", "a.calo.h5"])
def test_other_samples_are_refused(name: str, tmp_path: Path) -> None:
    states = States(np.eye(2, dtype=np.complex64), np.zeros(2, np.int8))
    with pytest.raises(UserError, match="generates states"):
        save_physical(tmp_path / name, states)
    assert not list(tmp_path.iterdir())
