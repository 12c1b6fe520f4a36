"""Our compact ragged HDF5 layout, read: about 230 bytes a jet.

/constituents/{offsets u4 (n_jets + 1), pt f2 (GeV), drap i2, dphi i2, pid u1} with angles about the jet axis in steps of the attribute
``angle_step`` and ``pid`` an index into the attribute ``pdgids``; /jets/{pt, y, phi, mass f4, n u1, label u1, seed u4}.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.types import Array, Jets
from qdiffgui.errors import DataError

CLASS_NAMES = {0: "gluon", 1: "quark"}


def read_jets(path: Path, *, classes: str = "both", n_jets: int) -> Jets:
    """The first ``n_jets`` jets of the chosen classes (``both``, ``gluon`` or ``quark``) of a file in our layout.

    Raises
    ------
    DataError
        if the file holds fewer of them. ``OSError`` and ``KeyError`` if it is not such a file.
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
            pt=group["pt"][rows].astype(np.float32), eta=group["drap"][rows] * step, phi=group["dphi"][rows] * step,
            pid=np.asarray(group["pid"].attrs["pdgids"], dtype=np.int32)[group["pid"][rows]], offsets=offsets, label=label[:stop],
            jet_pt=file["jets/pt"][:stop].astype(np.float32),
            facts={"y": file["jets/y"][:stop], "mass": file["jets/mass"][:stop], "seed": file["jets/seed"][:stop]},
        )  # fmt: skip
    return jets if len(chosen) == stop else jets.take(chosen)


def choose(label: Array, classes: str, n_jets: int) -> Array:
    """Rows of the first ``n_jets`` jets of the chosen classes, ascending; raises ``DataError`` if there are fewer."""
    wanted = np.isin(label, [key for key, name in CLASS_NAMES.items() if classes in ("both", name)])
    rows = np.flatnonzero(wanted)
    if len(rows) < n_jets:
        kind = "jets" if classes == "both" else f"{classes} jets"
        raise DataError(f"{n_jets} {kind} were asked for and the file holds {len(rows)}: ask for at most {len(rows)}.")
    return rows[:n_jets]
