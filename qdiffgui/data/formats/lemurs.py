"""LEMURS: electromagnetic showers in five detectors on a cylindrical grid (McKeown, Raikwar,
Zaborowska, arXiv:2509.05108; Zenodo 17045562).
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.layout import Layout, number_bytes
from qdiffgui.data.types import UNLABELLED, Images

_ANGLES = ("incident_theta", "incident_phi")


def matches(file: h5py.File) -> bool:
    """Whether the file has ``showers`` and ``incident_energy``; reads only names."""
    return guard.has(file, "showers", "incident_energy")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``showers`` (N, n_r, n_phi, n_z), MeV, ``incident_energy`` (N,), MeV, and optionally
    ``incident_theta`` and ``incident_phi`` (N,), rad.

    A shower becomes an image with one row per layer; in it, the azimuth comes before the radius, as
    in the CaloChallenge.
    """
    showers = guard.dataset(file, "showers", ndim=(4,))
    n = len(showers)
    sample_bytes = number_bytes(showers.shape[1:])
    checks.size(n, sample_bytes, "shower")
    columns = {
        name: guard.column(file, name, n)
        for name in ("incident_energy", *_ANGLES)
        if guard.has(file, name)
    }
    labels = np.full(n, UNLABELLED, dtype=np.int8)

    def read(start: int, stop: int) -> Images:
        values = showers[start:stop]
        facts = {
            name: column[start:stop].reshape(-1).astype(np.float32)
            for name, column in columns.items()
        }
        for name, found in (("showers", values), *facts.items()):
            checks.finite(found, name, "shower", start)
            if name not in _ANGLES:
                checks.not_negative(found, name, "energies", "shower", start)
        layers = np.moveaxis(values, (1, 2, 3), (3, 2, 1)).reshape(len(values), values.shape[3], -1)
        return Images(
            np.ascontiguousarray(layers, dtype=np.float32),
            labels[start:stop],
            unit="MeV",
            facts=facts,
        )

    shapes = {"showers": guard.shape_text(showers)}
    shapes.update({name: guard.shape_text(column) for name, column in columns.items()})
    return Layout(
        "lemurs",
        "LEMURS showers",
        n,
        "shower",
        labels,
        {},
        shapes,
        sample_bytes,
        read,
        unit="MeV",
    )
