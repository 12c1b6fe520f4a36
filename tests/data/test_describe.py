"""Every good file is named and counted, and what is loaded from it is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config.data import JetFile, QuarkGluonJets
from qdiffgui.config.representation import Image as ImageSettings
from qdiffgui.config.representation import LogPolar as LogPolarSettings
from qdiffgui.data import describe as describe_module
from qdiffgui.data import files as files_module
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.formats import layout as layout_module
from qdiffgui.data.observables import observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representations.image import Image
from qdiffgui.data.representations.logpolar import LogPolar
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.sniff import CONTAINERS
from qdiffgui.data.types import Images, Jets
from qdiffgui.errors import DataError
from qdiffgui.registry import Entry
from tests.data import files

HALF = {"gluon": 20, "quark": 20}


@pytest.mark.parametrize(
    ("name", "make", "key", "counts"),
    [
        ("QG.npz", files.energyflow, "energyflow", HALF),
        ("any name", files.energyflow, "energyflow", HALF),
        ("g.hdf5", files.jetnet, "jetnet", {"gluon": 40}),
        ("t150.hdf5", files.jetnet, "jetnet", {"top": 40}),
        ("mine.hdf5", files.jetnet, "jetnet", {"unlabeled": 40}),
        ("cms.h5", files.cms, "cms-images", {"gluon": 12, "quark": 12}),
        ("cms2.h5", partial(files.cms, name="X_jet"), "cms-images", {"gluon": 12, "quark": 12}),
        ("reduced.h5", files.reduced, "reduced-images", HALF),
        ("1p.h5", partial(files.calo, n_voxels=368), "calo-challenge", {"unlabeled": 24}),
        ("1pi.h5", partial(files.calo, n_voxels=533), "calo-challenge", {"unlabeled": 24}),
        ("2.h5", partial(files.calo, n_voxels=6480), "calo-challenge", {"unlabeled": 24}),
        ("3.h5", partial(files.calo, n_voxels=40500), "calo-challenge", {"unlabeled": 24}),
        ("own.h5", files.own, "qdiffgui", HALF),
    ],
)
def test_named_and_counted(
    tmp_path: Path, name: str, make: Callable[[Path], Path], key: str, counts: dict[str, int]
) -> None:
    path = tmp_path / name
    made = make(path)
    if not path.exists():
        Path(f"{made}.npz").rename(path)  # numpy adds the ending
    found = describe(path)
    assert found.format == key
    assert dict(found.counts) == counts
    assert found.n == found.n_checked == sum(counts.values())
    assert found.usable
    assert json.loads(json.dumps(found.to_json()))["n"] == found.n
    assert any(str(found.n) in line for line in found.lines())
    data = load_file(JetFile(path=str(path)))
    assert len(data) == found.n
    assert set(data.classes.values()) == set(counts) - {"unlabeled"}


@pytest.mark.parametrize(
    ("name", "key", "counts"),
    [
        ("qg_jets_50k.h5", "qdiffgui", {"gluon": 25000, "quark": 25000}),
        ("cms_qg_16x16_1k.h5", "reduced-images", {"gluon": 497, "quark": 503}),
        (
            "formats/QCDToGGQQ_IMGjet_RH1all_jet0_run0_n20.test.snappy.parquet",
            "cms-parquet",
            {"gluon": 10, "quark": 10},
        ),
        ("formats/QG_jets.npz", "energyflow", {"gluon": 93, "quark": 107}),
        ("formats/dataset_2_fixture.hdf5", "calo-challenge", {"unlabeled": 100}),
        ("formats/g.hdf5", "jetnet", {"gluon": 100}),
        ("formats/q.hdf5", "jetnet", {"quark": 100}),
        ("formats/t.hdf5", "jetnet", {"top": 100}),
        ("formats/w.hdf5", "jetnet", {"W": 100}),
        ("formats/z.hdf5", "jetnet", {"Z": 100}),
        ("formats/quark-gluon_data-set_n60.hdf5", "cms-images", {"gluon": 30, "quark": 30}),
    ],
)
def test_the_founders_files(shared: Path, name: str, key: str, counts: dict[str, int]) -> None:
    found = describe(shared / "data" / name)
    assert found.format == key
    assert dict(found.counts) == counts
    assert found.usable
    if counts.keys() == {"gluon", "quark"} and "images" in found.noun + key:
        expected = "says nothing about the labels" if name == "cms_qg_16x16_1k.h5" else "look right"
        assert any(expected in note for note in found.notes)
    assert len(load_file(JetFile(path=str(shared / "data" / name), n_jets=1000))) >= 20


def test_blank_images_are_left_out_and_told(shared: Path) -> None:
    path = shared / "data" / "cms_qg_16x16_1k.h5"
    assert any("250 of 1000 images (25%) are blank" in note for note in describe(path).notes)
    data = load_file(JetFile(path=str(path)))
    assert len(data) == 750
    assert data.content.pixels.any(axis=(1, 2)).all()
    assert any("250 blank" in note for note in data.notes)


def test_energyflow_jets_come_out_about_their_axis(shared: Path) -> None:
    """The founders' npz file holds shipped jets: equal observables after finding the axis anew."""
    jets = load_file(JetFile(path=str(shared / "data/formats/QG_jets.npz"))).content
    assert isinstance(jets, Jets)
    found, expected = (
        observables(jets),
        observables(load_jets(QuarkGluonJets(n_jets=20000)).content),
    )
    for name in ("mass", "width", "lha", "ptd", "multiplicity", "pt"):
        assert found[name].mean() == pytest.approx(expected[name].mean(), rel=0.1)
    energy_centre = np.bincount(
        np.repeat(np.arange(len(jets)), np.diff(jets.offsets)), jets.pt * jets.phi
    )
    np.testing.assert_allclose(energy_centre / jets.jet_pt, 0, atol=2e-3)


def test_energyflow_axis_by_hand(tmp_path: Path) -> None:
    x = np.zeros((20, 3, 4))
    x[:, :2] = [[30, 1.0, 6.2, 22], [30, 1.0, 0.2, 22]]  # across azimuth 0
    x[10:, 2] = [1, 1.0, 6.2 + (0.2 + 2 * np.pi - 6.2) / 2, 22]  # or jets would be equal
    files.energyflow(tmp_path / "f.npz", 20, X=x, y=np.zeros(20))
    jets = load_file(JetFile(path=str(tmp_path / "f.npz"))).content
    half = (0.2 + 2 * np.pi - 6.2) / 2
    np.testing.assert_allclose(sorted(jets.phi[:2]), [-half, half], rtol=1e-4)
    np.testing.assert_allclose(jets.jet_pt[:10], 60 * np.cos(half), rtol=1e-5)


def test_jetnet_particles_are_in_gev(tmp_path: Path) -> None:
    jets = load_file(JetFile(path=str(files.jetnet(tmp_path / "w.hdf5")))).content
    assert np.diff(jets.offsets).tolist() == [10] * 40
    np.testing.assert_allclose(jets.pt, 100, rtol=1e-6)


def test_cms_channels(tmp_path: Path) -> None:
    path = files.cms(tmp_path / "cms.h5")
    with h5py.File(path) as file:
        x = file["X_jets"][:]
    both = load_file(JetFile(path=str(path))).content
    tracks = load_file(JetFile(path=str(path), channels="tracks")).content
    assert isinstance(both, Images)
    np.testing.assert_allclose(both.pixels, x.sum(axis=3), rtol=1e-6)
    assert np.array_equal(tracks.pixels, x[..., 0])
    assert both.pixel_size == pytest.approx(0.0174)


def test_calorimeter_noise_counts_as_nothing(tmp_path: Path) -> None:
    path = files.change(files.cms(tmp_path / "cms.h5"), "X_jets", (3, 60, 60, 1), -0.5)
    content = load_file(JetFile(path=str(path))).content
    assert content.pixels.min() == 0


def test_cms_images_are_shown_in_every_way(tmp_path: Path) -> None:
    data = load_file(JetFile(path=str(files.cms(tmp_path / "cms.h5"))))
    for representation in (
        LogPolar(LogPolarSettings()),
        Image(ImageSettings(size=8)),
        Image(ImageSettings(size=16, pooling="nearest")),
    ):
        representation.fit(data.content, data.classes)
        x = representation.encode(data.content).x
        np.testing.assert_allclose(x.sum(axis=(1, 2)), 1.0, rtol=1e-5)
        decoded = representation.decode(x, data.content.label)
        assert isinstance(decoded, Jets)
        np.testing.assert_allclose(flatten(decoded).total, 520, rtol=1e-4)
    assert observables(data.content)["pt"].max() < 521


def test_parquet_is_the_same_as_hdf5(shared: Path) -> None:
    """The two files of the founders hold the same first jets."""
    folder = shared / "data/formats"
    parquet = load_file(JetFile(path=str(next(folder.glob("*.parquet"))))).content
    hdf5 = load_file(JetFile(path=str(folder / "quark-gluon_data-set_n60.hdf5"))).content
    np.testing.assert_allclose(parquet.facts["pt"], hdf5.facts["pt"][:20])
    assert np.array_equal(parquet.label, hdf5.label[:20])
    assert parquet.pixels.shape == (20, 125, 125)


@pytest.mark.parametrize(
    ("n_voxels", "shape"), [(368, (5, 190)), (533, (7, 160)), (6480, (45, 144)), (40500, (45, 900))]
)
def test_showers_are_images_of_layers(
    tmp_path: Path, n_voxels: int, shape: tuple[int, int]
) -> None:
    path = files.calo(tmp_path / "calo.h5", n_voxels)
    content = load_file(JetFile(path=str(path))).content
    assert content.pixels.shape == (24, *shape)
    assert content.unit == "MeV"
    with h5py.File(path) as file:
        np.testing.assert_allclose(
            content.pixels.sum(axis=(1, 2)), file["showers"][:].sum(axis=1), rtol=1e-5
        )
        np.testing.assert_allclose(
            content.facts["incident_energy"], file["incident_energies"][:, 0], rtol=1e-6
        )


def test_one_class_and_no_more_than_asked_for(tmp_path: Path) -> None:
    path = files.own(tmp_path / "own.h5", n=100)
    both = load_file(JetFile(path=str(path), n_jets=30))
    assert np.bincount(both.content.label).tolist() == [15, 15]
    quarks = load_file(JetFile(path=str(path), classes="quark"))
    assert set(quarks.content.label) == {1}
    assert quarks.classes == {1: "quark"}


def test_a_file_sorted_by_class_gives_both(tmp_path: Path) -> None:
    files.energyflow(tmp_path / "f.npz", 100, y=np.repeat([0.0, 1.0], 50))
    data = load_file(JetFile(path=str(tmp_path / "f.npz"), n_jets=40))
    assert np.bincount(data.content.label).tolist() == [20, 20]


def test_slices_join_to_the_same_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [
        files.energyflow(tmp_path / "f.npz"),
        files.reduced(tmp_path / "r.h5"),
        files.own(tmp_path / "o.h5"),
    ]
    whole = [load_file(JetFile(path=str(path))).digest for path in paths]
    monkeypatch.setattr(layout_module, "SLICE_BYTES", 1500)
    assert [load_file(JetFile(path=str(path))).digest for path in paths] == whole
    assert [describe(path).n_checked for path in paths] == [40, 40, 40]
    monkeypatch.setattr(describe_module, "SCAN_BYTES", 6000)
    part = describe(paths[0])
    assert part.n_checked < part.n == 40
    assert any("spread over the file" in note for note in part.notes)


def test_images_beyond_memory_are_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.reduced(tmp_path / "r.h5", n=200)
    monkeypatch.setattr(layout_module, "SLICE_BYTES", 10 * 1024)
    monkeypatch.setattr(files_module, "MAX_LOADED_BYTES", 50 * 1024)
    data = load_file(JetFile(path=str(path)))
    assert len(data) == 50
    assert any("first 50" in note for note in data.notes)


def test_the_shipped_file_loads_alike_by_both_ways(shared: Path) -> None:
    one = load_jets(QuarkGluonJets(n_jets=50000)).content
    two = load_file(JetFile(path=str(shared / "data/qg_jets_50k.h5"))).content
    for name in ("pt", "eta", "phi", "pid", "offsets", "label", "jet_pt"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


def test_a_link_within_its_folder_is_fine(tmp_path: Path) -> None:
    path = files.own(tmp_path / "own.h5")
    (tmp_path / "link.h5").symlink_to(path)
    assert describe(tmp_path / "link.h5").n == 40
    assert describe(path, inside=tmp_path).n == 40


def test_swapped_labels_are_noticed(tmp_path: Path) -> None:
    x = np.zeros((40, 8, 8), np.float32)
    x[:, :2, :2] = 1
    x[1::2] = 1
    files.write(tmp_path / "r.h5", X=x, y=np.arange(40) % 2)
    assert any("swapped" in note for note in describe(tmp_path / "r.h5").notes)


def test_some_empty_jets_are_left_out(tmp_path: Path) -> None:
    x = np.zeros((40, 3, 4))
    x[5:, 0] = [100, 0, 0, 22]
    x[5:, 0, 0] += np.arange(35)
    files.energyflow(tmp_path / "f.npz", 40, X=x)
    assert any("5 of 40 jets" in note for note in describe(tmp_path / "f.npz").notes)
    assert len(load_file(JetFile(path=str(tmp_path / "f.npz")))) == 35


def test_few_jets_are_described_and_not_trained_on(tmp_path: Path) -> None:
    path = files.own(tmp_path / "own.h5", n=12)
    found = describe(path)
    assert not found.usable
    assert "12" in found.problems[0]
    with pytest.raises(DataError, match="at least 20"):
        load_file(JetFile(path=str(path)))


def test_a_class_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="40 top"):
        load_file(JetFile(path=str(files.jetnet(tmp_path / "t.hdf5")), classes="gluon"))


def test_every_format_of_the_catalog_is_named_in_an_error(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not data\n")
    with pytest.raises(DataError, match="is plain text") as caught:
        load_file(JetFile(path=str(path)))
    for entry in catalog.formats.values():
        assert entry.label in str(caught.value)
        assert entry.facts["container"] in CONTAINERS


class _Failing:
    """A file format of a plug-in that matches everything and reads nothing."""

    def __init__(self, fails_early: bool) -> None:
        self.fails_early = fails_early

    def matches(self, source: Any) -> bool:
        if self.fails_early:
            raise AttributeError("no such thing")
        return True

    def open_layout(self, source: Any, path: Path, channels: str = "sum") -> Any:
        raise AttributeError("no such thing")


EARLY, LATE = _Failing(True), _Failing(False)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("EARLY", "'notes.txt' is plain text"),
        ("LATE", "The file format 'odd' of the plug-in 'odd-package' cannot read 'notes.txt'"),
        ("NOTHING", "'notes.txt' is plain text"),
    ],
)
def test_a_format_of_a_plugin_that_fails_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, expected: str
) -> None:
    entry = Entry(
        "odd", "Odd", "Odd.", f"{__name__}:{target}", {"container": "stream"}, plugin="odd-package"
    )
    monkeypatch.setitem(catalog.formats._entries, "odd", entry)
    path = tmp_path / "notes.txt"
    path.write_text("not data\n")
    with pytest.raises(DataError, match=expected):
        load_file(JetFile(path=str(path)))
