"""What a file is: told by its first bytes and its keys, whatever it is called."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import h5py

from qdiffgui.data.formats import (
    calo_challenge,
    cms_images,
    cms_parquet,
    energyflow,
    guard,
    jetnet,
    npz,
    observables_table,
    own,
    reduced_images,
)  # fmt: skip
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Layout
from qdiffgui.errors import DataError

KNOWN = "EnergyFlow npz, JetNet HDF5, CMS images (HDF5 or parquet), reduced images HDF5, CaloChallenge HDF5, or our own jets HDF5"
_HDF5: tuple[ModuleType, ...] = (own, jetnet, cms_images, calo_challenge, reduced_images, observables_table)

_OTHERS = {
    b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"%PDF": "a PDF document",
    b"root\0\0": "a ROOT file", b"\x1f\x8b": "a gzip archive", b"\x93NUMPY": "a single npy array", b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive", b"\x80\x02": "a Python pickle", b"\x80\x03": "a Python pickle", b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle", b"<": "a web or XML document", b"{": "a JSON document", b"CDF": "a netCDF file",
    b"SIMPLE": "a FITS file", b"MATLAB": "a MATLAB file",
}  # fmt: skip


@contextmanager
def open_layout(path: str | Path, *, channels: str = "sum", inside: Path | None = None) -> Iterator[Layout]:
    """The layout of a file, open while the context lasts. Only headers and labels have been read.

    ``inside``: refuse files that, all links followed, lie outside this folder. ``channels`` ("sum", "tracks" or "separate") of CMS images.

    Raises
    ------
    DataError
        one sentence, for anything that is not a file of a known layout, also while slices are being read.
    """
    checked = _regular_file(path, inside)
    name = one_line(checked.name)
    start = _first_bytes(checked)
    try:
        if start.startswith(b"\x89HDF\r\n\x1a\n"):
            with h5py.File(checked, "r", locking=False) as file:
                yield _hdf5_module(file, name).open_layout(file, checked, channels)
        elif start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            with npz.open_npz(checked) as archive:
                yield energyflow.open_layout(archive)
        elif start.startswith(b"PAR1"):
            with cms_parquet.open_parquet(checked) as parquet:
                yield cms_parquet.open_layout(parquet, channels)
        else:
            raise DataError(f"Expected {KNOWN}; '{name}' is {_what(start)}: choose another file.")
    except DataError:
        raise
    except (OSError, KeyError, RuntimeError, MemoryError, OverflowError, ValueError, TypeError) as error:
        raise DataError(f"Expected a whole file of data; '{name}' is truncated or damaged: copy it again.") from error


def _regular_file(path: str | Path, inside: Path | None) -> Path:
    """The path, proven to be a regular, readable file that no link takes out of its folder."""
    name = one_line(path, 120)
    if not str(path):
        raise DataError("Expected the path of a data file; found none: choose a file.")
    try:
        given = Path(path).expanduser()
        real = given.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, ValueError, RuntimeError):
        raise DataError(f"Expected a file at '{name}'; there is none: check the path.") from None
    home = (inside or given.parent).resolve()
    if (given.is_symlink() or inside is not None) and not real.is_relative_to(home):
        raise DataError(
            f"Expected a file in '{one_line(home, 120)}'; '{one_line(given.name)}' is a link that leads out of it: "
            "give the path of the file itself."
        )
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise DataError(f"Expected a file of data at '{name}'; it is {what}: choose a file.")
    if not os.access(real, os.R_OK):
        raise DataError(f"Expected a file that may be read; '{name}' may not: change its permissions.")
    return given


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(64)
    except OSError as error:
        raise DataError(f"Expected a file that can be read; '{one_line(path.name)}' cannot: {error.strerror}.") from error


def _what(start: bytes) -> str:
    if not start:
        return "empty"
    for magic, what in _OTHERS.items():
        if start.startswith(magic):
            return what
    try:
        text = start.decode("ascii")
    except UnicodeDecodeError:
        return "none of these"
    return "plain text" if text.isprintable() or "\n" in text else "none of these"


def _hdf5_module(file: h5py.File, name: str) -> ModuleType:
    for module in _HDF5:
        if module.matches(file):
            return module
    raise DataError(f"Expected the names of {KNOWN}; '{name}' holds {guard.keys(file)}: choose another file.")
