"""Showers in the layout of the CaloChallenge (arXiv:2410.21611)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdiffgui.data.formats.calo_challenge import ONE_VOXEL
from qdiffgui.data.hdf5 import write_atomically
from qdiffgui.data.types import Showers

_PACK = {"compression": "gzip", "compression_opts": 4, "shuffle": True}


def save_calo_challenge(path: Path, showers: Showers) -> None:
    """Write ``incident_energies`` (N, 1) and ``showers`` (N, n_layers), MeV.

    Layer energies have one voxel per layer, which the attribute ``voxels_per_layer`` of ``showers``
    says; the data sets of the CaloChallenge have more.

    Parameters
    ----------
    path : Path
        The file.
    showers : Showers
        Layer energies and incident energies, GeV.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with write_atomically(path) as file:
        energies = 1e3 * showers.incident.astype(np.float32)[:, None]
        file.create_dataset("incident_energies", data=energies, **_PACK)
        voxels = file.create_dataset(
            "showers", data=1e3 * showers.layers.astype(np.float32), **_PACK
        )
        voxels.attrs[ONE_VOXEL] = 1
