"""The compact ragged HDF5 layout of qdiffgui: about 230 bytes per jet.

/constituents/{offsets u4 (n_jets + 1), pt f2 (GeV), drap i2, dphi i2, pid u1} with angles about the
jet axis in steps of the attribute ``angle_step`` and ``pid`` an index into the attribute
``pdgids``; /jets/{pt, y, phi, mass f4, n u1, label u1, seed u4}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import h5py
import numpy as np

from qdiffgui.data.hdf5 import write_atomically
from qdiffgui.data.types import Array, Jets
from qdiffgui.errors import DataError

CLASS_NAMES = {0: "gluon", 1: "quark"}
ANGLE_STEP = 2e-4
PDG_IDS = (22, 211, -211, 130, 2212, -2212, 2112, -2112, 321, -321, 11, -11, 13, -13)


def read_jets(path: Path, *, classes: str = "both", n_jets: int) -> Jets:
    """The first ``n_jets`` jets of the chosen classes from a file in the compact layout.

    Parameters
    ----------
    path : Path
        The file.
    classes : {"both", "gluon", "quark"}
        Which classes.
    n_jets : int
        Number of jets.

    Returns
    -------
    Jets
        The jets (GeV, rad).

    Raises
    ------
    DataError
        If the file holds fewer jets of these classes.
    OSError, KeyError
        If the file is not in the compact layout.
    """
    with h5py.File(path, "r") as file:
        label = file["jets/label"][:].astype(np.int8)
        chosen = choose(label, classes, n_jets)
        stop = int(chosen[-1]) + 1
        offsets = file["constituents/offsets"][: stop + 1].astype(np.int64)
        group = file["constituents"]
        rows = slice(0, int(offsets[-1]))
        step = np.float32(group.attrs["angle_step"])
        jets = Jets(
            pt=group["pt"][rows].astype(np.float32),
            eta=group["drap"][rows] * step,
            phi=group["dphi"][rows] * step,
            pid=np.asarray(group["pid"].attrs["pdgids"], dtype=np.int32)[group["pid"][rows]],
            offsets=offsets,
            label=label[:stop],
            jet_pt=file["jets/pt"][:stop].astype(np.float32),
            facts={
                "y": file["jets/y"][:stop],
                "mass": file["jets/mass"][:stop],
                "seed": file["jets/seed"][:stop],
            },
        )
    return jets if len(chosen) == stop else jets.take(chosen)


def choose(label: Array, classes: str, n_jets: int) -> Array:
    """Rows of the first ``n_jets`` jets of the chosen classes, ascending. Raises ``DataError`` if
    there are fewer.
    """
    wanted = np.isin(label, [key for key, name in CLASS_NAMES.items() if classes in ("both", name)])
    rows = np.flatnonzero(wanted)
    if len(rows) < n_jets:
        kind = "jets" if classes == "both" else f"{classes} jets"
        raise DataError(
            f"Expected at least {n_jets} {kind} in the file; found {len(rows)}: request at most "
            f"{len(rows)}."
        )
    return rows[:n_jets]


@dataclass(frozen=True)
class Raw:
    """Jets as they are stored in the file.

    ``pt`` f2 (GeV), ``drap`` i2, ``dphi`` i2 and ``pid`` u1 have the shape (n_constituents,).
    ``counts`` (n_jets,) int64. ``jets`` (n_jets, 5) float32: pT, y, phi, mass and number of
    constituents. ``label`` (n_jets,) u1. ``seed`` (n_jets,) u4.
    """

    pt: Array
    drap: Array
    dphi: Array
    pid: Array
    counts: Array
    jets: Array
    label: Array
    seed: Array

    @classmethod
    def of(cls, particles: Array, offsets: Array, jets: Array, label: int, seed: int) -> Self:
        """From the arrays of ``data.pythia_worker.generate``, in single precision and with azimuths
        within ±π: bit for bit as in the shipped file.

        Raises ``DataError`` for a PDG id that the layout cannot store.
        """
        counts = np.diff(offsets)
        owner = np.repeat(np.arange(len(jets)), counts)
        step, pi = np.float32(ANGLE_STEP), np.float32(np.pi)
        dphi = (particles[:, 2] - jets[owner, 2] + pi) % np.float32(2 * np.pi) - pi
        known = np.array(PDG_IDS)
        ids = particles[:, 3].astype(np.int64)
        order = np.argsort(known)
        pid = order[np.searchsorted(known, ids, sorter=order).clip(max=len(known) - 1)]
        if np.any(known[pid] != ids):
            raise DataError(
                "Expected particles that reach a detector; found the PDG id "
                f"{ids[known[pid] != ids][0]}: leave such particles out."
            )
        return cls(
            pt=particles[:, 0].astype(np.float16),
            drap=np.round((particles[:, 1] - jets[owner, 1]) / step).astype(np.int16),
            dphi=np.round(dphi / step).astype(np.int16),
            pid=pid.astype(np.uint8),
            counts=counts,
            jets=jets,
            label=np.full(len(jets), label, np.uint8),
            seed=np.full(len(jets), seed, np.uint32),
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        return cls(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in cls.__dataclass_fields__
            }
        )

    def take(self, index: Array) -> Self:
        """The jets at ``index`` (n,), in that order."""
        counts = self.counts[index]
        starts = (np.cumsum(self.counts) - self.counts)[index]
        rows = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        return type(self)(
            self.pt[rows],
            self.drap[rows],
            self.dphi[rows],
            self.pid[rows],
            counts,
            self.jets[index],
            self.label[index],
            self.seed[index],
        )


def write_raw(path: Path, raw: Raw, **attributes: str) -> None:
    """Write a file in the compact layout, completely or not at all, with ``attributes``."""
    packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
    with write_atomically(path) as file:
        file.attrs.update(attributes)
        group = file.create_group("constituents")
        group.attrs["angle_step"] = ANGLE_STEP
        group.create_dataset(
            "offsets", data=np.concatenate([[0], np.cumsum(raw.counts)]).astype(np.uint32), **packed
        )
        for name in ("pt", "drap", "dphi", "pid"):
            group.create_dataset(name, data=getattr(raw, name), **packed)
        group["pid"].attrs["pdgids"] = np.array(PDG_IDS)
        counts = raw.jets[:, 4]
        small = np.uint8 if counts.max(initial=0) < 256 else np.uint16
        jets = file.create_group("jets")
        for column, name in enumerate(("pt", "y", "phi", "mass")):
            jets.create_dataset(name, data=raw.jets[:, column], **packed)
        jets.create_dataset("n", data=counts.astype(small), **packed)
        jets.create_dataset("label", data=raw.label, **packed)
        jets.create_dataset("seed", data=raw.seed, **packed)
