"""A file of every layout, written here by h5py, numpy, uproot and awkward alone, is judged like its
arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import qdiffgui
from qdiffgui.data.formats.calo_challenge import GEOMETRIES
from qdiffgui.data.types import Images
from tests.cli.conftest import Command, command  # noqa: F401

N = 60
Sides = tuple[Any, Any]
"""What ``compare`` is given in Python for generated samples and the reference."""


def clouds(seed: int) -> np.ndarray:
    """Jets (N, 6, 3) of three pairs of massless particles, opposite to each other about the axis;
    eta, phi and pT (GeV).
    """
    rng = np.random.default_rng(seed)
    angle = rng.normal(0, 0.1 + 0.02 * seed, (N, 3, 2))
    pt = rng.uniform(10, 100, (N, 3, 1))
    half = np.concatenate([angle, pt], axis=2)
    jets = np.concatenate([half, half * [-1, -1, 1]], axis=1)
    jets[: N // 3, [2, 5]] = 0  # some have four particles
    return jets.astype(np.float32)


def hdf5(path: Path, **arrays: np.ndarray) -> Path:
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return path


def jetnet(folder: Path, seed: int) -> tuple[Path, Any]:
    jets = clouds(seed)
    total, mask = jets[:, :, 2].sum(axis=1), jets[:, :, 2] > 0
    particles = np.concatenate([jets, mask[:, :, None]], axis=2)
    particles[:, :, 2] /= total[:, None]
    features = np.stack([total, 0 * total, 0 * total, mask.sum(axis=1)], axis=1)
    return hdf5(folder / "g30.hdf5", particle_features=particles, jet_features=features), jets


def energyflow(folder: Path, seed: int) -> tuple[Path, Any]:
    jets = clouds(seed)
    there = jets[:, :, 2] > 0
    x = np.stack(
        [jets[:, :, 2], jets[:, :, 0] + 0.7 * there, jets[:, :, 1] + 2 * there, 22 * there], axis=2
    )
    folder.mkdir()
    np.savez(folder / "jets.npz", X=x.astype(np.float64), y=np.ones(N))
    return folder / "jets.npz", jets


def ragged(folder: Path, seed: int) -> tuple[Path, Any]:
    jets = clouds(seed)
    there = jets[:, :, 2] > 0
    columns = {name: jets[:, :, k][there] for k, name in enumerate(("eta", "phi", "pt"))}
    offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    named = {f"constituents/{name}": values for name, values in columns.items()}
    return hdf5(folder / "jets.h5", **named, **{"constituents/offsets": offsets}), jets


def calo(folder: Path, seed: int) -> tuple[Path, Any]:
    rng = np.random.default_rng(seed)
    energy = np.exp(rng.uniform(6, 12, (N, 1)))  # MeV
    showers = energy * rng.dirichlet(np.full(368, 0.1 + 0.1 * seed), N)
    showers *= rng.uniform(0.5, 0.9, (N, 1))
    sizes = [a * r for a, r in GEOMETRIES[368].layers]
    pixels = np.zeros((N, len(sizes), max(sizes)), np.float32)
    for layer, part in enumerate(np.split(showers, np.cumsum(sizes)[:-1], 1)):
        pixels[:, layer, : part.shape[1]] = part
    facts = {"incident_energy": energy[:, 0].astype(np.float32)}
    content = Images(pixels, np.full(N, -1, np.int8), unit="MeV", facts=facts)
    return hdf5(folder / "set.hdf5", incident_energies=energy, showers=showers), content


def images(folder: Path, seed: int) -> tuple[Path, Any]:
    x = np.random.default_rng(seed).gamma(0.3 + 0.1 * seed, 1, (N, 16, 16)).astype(np.float32)
    return hdf5(folder / "images.h5", X=x, y=np.ones(N)), x


def table(folder: Path, seed: int) -> tuple[Path, Any]:
    rng = np.random.default_rng(seed)
    columns = {"mass": rng.gamma(9, 6 + seed, N), "width": rng.beta(2, 12, N)}
    named = {f"jets/{name}": values for name, values in columns.items()}
    return hdf5(folder / "jets.h5", **named, **{"jets/label": np.ones(N)}), columns


def cms(folder: Path, seed: int) -> tuple[Path, Any]:
    """Columns of images as in the CMS open data; as content, because pixels have a size."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 3 + seed, (N, 125, 125, 3)) * (rng.random((N, 125, 125, 3)) > 0.998)
    x, pt = x.astype(np.float32), np.full(N, 500, np.float32)
    path = hdf5(folder / "cms.hdf5", X_jets=x, y=np.ones(N), pt=pt, m0=pt / 10)
    content = Images(x.sum(axis=3), np.ones(N, np.int8), 0.0174, "GeV", {"pt": pt, "mass": pt / 10})
    return path, content


def lists(jets: np.ndarray, label: int = 1) -> dict[str, Any]:
    """Jets as awkward-array has them: lists of pT, eta and phi, and a label per jet."""
    ak = pytest.importorskip("awkward")
    there = jets[:, :, 2] > 0
    columns = {
        name: ak.unflatten((jets[:, :, k] + shift)[there].astype(np.float64), there.sum(axis=1))
        for k, name, shift in ((0, "eta", 0.7), (1, "phi", 2), (2, "pt", 0))
    }
    return {f"part_{name}": values for name, values in columns.items()} | {
        "label": np.full(len(jets), label, np.int32)
    }


def root_tree(folder: Path, seed: int) -> tuple[Path, Any]:
    uproot = pytest.importorskip("uproot")
    jets = clouds(seed)
    rows = lists(jets)
    folder.mkdir()
    with uproot.recreate(folder / "jets.root") as file:
        types = {name: "int32" if name == "label" else "var * float64" for name in rows}
        file.mktree("Events", types).extend(rows)
    return folder / "jets.root", jets


def root_ntuple(folder: Path, seed: int) -> tuple[Path, Any]:
    uproot = pytest.importorskip("uproot")
    jets = clouds(seed)
    folder.mkdir()
    with uproot.recreate(folder / "jets.root") as file:
        file.mkrntuple("Events", lists(jets))
    return folder / "jets.root", jets


def jetclass(folder: Path, seed: int) -> tuple[Path, Any]:
    uproot, ak = pytest.importorskip("uproot"), pytest.importorskip("awkward")
    jets = clouds(seed)
    jets = jets.astype(np.float64)
    given = lists(jets)
    pt, eta, phi = (given[f"part_{name}"] for name in ("pt", "eta", "phi"))
    momenta = {
        "part_px": pt * np.cos(phi),
        "part_py": pt * np.sin(phi),
        "part_pz": pt * np.sinh(eta),
        "part_energy": pt * np.cosh(eta),
    }
    names = ["QCD", "Hbb", "Hcc", "Hgg", "H4q", "Hqql", "Zqq", "Wqq", "Tbqq", "Tbl"]
    rows = momenta | {"jet_pt": ak.to_numpy(ak.sum(pt, axis=1)).astype(np.float32)}
    rows |= {f"label_{name}": np.full(N, name == "Zqq") for name in names}
    folder.mkdir()
    with uproot.recreate(folder / "jets.root") as file:
        types = {k: "var * float64" if k in momenta else v.dtype for k, v in rows.items()}
        file.mktree("tree", types).extend(rows)
    return folder / "jets.root", jets


def parquet(folder: Path, seed: int) -> tuple[Path, Any]:
    ak = pytest.importorskip("awkward")
    pytest.importorskip("pyarrow")
    jets = clouds(seed)
    folder.mkdir()
    ak.to_parquet(ak.Array(lists(jets)), folder / "jets.parquet", row_group_size=17)
    return folder / "jets.parquet", jets


def csv(folder: Path, seed: int) -> tuple[Path, Any]:
    rng = np.random.default_rng(seed)
    columns = {"mass": rng.gamma(9, 6 + seed, N), "width": rng.beta(2, 12, N)}
    folder.mkdir()
    np.savetxt(
        folder / "jets.csv",
        np.stack([*columns.values(), np.ones(N)], axis=1),
        delimiter=",",
        header="mass,width,label",
        comments="",
    )
    return folder / "jets.csv", columns


def lemurs(folder: Path, seed: int) -> tuple[Path, Any]:
    rng = np.random.default_rng(seed)
    energy = np.exp(rng.uniform(7, 11, N))  # MeV
    shares = rng.dirichlet(np.full(9 * 16 * 45, 0.05 + 0.05 * seed), N)
    showers = (shares * energy[:, None]).reshape(N, 9, 16, 45).astype(np.float32)  # r, phi, z
    facts = {
        "incident_energy": energy.astype(np.float32),
        "incident_theta": np.full(N, 1.57, np.float32),
        "incident_phi": np.zeros(N, np.float32),
    }
    layers = showers.transpose(0, 3, 2, 1).reshape(N, 45, -1)
    content = Images(layers, np.full(N, -1, np.int8), unit="MeV", facts=facts)
    return hdf5(folder / "showers.h5", showers=showers, **facts), content


FORMATS: list[Callable[[Path, int], tuple[Path, Any]]] = [
    jetnet,
    energyflow,
    ragged,
    calo,
    images,
    table,
    cms,
    root_tree,
    root_ntuple,
    jetclass,
    parquet,
    csv,
    lemurs,
]


@pytest.mark.parametrize("write", FORMATS, ids=lambda write: write.__name__)
def test_a_file_is_judged_like_its_arrays(
    write: Callable[[Path, int], tuple[Path, Any]],
    tmp_path: Path,
    command: Command,
) -> None:
    generated, some = write(tmp_path / "generated", 1)
    reference, others = write(tmp_path / "reference", 0)
    ended = command("evaluate", generated, "--against", reference, "--json")
    assert ended.status == 0, ended.err
    (report,) = ended.json
    direct = qdiffgui.compare(some, others)
    assert report["generated"] == generated.name
    assert [c["key"] for c in report["columns"]] == [c["key"] for c in direct["columns"]]
    assert any(c["key"].startswith("w1:") for c in report["columns"])
    for row, other in zip(report["rows"], direct["rows"], strict=True):
        for key, cell in row["values"].items():
            assert cell == pytest.approx(other["values"][key], rel=2e-3, abs=2e-5), key
