"""Whole files whose content makes no sense: each function makes one in a folder and returns its
path.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.data import files


def nan_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 2), np.nan)


def negative_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 2), -0.1)


def wide_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 0), 50)


def short_jetnet(folder: Path) -> Path:
    return files.replace_dataset(files.jetnet(folder / "g.hdf5"), "jet_features", np.ones((39, 4)))


def nan_image(folder: Path) -> Path:
    return files.change(files.reduced(folder / "r.h5"), "X", (17, 3, 2), np.nan)


def negative_image(folder: Path) -> Path:
    return files.change(files.cms(folder / "r.h5"), "X_jets", (17, 3, 2, 0), -1)


def cms_without_labels(folder: Path) -> Path:
    files.write(folder / "r.h5", X_jets=np.ones((20, 5, 5, 3)))
    return folder / "r.h5"


def negative_shower(folder: Path) -> Path:
    return files.change(files.calo(folder / "c.h5", 368), "showers", (17, 3), -1)


def other_voxels(folder: Path) -> Path:
    return files.calo(folder / "c.h5", 369)


def negative_own(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pt", (3,), -1)


def nan_own(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pt", (3,), np.nan)


def falling_offsets(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/offsets", (5,), 1)


def unknown_pid(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pid", (5,), 9)


def no_angle_step(folder: Path) -> Path:
    path = files.own(folder / "o.h5")
    with h5py.File(path, "r+") as file:
        file["constituents"].attrs["angle_step"] = "a lot"
    return path


def nan_parquet(folder: Path) -> Path:
    images = np.ones((20, 3, 5, 5))
    images[17, 0, 0, 0] = np.nan
    return files.parquet(folder / "n.parquet", images)


def flat_parquet(folder: Path) -> Path:
    return files.parquet(folder / "f.parquet", np.ones((20, 75)))


def other_parquet(folder: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"colour": ["red"]}), folder / "o.parquet")
    return folder / "o.parquet"


def empty_parquet(folder: Path) -> Path:
    return files.parquet(folder / "e.parquet", np.ones((20, 3, 5, 5))[:0])
