"""Jets as files for other tools: EnergyFlow's npz (arXiv:1810.05165) and JetNet's HDF5
(arXiv:2106.11535).
"""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.atomic import write_bytes
from qdiffgui.data.hdf5 import write_atomically
from qdiffgui.data.observables import observables
from qdiffgui.data.types import UNLABELLED, Array, Jets

JETNET_LETTERS = {0: "g", 1: "q"}
"""JetNet's letters of the classes by label."""
_JETNET_SIZES = (30, 150)
_PACK = {"compression": "gzip", "compression_opts": 4, "shuffle": True}


def save_energyflow(path: Path, jets: Jets) -> None:
    """Write EnergyFlow's npz: ``X`` (N, M, 4) with pT (GeV), rapidity and azimuth relative to the
    jet axis (rad) and PDG id, zero-padded, and ``y`` (N,) with 1 for quark, 0 for gluon, -1 if
    unlabeled. Without ids there are three columns. Raises ``OSError`` if the disk cannot take it;
    no file is left then.
    """
    columns = [jets.pt, jets.eta, jets.phi, *([] if jets.pid is None else [jets.pid])]
    table = _padded(jets, np.stack(columns, axis=1).astype(np.float64), _longest(jets))
    content = io.BytesIO()
    np.savez_compressed(content, X=table, y=jets.label)
    write_bytes(path, content.getvalue())


def save_jetnet(folder: Path, jets: Jets) -> list[Path]:
    """Write one JetNet file per class and return the paths.

    The names are ``generated_g.hdf5`` with up to 30 particles, ``generated_g150.hdf5`` with 150,
    and ``generated_jets.hdf5`` for unlabeled jets. JetNet's own loader deletes a ``g.hdf5`` that is
    not the published file.

    Each file has ``particle_features`` (N, P, 4): etarel, phirel, ptrel and mask by decreasing pT,
    with P = 30, 150 or what the longest jet needs; and ``jet_features`` (N, 4): pt (GeV), eta (0,
    because it is not modeled), mass (GeV) and num_particles. ``folder`` must exist.
    """
    written = []
    for label in np.unique(jets.label):
        part = jets.take(np.flatnonzero(jets.label == label))
        name = "jets" if label == UNLABELLED else JETNET_LETTERS.get(int(label), f"class-{label}")
        many = "150" if label in JETNET_LETTERS and _n_particles(part) == _JETNET_SIZES[1] else ""
        written.append(folder / f"generated_{name}{many}.hdf5")
        with write_atomically(written[-1]) as file:
            _write_jetnet(file, _by_falling_pt(part))
    return written


def _write_jetnet(file: h5py.File, jets: Jets) -> None:
    found = observables(jets, ("pt", "mass"))
    jet_pt = np.where(jets.jet_pt > 0, jets.jet_pt, found["pt"])
    counts = np.diff(jets.offsets)
    relative = jets.pt / np.repeat(np.maximum(jet_pt, 1e-12), counts)
    columns = np.stack([jets.eta, jets.phi, relative, np.ones(len(jets.pt))], axis=1).astype(
        np.float32
    )
    features = np.stack([jet_pt, np.zeros(len(jets)), found["mass"], counts], axis=1).astype(
        np.float32
    )
    file.create_dataset(
        "particle_features", data=_padded(jets, columns, _n_particles(jets)), **_PACK
    )
    file.create_dataset("jet_features", data=features, **_PACK)


def _n_particles(jets: Jets) -> int:
    """P of a JetNet file: 30, 150 or what the longest jet needs."""
    longest = _longest(jets)
    return next((size for size in _JETNET_SIZES if longest <= size), longest)


def _longest(jets: Jets) -> int:
    return int(np.diff(jets.offsets).max(initial=1))


def _padded(jets: Jets, columns: Array, width: int) -> Array:
    """Rows (n_constituents, c) of ragged jets as (n_jets, width, c), padded with zeros."""
    counts = np.diff(jets.offsets)
    table = np.zeros((len(jets), width, columns.shape[1]), columns.dtype)
    place = np.arange(len(jets.pt)) - np.repeat(jets.offsets[:-1], counts)
    table[np.repeat(np.arange(len(jets)), counts), place] = columns
    return table


def _by_falling_pt(jets: Jets) -> Jets:
    jet = np.repeat(np.arange(len(jets)), np.diff(jets.offsets))
    order = np.lexsort((-jets.pt, jet))
    pid = None if jets.pid is None else jets.pid[order]
    return Jets(
        jets.pt[order],
        jets.eta[order],
        jets.phi[order],
        jets.offsets,
        jets.label,
        jets.jet_pt,
        pid,
        jets.facts,
    )
