"""Generated samples as files for other tools: HDF5 with units as attributes, or the formats of
other tools.

HDF5 layout: /jets/{label, pt, observables...} (one value per jet), /constituents/{offsets, pt, eta,
phi} for jets with constituents, /images/{pixels, label}, /showers/{layers, incident, label},
/points/{xy, label}, /states/{psi, label} and /densities/{rho, label}. Angles are relative to the
jet axis. ``samples.h5`` of a run adds /encoded/{x, label}.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.atomic import write_bytes, write_via_part
from qdiffgui.data.hdf5 import write_atomically
from qdiffgui.data.observables import UNITS, names_for, observables
from qdiffgui.data.points import points_as_csv
from qdiffgui.data.save_particles import save_energyflow
from qdiffgui.data.save_root import save_root
from qdiffgui.data.save_showers import save_calo_challenge
from qdiffgui.data.types import (
    Densities,
    Encoded,
    Images,
    Jets,
    Physical,
    Points,
    Showers,
    States,
    Table,
)
from qdiffgui.errors import UserError

_PACK = {"compression": "gzip", "compression_opts": 4, "shuffle": True}


def save_physical(path: Path, content: Physical) -> None:
    """Write physical samples to ``path``: EnergyFlow's npz if its name ends in .npz (jets with
    constituents only), a TTree for .root (jets, or tables of observables), the layout of the
    CaloChallenge for .calo.h5 (showers), text for .csv (points in a plane), HDF5 otherwise.

    Raises ``UserError`` if the format cannot hold the samples.
    """
    if path.suffix == ".npz":
        _save_npz(path, content)
        return
    if path.suffix == ".csv":
        if not isinstance(content, Points):
            raise _wrong_samples("CSV files hold points in a plane", content)
        write_bytes(path, points_as_csv(content.xy))
        return
    if path.suffix == ".root":
        if not isinstance(content, Jets | Table):
            raise _wrong_samples("ROOT files hold jets", content)
        write_via_part(path, lambda part: save_root(part, content))
        return
    if path.name.endswith(".calo.h5"):
        if not isinstance(content, Showers):
            raise _wrong_samples("CaloChallenge files hold showers", content)
        save_calo_challenge(path, content)
        return
    with write_atomically(path) as file:
        _write(file, content)


def save_samples(path: Path, encoded: Encoded, content: Physical) -> None:
    """Write encoded and physical samples to one file, atomically."""
    with write_atomically(path) as file:
        group = file.create_group("encoded")
        group.attrs.update(kind=encoded.spec.kind, names=list(encoded.spec.names))
        group.create_dataset("x", data=encoded.x, **_PACK)
        group.create_dataset("label", data=encoded.label)
        _write(file, content)


def _write(file: h5py.File, content: Physical) -> None:
    file.attrs["format"] = "qdiffgui-samples"
    if isinstance(content, States):
        file.create_dataset("states/psi", data=content.psi, **_PACK)
        file.create_dataset("states/label", data=content.label)
        return
    if isinstance(content, Densities):
        file.create_dataset("densities/rho", data=content.rho, **_PACK)
        file.create_dataset("densities/label", data=content.label)
        return
    if isinstance(content, Showers):
        for name, values in (("layers", content.layers), ("incident", content.incident)):
            file.create_dataset(f"showers/{name}", data=values, **_PACK).attrs["unit"] = "GeV"
        file.create_dataset("showers/label", data=content.label)
        return
    if isinstance(content, Points):
        file.create_dataset("points/xy", data=content.xy, **_PACK)
        file.create_dataset("points/label", data=content.label)
        return
    if not isinstance(content, Images) or content.pixel_size > 0:
        file.attrs.update(level="generator level", classes="0 gluon, 1 quark, -1 unlabeled")
    if isinstance(content, Images):
        pixels = file.create_dataset("images/pixels", data=content.pixels, **_PACK)
        pixels.attrs.update(unit=content.unit, pixel_size=content.pixel_size)
        file.create_dataset("images/label", data=content.label)
        return
    _write_jets(file, content)


def _write_jets(file: h5py.File, content: Jets | Table) -> None:
    jets = file.create_group("jets")
    jets.create_dataset("label", data=content.label)
    values = (
        content.values if isinstance(content, Table) else observables(content, names_for(content))
    )
    for name, column in values.items():
        jets.create_dataset(name, data=np.asarray(column, dtype=np.float32), **_PACK).attrs[
            "unit"
        ] = UNITS.get(name, "")
    if isinstance(content, Jets):
        group = file.create_group("constituents")
        group.create_dataset("offsets", data=content.offsets, **_PACK)
        for name, unit in (("pt", "GeV"), ("eta", "rad"), ("phi", "rad")):
            group.create_dataset(name, data=getattr(content, name), **_PACK).attrs["unit"] = unit


def _save_npz(path: Path, content: Physical) -> None:
    if not isinstance(content, Jets):
        raise _wrong_samples("EnergyFlow's npz files hold constituents", content)
    save_energyflow(path, content)


def _wrong_samples(what: str, content: Physical) -> UserError:
    return UserError(
        f"{what}, but this model generates {type(content).__name__.lower()}: choose a file name "
        "that ends in .h5."
    )
