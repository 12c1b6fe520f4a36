"""Files as people have them: other units, orders, labels and containers are read with a note, or
refused for the right reason; nothing is taken on trust.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.formats.labels import read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON
from qdiffgui.data.plausibility import remarks
from qdiffgui.data.types import Dataset, Images, Jets
from qdiffgui.errors import DataError
from tests.data import files

Array = np.ndarray


def jets(n: int = 120, m: int = 12) -> tuple[Array, Array]:
    """``X`` and ``y`` as EnergyFlow has them: gluons with more particles, axes anywhere."""
    rng = np.random.default_rng(0)
    x, y = np.zeros((n, m, 4)), np.arange(n) % 2
    for jet in range(n):
        k = int(rng.integers(4, 7)) + (0 if y[jet] else 5)
        axis = rng.uniform(-1.7, 1.7), rng.uniform(0, 2 * np.pi)
        x[jet, :k, 0] = rng.exponential(40, k) + 1
        x[jet, :k, 1] = axis[0] + rng.normal(0, 0.1, k)
        x[jet, :k, 2] = axis[1] + rng.normal(0, 0.1, k)
        x[jet, :k, 3] = rng.choice([22, 211, -211, 130, 2212], k)
    return x, y


def save(folder: Path, change: Callable[[Array, Array], dict[str, Array]]) -> Path:
    np.savez(folder / "jets.npz", **change(*jets()))
    return folder / "jets.npz"


def load(path: Path, **settings: Any) -> Dataset:
    """Without any warning of numpy."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_file(JetFile(path=str(path), **settings))


def good(folder: Path) -> Jets:
    (folder / "good").mkdir()
    content = load(save(folder / "good", lambda x, y: {"X": x, "y": y})).content
    assert isinstance(content, Jets)
    return content


def scaled(x: Array, factor: float) -> Array:
    return x * [factor, 1, 1, 1]


def filled(x: Array, value: float) -> Array:
    return np.where(x[:, :, :1] > 0, x, value)


def turned(x: Array) -> Array:
    """Azimuths that were never wrapped."""
    turns = np.zeros_like(x)
    turns[:, :, 2] = 2 * np.pi * (np.arange(len(x)) % 4)[:, None]
    return np.where(x[:, :, :1] > 0, x + turns, 0)


READ = [
    (lambda x, y: {"X": scaled(x, 1e3), "y": y}, "read as MeV"),
    (lambda x, y: {"X": np.asfortranarray(x), "y": y}, "Fortran order"),
    (lambda x, y: {"X": filled(x, np.nan), "y": y}, "NaN count as padding"),
    (lambda x, y: {"X": filled(x, -1), "y": y}, "-1 count as padding"),
    (lambda x, y: {"X": turned(x), "y": y}, "modulo 2π"),
    (lambda x, y: {"X": x, "y": y[:, None]}, ""),
    (lambda x, y: {"X": x, "y": 2 * y - 1}, "-1 is gluon, 1 is quark"),
    (lambda x, y: {"X": x, "y": y.astype(bool)}, "true is quark"),
    (lambda x, y: {"X": x, "y": np.eye(2)[y]}, "column 1 is quark"),
    (lambda x, y: {"X": x, "y": np.where(y, 3, 21)}, "21 is gluon"),
    (lambda x, y: {"X": x, "y": np.array(["gluon", "Quark"])[y]}, "'Quark' is quark"),
    (lambda x, y: {"X": x, "y": np.array([b"g", b"q"])[y]}, "'q' is quark"),
]


@pytest.mark.parametrize(("change", "note"), READ, ids=[note[:24] or "column" for _, note in READ])
def test_what_leaves_no_doubt_is_read_and_said(
    tmp_path: Path, change: Callable[[Array, Array], dict[str, Array]], note: str
) -> None:
    path = save(tmp_path, change)
    data, expected = load(path), good(tmp_path)
    assert np.array_equal(data.content.label, expected.label)
    np.testing.assert_allclose(data.content.pt, expected.pt, rtol=1e-6)
    np.testing.assert_allclose(data.content.phi, expected.phi, atol=1e-3)
    for notes in (data.notes, describe(path).notes):
        assert any(note in one for one in notes), notes


def test_the_unit_that_is_said_is_used(tmp_path: Path) -> None:
    path = save(tmp_path, lambda x, y: {"X": scaled(x, 1e3), "y": y})
    raw = load(path, energy_unit="GeV")
    assert np.median(raw.content.jet_pt) > 1e4
    assert not any("MeV" in note for note in raw.notes)


def test_showers_in_gev_and_jetnet_in_mev(tmp_path: Path) -> None:
    path = files.calo(tmp_path / "c.h5", 368)
    with h5py.File(path, "r+") as file:
        for name in ("incident_energies", "showers"):
            file[name][...] = file[name][...] / 1e4
    data = load(path)
    assert any("read as GeV and multiplied" in note for note in data.notes)
    assert np.median(data.content.facts["incident_energy"]) > 1e4
    path = files.jetnet(tmp_path / "g.hdf5")
    with h5py.File(path, "r+") as file:
        file["jet_features"][:, [0, 2]] *= 1000
    data = load(path)
    assert any("read as MeV" in note for note in data.notes)
    np.testing.assert_allclose(data.content.jet_pt, 1000)
    np.testing.assert_allclose(data.content.facts["mass"], 100)


def test_a_column_of_masses_is_no_pdg_id(tmp_path: Path) -> None:
    def with_masses(x: Array, y: Array) -> dict[str, Array]:
        x = x.copy()
        x[:, :, 3] = np.where(x[:, :, 0] > 0, 0.1396, 0)
        return {"X": x, "y": y}

    path = save(tmp_path, with_masses)
    with pytest.raises(DataError, match=r"found 0.1396 .*'pt=0, rapidity=1, phi=2, mass=3'"):
        load(path)
    read = load(path, columns="pt=0, rapidity=1, phi=2, mass=3").content
    np.testing.assert_allclose(read.pt, good(tmp_path).pt, rtol=1e-6)
    with pytest.raises(DataError, match="from 0 to 3"):
        load(path, columns="pt=0, eta=1, phi=4")
    with pytest.raises(DataError, match="add the others"):
        load(path, columns="pt=0, eta=1")


def test_swapped_angles_are_noticed_and_can_be_swapped_back(tmp_path: Path) -> None:
    path = save(tmp_path, lambda x, y: {"X": x[:, :, [0, 2, 1, 3]], "y": y})
    note = next(n for n in describe(path).notes if "looks like an azimuth" in n)
    columns = note.split("'")[-2]
    read, expected = load(path, columns=columns).content, good(tmp_path)
    np.testing.assert_allclose(read.phi, expected.phi, atol=1e-4)
    np.testing.assert_allclose(read.eta, expected.eta, atol=1e-4)
    right = describe(tmp_path / "good" / "jets.npz").notes
    assert not any("looks like" in note for note in right)


def test_ids_of_energyflow_are_mapped_back(tmp_path: Path) -> None:
    order = [22, 211, -211, 321, -321, 130, 2112, -2112, 2212]

    def remapped(x: Array, y: Array) -> dict[str, Array]:
        x = x.copy()
        for i, pid in enumerate(order):
            x[:, :, 3][x[:, :, 3] == pid] = i / 10
        return {"X": x, "y": y}

    data = load(save(tmp_path, remapped))
    assert np.array_equal(data.content.pid, good(tmp_path).pid)
    assert any("remap_pids" in note for note in data.notes)


def test_azimuths_in_degrees_are_not_taken_for_radians(tmp_path: Path) -> None:
    path = save(tmp_path, lambda x, y: {"X": x * [1, 1, 180 / np.pi, 1], "y": y})
    with pytest.raises(DataError, match="azimuths in rad"):
        load(path)


def test_the_order_of_classes_is_decided_by_significance(tmp_path: Path) -> None:
    path = save(tmp_path, lambda x, y: {"X": x, "y": 1 - y})
    assert any("look swapped" in note for note in load(path).notes)
    back = load(path, swap_labels=True)
    assert any("look right" in note for note in back.notes)
    assert back.classes == {0: "gluon", 1: "quark"}
    rng = np.random.default_rng(0)
    some = Images((rng.random((60, 8, 8)) > 0.5).astype(np.float32), np.arange(60) % 2)
    assert "says nothing" in remarks(some, QUARK_GLUON, "image").notes[0]


@pytest.mark.parametrize("values", [[0, 1, 7], ["quark", "tau", "g"], [1, 2, 3], [21, 1, 9]])
def test_labels_that_leave_a_doubt_are_refused(values: list[Any]) -> None:
    with pytest.raises(DataError, match="or their names; found"):
        read_labels(np.array(values), 3, name="y", known=QUARK_GLUON)


def test_a_few_of_a_class_are_refused_or_named(tmp_path: Path) -> None:
    def few(n: int) -> Path:
        keep = lambda x, y: (y == 1) | (np.cumsum(y == 0) <= n)  # noqa: E731
        return save(tmp_path, lambda x, y: {"X": x[keep(x, y)], "y": y[keep(x, y)]})

    assert not describe(few(3)).usable
    with pytest.raises(DataError, match="found 3 gluon jets among 63"):
        load(few(3))
    assert len(load(few(3), classes="quark")) == 60
    assert any("only 50 gluon jets" in note for note in load(few(50)).notes)


def test_partly_labeled_samples_count_as_unlabeled(tmp_path: Path) -> None:
    path = files.own(tmp_path / "own.h5")
    with h5py.File(path, "r+") as file:
        del file["jets/label"]
        file["jets/label"] = np.where(np.arange(40) % 2, 1, -1)
    data = load(path)
    assert data.classes == {}
    assert set(data.content.label) == {-1}
    assert any("20 of 40 jets have no label" in note for note in data.notes)


@pytest.mark.parametrize("make", [files.energyflow, files.own, files.jetnet, files.reduced])
def test_huge_values_are_refused_for_what_they_are(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    if make is files.energyflow:
        x, y = jets()
        x[3, 0, 0] = 1e39
        path = make(tmp_path / "huge.npz", X=x, y=y)
    else:
        path = make(tmp_path / "huge")
        name = {files.own: "constituents/pt", files.jetnet: "jet_features", files.reduced: "X"}
        with h5py.File(path, "r+") as file:
            values = file[name[make]][:].astype(np.float64)
            values.reshape(-1)[3] = 1e39
            del file[name[make]]
            file[name[make]] = values
    with pytest.raises(DataError, match=r"(1e\+39|inf)"):
        load(path)


def test_sums_of_half_precision_do_not_overflow(tmp_path: Path) -> None:
    x = np.random.default_rng(0).uniform(0, 6e4, (40, 6, 6, 3)).astype(np.float16)
    files.write(tmp_path / "r.h5", X=x, y=np.arange(40) % 2)
    expected = x.astype(np.float64).sum(axis=3)
    np.testing.assert_allclose(load(tmp_path / "r.h5").content.pixels, expected, rtol=1e-6)


def test_equal_samples_are_nothing_to_learn(tmp_path: Path) -> None:
    files.write(tmp_path / "r.h5", X=np.ones((40, 6, 6)), y=np.arange(40) % 2)
    same = save(tmp_path, lambda x, y: {"X": np.repeat(x[:1], 40, axis=0), "y": y[:40]})
    for path in (tmp_path / "r.h5", same):
        assert not describe(path).usable
        with pytest.raises(DataError, match="are equal: there is nothing to learn"):
            load(path)


def test_channels_first_labels_as_text_and_a_user_block(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((40, 3, 12, 12)).astype(np.float32)
    with h5py.File(tmp_path / "r.h5", "w", userblock_size=1024) as file:
        file["X"] = x
        file["y"] = ["gluon", "quark"] * 20
    data = load(tmp_path / "r.h5", channels="separate")
    assert np.array_equal(data.content.pixels, x)
    assert data.content.label.tolist() == [0, 1] * 20
    for words in ("1024 bytes before", "channels come before", "'quark' is quark"):
        assert any(words in note for note in data.notes)


def test_arrays_without_labels(tmp_path: Path) -> None:
    path = save(tmp_path, lambda x, y: {"X": x[:, :, :3]})
    assert load(path).classes == {}
    files.write(tmp_path / "r.h5", X=np.random.default_rng(0).random((40, 6, 6)))
    assert load(tmp_path / "r.h5").classes == {}


def test_a_missing_filter_is_named(tmp_path: Path) -> None:
    """zstd, by its number: the file is made without the plug-in, whose filter is optional there."""
    with h5py.File(tmp_path / "z.h5", "w") as file:
        settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        settings.set_chunk((40, 6, 6))
        settings.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
        space = h5py.h5s.create_simple((40, 6, 6))
        h5py.h5d.create(file.id, b"X", h5py.h5t.NATIVE_FLOAT, space, settings)
        file["X"][...] = np.random.default_rng(0).random((40, 6, 6))
        file["y"] = np.arange(40) % 2
    try:
        import hdf5plugin  # noqa: F401
    except ImportError:
        with pytest.raises(DataError, match=r"compressed with zstd.*\[filters\]"):
            load(tmp_path / "z.h5")
    else:
        assert len(load(tmp_path / "z.h5")) == 40


def test_a_file_left_open_is_named(tmp_path: Path) -> None:
    path = files.reduced(tmp_path / "r.h5")
    content = bytearray(path.read_bytes())
    with h5py.File(tmp_path / "v3.h5", "w", libver="latest") as file:
        file["X"] = np.random.default_rng(0).random((40, 6, 6))
        file["y"] = np.arange(40) % 2
        file.flush()
        content = bytearray((tmp_path / "v3.h5").read_bytes())
    (tmp_path / "open.h5").write_bytes(content)
    with pytest.raises(DataError, match="still open in the program"):
        load(tmp_path / "open.h5")


def test_parquet_of_fixed_size_lists_and_truth_values(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    x = np.random.default_rng(0).random((24, 3, 5, 5)).astype(np.float32)
    values = pa.array(x.reshape(-1))
    for length in (5, 5, 3):
        values = pa.FixedSizeListArray.from_arrays(values, length)
    for y in (pa.array([True, False] * 12), pa.array(["quark", "gluon"] * 12)):
        pq.write_table(pa.table({"X_jets": values, "y": y}), tmp_path / "f.parquet")
        data = load(tmp_path / "f.parquet", channels="separate")
        np.testing.assert_allclose(data.content.pixels, x)
        assert data.content.label.tolist() == [1, 0] * 12


def test_tables_of_observables(tmp_path: Path) -> None:
    """docs/OWN_DATA.md promises them as CSV and parquet."""
    rng = np.random.default_rng(0)
    rows = [
        f"{rng.uniform(20, 90):.3f},{rng.integers(10, 60)},{name},{i}"
        for i, name in enumerate(["gluon", "quark"] * 20)
    ]
    path = tmp_path / "jets.csv"
    path.write_text("\n".join(["mass,multiplicity,label,event", *rows]))
    data = load(path)
    assert (list(data.content.values), data.content.label.tolist()) == (
        ["mass", "multiplicity"],
        [0, 1] * 20,
    )
    assert any("left out: 'event'" in note for note in data.notes)
    rows[3] = "20,5,11,quark,3"
    path.write_text("\n".join(["mass,multiplicity,label,event", *rows]))
    with pytest.raises(DataError, match="4 values in each row of the table; found 5 in jet 3"):
        load(path)
    rows[3] = "20;5,11,quark,3"
    path.write_text("\n".join(["mass,multiplicity,label,event", *rows]))
    with pytest.raises(DataError, match=r"found '20;5' in jet 3 .* with a decimal point"):
        load(path)
