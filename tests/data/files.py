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
        x[jet, :m] = np.column_stack(
            [
                rng.uniform(1, 100, m),
                axis[0] + rng.normal(0, 0.1, m),
                axis[1] + rng.normal(0, 0.1, m),
                np.full(m, 22),
            ]
        )
    np.savez_compressed(path, **{"X": x, "y": np.arange(n) % 2.0, **change})
    return path


def jetnet(path: Path, n: int = 40) -> Path:
    rng = np.random.default_rng(1)
    particles = np.zeros((n, 30, 4), np.float32)
    particles[:, :10, 0:2] = rng.normal(0, 0.1, (n, 10, 2))
    particles[:, :10, 2], particles[:, :10, 3] = 0.1, 1
    features = np.column_stack(
        [np.full(n, 1000.0), np.zeros(n), np.full(n, 100.0), np.full(n, 10)]
    ).astype(np.float32)
    write(path, particle_features=particles, jet_features=features)
    return path


def cms(path: Path, n: int = 24, name: str = "X_jets", size: int = 125) -> Path:
    rng = np.random.default_rng(2)
    x = np.where(rng.random((n, size, size, 3)) > 0.99, rng.random((n, size, size, 3)), 0).astype(
        np.float32
    )
    write(
        path,
        **{
            name: x,
            "y": np.arange(n, dtype=np.float32) % 2,
            "pt": np.full(n, 520, np.float32),
            "m0": np.full(n, 40, np.float32),
        },
    )
    return path


def reduced(path: Path, n: int = 40) -> Path:
    x = np.random.default_rng(3).random((n, 16, 16)).astype(np.float32)
    write(path, X=x, y=np.arange(n, dtype=np.int32) % 2)
    return path


def calo(path: Path, n_voxels: int, n: int = 24) -> Path:
    rng = np.random.default_rng(4)
    write(
        path,
        incident_energies=rng.uniform(1e3, 1e6, (n, 1)),
        showers=rng.uniform(0, 10, (n, n_voxels)),
    )
    return path


def lemurs(path: Path, n: int = 24) -> Path:
    rng = np.random.default_rng(6)
    write(
        path,
        showers=rng.uniform(0, 10, (n, 9, 16, 45)).astype(np.float32),
        incident_energy=rng.uniform(1e3, 1e5, n).astype(np.float32),
        incident_theta=rng.uniform(0.87, 2.27, n).astype(np.float32),
        incident_phi=rng.uniform(0, 2 * np.pi, n).astype(np.float32),
    )
    return path


def four_momenta(n: int = 40, scale: float = 1.0) -> dict[str, np.ndarray]:
    """Particles of jets of about 500 GeV as awkward arrays: px, py, pz and energy, scaled."""
    ak = pytest.importorskip("awkward")
    rng = np.random.default_rng(7)
    counts = rng.integers(2, 9, n)
    m = int(counts.sum())
    axis = np.repeat(rng.uniform(-1.5, 1.5, n), counts), np.repeat(rng.uniform(-3, 3, n), counts)
    pt = rng.uniform(50, 150, m)
    y, phi = axis[0] + rng.normal(0, 0.1, m), axis[1] + rng.normal(0, 0.1, m)
    transverse = np.hypot(pt, 0.1396)
    flat = {
        "px": pt * np.cos(phi),
        "py": pt * np.sin(phi),
        "pz": transverse * np.sinh(y),
        "energy": transverse * np.cosh(y),
    }
    return {name: ak.unflatten(scale * values, counts) for name, values in flat.items()}


def root(path: Path, n: int = 40, kind: str = "tree", scale: float = 1.0) -> Path:
    """Jets in a TTree or RNTuple ("ntuple"), written by uproot alone."""
    uproot = pytest.importorskip("uproot")
    columns = {f"cand_{name}": values for name, values in four_momenta(n, scale).items()}
    rows = {**columns, "is_quark": (np.arange(n) % 2).astype(np.int32)}
    types = dict.fromkeys(columns, "var * float64") | {"is_quark": "int32"}
    with uproot.recreate(path) as file:
        make = file.mktree if kind == "tree" else file.mkrntuple
        if kind == "tree":
            make("Events", types).extend(rows)
        else:
            make("Events", rows)
    return path


def jetclass(path: Path, n: int = 40) -> Path:
    uproot = pytest.importorskip("uproot")
    momenta = {f"part_{name}": values for name, values in four_momenta(n).items()}
    names = ["QCD", "Hbb", "Hcc", "Hgg", "H4q", "Hqql", "Zqq", "Wqq", "Tbqq", "Tbl"]
    rows = {**momenta, "jet_pt": np.full(n, 500, np.float32)}
    rows |= {f"label_{name}": (np.arange(n) % 10 == k) for k, name in enumerate(names)}
    with uproot.recreate(path) as file:
        file.mktree(
            "tree", {k: "var * float64" if k in momenta else v.dtype for k, v in rows.items()}
        )
        file["tree"].extend(rows)
    return path


def jagged_parquet(path: Path, n: int = 40, nested: bool = False) -> Path:
    """Jets as awkward-array writes them: a column per quantity, or one column of records."""
    ak = pytest.importorskip("awkward")
    pytest.importorskip("pyarrow")
    momenta = four_momenta(n)
    label = np.arange(n) % 2
    if nested:
        rows = ak.Array({"constituents": ak.zip(momenta), "label": label})
    else:
        rows = ak.Array({**{f"part_{k}": v for k, v in momenta.items()}, "label": label})
    ak.to_parquet(rows, path, row_group_size=15)
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
        group["drap"], group["dphi"] = (
            rng.integers(-2000, 2000, m).astype(np.int16) for _ in range(2)
        )
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
    table = pa.table(
        {
            "X_jets": pa.array(images.tolist()),
            "y": pa.array(np.arange(len(images)) % 2.0),
            **columns,
        }
    )
    pq.write_table(table, path)
    return path
