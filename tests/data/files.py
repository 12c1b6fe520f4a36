"""Small files of every layout, made here, and broken ones."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest


def energyflow(path: Path, n: int = 40, **change: np.ndarray) -> Path:
    """Jets of 3 to 6 massless particles around a random axis, zero-padded to 8."""
    rng = np.random.default_rng(0)
    x = np.zeros((n, 8, 4))
    for jet in range(n):
        m = int(rng.integers(3, 7))
        axis = rng.uniform(-1.5, 1.5), rng.uniform(0, 2 * np.pi)
        x[jet, :m] = np.column_stack([rng.uniform(1, 100, m), axis[0] + rng.normal(0, 0.1, m), axis[1] + rng.normal(0, 0.1, m),
                                      np.full(m, 22)])  # fmt: skip
    np.savez_compressed(path, **{"X": x, "y": np.arange(n) % 2.0, **change})
    return path


def jetnet(path: Path, n: int = 40) -> Path:
    rng = np.random.default_rng(1)
    particles = np.zeros((n, 30, 4), np.float32)
    particles[:, :10, 0:2] = rng.normal(0, 0.1, (n, 10, 2))
    particles[:, :10, 2], particles[:, :10, 3] = 0.1, 1
    features = np.column_stack([np.full(n, 1000.0), np.zeros(n), np.full(n, 100.0), np.full(n, 10)]).astype(np.float32)
    write(path, particle_features=particles, jet_features=features)
    return path


def cms(path: Path, n: int = 24, name: str = "X_jets", size: int = 125) -> Path:
    rng = np.random.default_rng(2)
    x = np.where(rng.random((n, size, size, 3)) > 0.99, rng.random((n, size, size, 3)), 0).astype(np.float32)
    write(
        path,
        **{name: x, "y": np.arange(n, dtype=np.float32) % 2, "pt": np.full(n, 520, np.float32), "m0": np.full(n, 40, np.float32)},
    )
    return path


def reduced(path: Path, n: int = 40) -> Path:
    x = np.random.default_rng(3).random((n, 16, 16)).astype(np.float32)
    write(path, X=x, y=np.arange(n, dtype=np.int32) % 2)
    return path


def calo(path: Path, n_voxels: int, n: int = 24) -> Path:
    rng = np.random.default_rng(4)
    write(path, incident_energies=rng.uniform(1e3, 1e6, (n, 1)), showers=rng.uniform(0, 10, (n, n_voxels)))
    return path


def own(path: Path, n: int = 40) -> Path:
    rng = np.random.default_rng(5)
    counts = rng.integers(2, 9, n)
    m = int(counts.sum())
    with h5py.File(path, "w") as file:
        group = file.create_group("constituents")
        group.attrs["angle_step"] = 2e-4
        group["offsets"] = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        group["pt"] = rng.uniform(1, 100, m).astype(np.float16)
        group["drap"], group["dphi"] = (rng.integers(-2000, 2000, m).astype(np.int16) for _ in range(2))
        group["pid"] = np.zeros(m, np.uint8)
        group["pid"].attrs["pdgids"] = np.array([22])
        file["jets/label"] = (np.arange(n) % 2).astype(np.uint8)
        file["jets/pt"] = np.full(n, 500, np.float32)
    return path


def write(path: Path, **arrays: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values


def change(path: Path, name: str, index: tuple[int, ...], value: float) -> Path:
    """Put one number into an HDF5 file."""
    with h5py.File(path, "r+") as file:
        file[name][index] = value
    return path


def replace_dataset(path: Path, name: str, values: np.ndarray) -> Path:
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = values
    return path


def parquet(path: Path, images: np.ndarray, **columns: object) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"X_jets": pa.array(images.tolist()), "y": pa.array(np.arange(len(images)) % 2.0), **columns})
    pq.write_table(table, path)
    return path
