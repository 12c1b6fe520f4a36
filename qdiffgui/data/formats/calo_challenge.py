"""CaloChallenge showers (arXiv:2410.21611): energies in the voxels of a segmented cylinder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.layout import Layout, number_bytes
from qdiffgui.data.formats.stored_rows import StoredRows
from qdiffgui.data.types import UNLABELLED, Array, Images
from qdiffgui.errors import DataError


@dataclass(frozen=True)
class Geometry:
    """Voxels of one data set: ``layers`` holds (n_alpha, n_r) of each layer."""

    name: str
    layers: tuple[tuple[int, int], ...]

    @property
    def n_voxels(self) -> int:
        return sum(n_alpha * n_r for n_alpha, n_r in self.layers)

    def images(self, showers: Array) -> Array:
        """Showers (n, n_voxels) as (n, n_layers, widest layer) float32: one row per layer, alpha
        before r, padded with zeros.
        """
        sizes = [n_alpha * n_r for n_alpha, n_r in self.layers]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        out = np.zeros((len(showers), len(sizes), max(sizes)), dtype=np.float32)
        for row, (start, width) in enumerate(zip(starts, sizes)):
            out[:, row, :width] = showers[:, start : start + width]
        return out


GEOMETRIES = {
    geometry.n_voxels: geometry
    for geometry in (
        Geometry("data set 1, photons", ((1, 8), (10, 16), (10, 19), (1, 5), (1, 5))),
        Geometry(
            "data set 1, pions", ((1, 8), (10, 10), (10, 10), (1, 5), (10, 15), (10, 16), (1, 10))
        ),
        Geometry("data set 2, electrons", ((16, 9),) * 45),
        Geometry("data set 3, electrons", ((50, 18),) * 45),
    )
}


ONE_VOXEL = "voxels_per_layer"
"""Attribute of ``showers`` that is 1 for energies by layer; see ``data.save_showers``."""
_MAX_LAYERS = 1000


def matches(file: h5py.File) -> bool:
    """Whether the file has ``showers`` and ``incident_energies``, as the CaloChallenge has; their
    contents are not looked at.
    """
    return guard.has(file, "showers", "incident_energies")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``incident_energies`` (N, 1) and ``showers`` (N, n_voxels), MeV. The number of voxels
    identifies the data set.
    """
    showers = guard.dataset(file, "showers", ndim=(2,))
    n = len(showers)
    geometry = _by_layer(showers) or GEOMETRIES.get(showers.shape[1])
    if geometry is None:
        raise DataError(
            f"Expected 'showers' with {', '.join(map(str, GEOMETRIES))} voxels each, as in the "
            f"CaloChallenge; found {showers.shape[1]}: choose a file of data set 1, 2 or 3."
        )
    sample_bytes = number_bytes(showers.shape[1:])
    checks.size(n, sample_bytes, "shower")
    energies = guard.column(file, "incident_energies", n)
    labels = np.full(n, UNLABELLED, dtype=np.int8)

    def read(start: int, stop: int) -> Images:
        values, incident = showers[start:stop], energies[start:stop].reshape(-1)
        for name, column in (("showers", values), ("incident_energies", incident)):
            checks.finite(column, name, "shower", start)
            checks.not_negative(column, name, "energies", "shower", start)
        facts = {"incident_energy": incident.astype(np.float32)}
        return Images(geometry.images(values), labels[start:stop], unit="MeV", facts=facts)

    shapes = {"showers": guard.shape_text(showers), "incident_energies": guard.shape_text(energies)}
    label = f"CaloChallenge showers, {geometry.name}"
    return Layout(
        "calo-challenge",
        label,
        n,
        "shower",
        labels,
        {},
        shapes,
        sample_bytes,
        read,
        unit="MeV",
    )


def _by_layer(showers: StoredRows) -> Geometry | None:
    """The geometry of energies by layer, if the file says that it holds these."""
    said = np.asarray(showers.attrs.get(ONE_VOXEL, 0))
    n_layers = int(showers.shape[1])
    if said.shape != () or said.dtype.kind not in "iu" or said != 1 or n_layers > _MAX_LAYERS:
        return None
    return Geometry("energies by layer", ((1, 1),) * n_layers)
