"""Jets in the layouts of others come back through our own importers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.observables import observables
from qdiffgui.data.save_particles import save_energyflow, save_jetnet
from qdiffgui.data.types import Dataset, Jets


@pytest.fixture(scope="module")
def some(shipped: Dataset) -> Jets:
    """Jets with both classes, one of them without any constituent."""
    jets = shipped.content.take(np.arange(300))
    counts = np.diff(jets.offsets)
    kept = np.repeat(np.arange(300) != 7, counts)
    counts[7] = 0
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return Jets(
        jets.pt[kept],
        jets.eta[kept],
        jets.phi[kept],
        offsets,
        jets.label,
        jets.jet_pt,
        jets.pid[kept],
    )


def test_energyflow(some: Jets, tmp_path: Path) -> None:
    save_energyflow(tmp_path / "jets.npz", some)
    assert describe(tmp_path / "jets.npz").format == "energyflow"
    with np.load(tmp_path / "jets.npz", allow_pickle=False) as file:
        assert file["X"].shape == (300, np.diff(some.offsets).max(), 4)
        np.testing.assert_array_equal(file["y"], some.label)
        assert not file["X"][7].any()
    back = load_file(JetFile(path=str(tmp_path / "jets.npz"))).content
    whole = some.take(np.flatnonzero(np.arange(300) != 7))
    assert isinstance(back, Jets)
    np.testing.assert_array_equal(back.offsets, whole.offsets)
    np.testing.assert_allclose(back.pt, whole.pt, rtol=1e-6)
    np.testing.assert_array_equal(back.pid, whole.pid)
    for key, values in observables(back, ("mass", "ptd")).items():
        np.testing.assert_allclose(values, observables(whole, (key,))[key], rtol=2e-3, atol=1e-2)


def test_jetnet(some: Jets, tmp_path: Path) -> None:
    written = save_jetnet(tmp_path, some)
    assert [path.name for path in written] == ["generated_g150.hdf5", "generated_q150.hdf5"]
    for label, path in enumerate(written):
        own = some.take(np.flatnonzero((some.label == label) & (np.diff(some.offsets) > 0)))
        found = describe(path)
        assert (found.format, list(found.counts)) == ("jetnet", [("gluon", "quark")[label]])
        back = load_file(JetFile(path=str(path))).content
        assert isinstance(back, Jets)
        np.testing.assert_array_equal(np.diff(back.offsets), np.diff(own.offsets))
        true = observables(own, ("pt", "ptd", "width"))
        for key, values in observables(back, tuple(true)).items():
            np.testing.assert_allclose(values, true[key], rtol=1e-3, atol=1e-4)
        with h5py.File(path) as file:
            particles, features = file["particle_features"][()], file["jet_features"][()]
        assert particles.shape[1:] == (150, 4)
        assert (np.diff(particles[:, :, 2], axis=1) <= 0).all()
        assert features[:, 3].sum() == particles[:, :, 3].sum() == len(own.pt)


def test_jets_of_no_class_are_one_file(some: Jets, tmp_path: Path) -> None:
    unlabelled = Jets(
        some.pt, some.eta, some.phi, some.offsets, np.full(300, -1, np.int8), some.jet_pt
    )
    written = save_jetnet(tmp_path, unlabelled)
    assert [path.name for path in written] == ["generated_jets.hdf5"]
    assert load_file(JetFile(path=str(written[0]))).classes == {}


def test_unknown_ids_are_left_out(some: Jets, tmp_path: Path) -> None:
    """EnergyFlow's ``remap_pids`` knows no id 0."""
    save_energyflow(tmp_path / "jets.npz", replace(some, pid=None))
    with np.load(tmp_path / "jets.npz", allow_pickle=False) as file:
        assert file["X"].shape[2] == 3
    assert load_file(JetFile(path=str(tmp_path / "jets.npz"))).content.pid is None
