"""Jets from ROOT and parquet files whose columns have free names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdiffgui.config.columns import Columns, parse_columns
from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.formats.columns import match
from qdiffgui.data.types import Jets
from qdiffgui.errors import DataError
from tests.data import files

uproot = pytest.importorskip("uproot")


def load(path: Path, **settings: str) -> Jets:
    content = load_file(JetFile(path=str(path), **settings)).content
    assert isinstance(content, Jets)
    return content


def masses(jets: Jets) -> np.ndarray:
    """Masses of the massless constituents, from coordinates relative to the axis."""
    jet = np.repeat(np.arange(len(jets)), np.diff(jets.offsets))
    pt, eta, phi = (getattr(jets, name).astype(float) for name in ("pt", "eta", "phi"))
    total = [
        np.bincount(jet, part)
        for part in (pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta))
    ]
    return np.sqrt(np.maximum(total[0] ** 2 - total[1] ** 2 - total[2] ** 2 - total[3] ** 2, 0))


@pytest.mark.parametrize("kind", ["tree", "ntuple"])
def test_root_gives_the_jets_that_uproot_wrote(kind: str, tmp_path: Path) -> None:
    import awkward as ak

    jets = load(files.root(tmp_path / "jets.root", kind=kind))
    truth = files.four_momenta()
    counts = np.asarray(ak.num(truth["px"]))
    assert np.array_equal(np.diff(jets.offsets), counts)
    assert np.array_equal(jets.label, np.arange(40) % 2)
    px, py = (np.asarray(ak.flatten(truth[name])) for name in ("px", "py"))
    np.testing.assert_allclose(jets.pt, np.hypot(px, py), rtol=1e-6)
    sums = {name: np.asarray(ak.sum(values, axis=1)) for name, values in truth.items()}
    np.testing.assert_allclose(jets.jet_pt, np.hypot(sums["px"], sums["py"]), rtol=1e-6)
    mass = np.sqrt(sums["energy"] ** 2 - sums["px"] ** 2 - sums["py"] ** 2 - sums["pz"] ** 2)
    np.testing.assert_allclose(masses(jets), mass, rtol=0.03)  # pions became massless


def test_parquet_of_columns_and_of_records_gives_the_same_as_root(tmp_path: Path) -> None:
    jets = load(files.root(tmp_path / "jets.root"))
    for nested in (False, True):
        other = load(files.jagged_parquet(tmp_path / f"{nested}.parquet", nested=nested))
        np.testing.assert_array_equal(other.pt, jets.pt)
        np.testing.assert_array_equal(other.eta, jets.eta)
        np.testing.assert_array_equal(other.offsets, jets.offsets)
        np.testing.assert_array_equal(other.label, jets.label)


def test_momenta_in_mev_are_recognized_and_said(tmp_path: Path) -> None:
    jets = load(files.root(tmp_path / "gev.root"))
    path = files.root(tmp_path / "mev.root", scale=1e3)
    data = load_file(JetFile(path=str(path)))
    assert isinstance(data.content, Jets)
    np.testing.assert_allclose(data.content.pt, jets.pt, rtol=1e-5)
    assert any("MeV" in note and "data.energy_unit" in note for note in data.notes)
    raw = load(path, energy_unit="GeV")
    np.testing.assert_allclose(raw.pt, 1e3 * jets.pt, rtol=1e-5)


def test_mapping_is_given_before_anything_is_read_and_with_the_data(tmp_path: Path) -> None:
    path = files.root(tmp_path / "jets.root")
    shown = []

    def opened(layout: object) -> None:
        shown.append(dict(layout.mapping))  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        describe(path, opened=opened)
    assert shown[0]["px"] == "cand_px"
    assert shown[0]["label"] == "is_quark"
    assert shown[0]["table"] == "Events"
    assert "px = cand_px" in load_file(JetFile(path=str(path))).notes[0]
    assert describe(path).mapping == shown[0]


def test_user_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "odd.root"
    jets = files.four_momenta()
    with uproot.recreate(path) as file:
        for tree in ("one", "two"):
            file.mktree(tree, dict.fromkeys(("a", "b", "c"), "var * float64") | {"k": "int32"})
            file[tree].extend(
                {"a": jets["px"], "b": jets["py"], "c": jets["pz"], "k": np.arange(40) % 2}
            )
    with pytest.raises(DataError, match="'one', 'two': say which with 'tree='"):
        load(path)
    with pytest.raises(DataError, match=r"'a', 'b', 'c'.*data\.columns"):
        load(path, columns="tree=two")
    with pytest.raises(DataError, match="'zz'"):
        load(path, columns="tree=two, px=a, py=b, pz=zz")
    found = load(path, columns="tree=two, px=a, py=b, pz=c, label=k")
    assert np.array_equal(found.label, np.arange(40) % 2)
    with pytest.raises(ValueError, match="Expected pairs such as"):
        JetFile(path=str(path), columns="nonsense")
    with pytest.raises(DataError, match="fixed names"):
        load(files.jetnet(tmp_path / "g.hdf5"), columns="pt=a")


def test_jetclass_has_ten_classes(tmp_path: Path) -> None:
    path = files.jetclass(tmp_path / "jetclass.root")
    data = load_file(JetFile(path=str(path)))
    assert list(data.classes.values())[:3] == ["QCD", "Hbb", "Hcc"]
    assert np.array_equal(data.content.label, 10 + np.arange(40) % 10)
    assert describe(path).format == "jetclass"


def test_lemurs_has_layers_and_angles(tmp_path: Path) -> None:
    import h5py

    path = files.lemurs(tmp_path / "lemurs.h5")
    images = load_file(JetFile(path=str(path))).content
    with h5py.File(path) as file:
        showers, energy = file["showers"][:], file["incident_energy"][:]
    np.testing.assert_allclose(
        images.pixels.sum(axis=2),
        showers.sum(axis=(1, 2)),
        rtol=1e-5,  # type: ignore[union-attr]
    )
    assert images.pixels[3, 7, 5 * 9 + 2] == showers[3, 2, 5, 7]  # type: ignore[union-attr]
    assert np.array_equal(images.facts["incident_energy"], energy)  # type: ignore[union-attr]


def test_match_prefers_the_most_complete_set_and_refuses_to_guess() -> None:
    lists = ["part_pt", "part_eta", "part_phi", "part_energy", "part_charge"]
    assert match(lists, ["label"], {}) == {
        "pt": "part_pt",
        "eta": "part_eta",
        "phi": "part_phi",
        "energy": "part_energy",
        "label": "label",
    }
    with pytest.raises(DataError, match="several"):
        match([*lists, "sv_pt", "sv_eta", "sv_phi"], [], {})
    assert parse_columns("") == {}
    assert Columns().energy_unit == "auto"


def test_bad_values_name_the_jet(tmp_path: Path) -> None:
    import awkward as ak

    path = tmp_path / "bad.root"
    pt = ak.Array([[1.0, 2.0]] * 20 + [[1.0, np.nan]] + [[3.0]] * 20)
    angle = ak.zeros_like(pt)
    with uproot.recreate(path) as file:
        file.mktree("t", dict.fromkeys(("p_pt", "p_eta", "p_phi"), "var * float64"))
        file["t"].extend({"p_pt": pt, "p_eta": ak.nan_to_num(angle), "p_phi": ak.nan_to_num(angle)})
    with pytest.raises(DataError, match=r"NaN in jet 20"):
        load(path)
