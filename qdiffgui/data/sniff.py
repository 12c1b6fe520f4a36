"""The format of a file, recognized by its first bytes and its names, whatever its name."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

import h5py
import numpy as np

from qdiffgui import catalog
from qdiffgui.config.columns import Columns
from qdiffgui.data.formats import guard
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.heaps import require_sound_heaps
from qdiffgui.data.formats.layout import QUARK_GLUON, Content, Format, Layout, used_classes
from qdiffgui.data.formats.npz import open_npz
from qdiffgui.data.formats.parquet_rows import open_parquet
from qdiffgui.data.formats.root import open_root
from qdiffgui.data.formats.units import in_unit
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError, UserError
from qdiffgui.registry import Entry

_HDF5 = b"\x89HDF\r\n\x1a\n"
_SIGNATURES = {
    _HDF5: "hdf5",
    b"PK\x03\x04": "npz",
    b"PK\x05\x06": "npz",
    b"PAR1": "parquet",
    b"root": "root",
}
_OTHERS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x93NUMPY": "a single npy array",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x80\x02": "a Python pickle",
    b"\x80\x03": "a Python pickle",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"<": "a web or XML document",
    b"{": "a JSON document",
    b"CDF": "a netCDF file",
    b"SIMPLE": "a FITS file",
    b"MATLAB": "a MATLAB file",
}


@contextmanager
def open_layout(
    path: str | Path,
    *,
    channels: str = "sum",
    columns: Columns | None = None,
    inside: Path | None = None,
) -> Iterator[Layout]:
    """The layout of a file, open inside the context. Only headers and labels have been read.

    Parameters
    ----------
    path : str or Path
        The file.
    channels : {"sum", "tracks", "separate"}
        How to read images of several channels.
    columns : Columns, optional
        What the user said about the columns of a ROOT or parquet file.
    inside : Path, optional
        Refuse files outside this folder, after following all links.

    Yields
    ------
    Layout
        The file, open for reading.

    Raises
    ------
    DataError
        One sentence if the file is of no known format or damaged, also while slices are read.
    """
    checked = _regular_file(path, inside)
    name = one_line(checked.name)
    start = _first_bytes(checked)
    container = next((c for magic, c in _SIGNATURES.items() if start.startswith(magic)), "stream")
    skipped = _user_block(checked) if container == "stream" else 0
    try:
        with _OPENERS["hdf5" if skipped else container](checked) as source:
            entry = _format_of("hdf5" if skipped else container, source, name, start, columns)
            layout = _layout(entry, source, checked, channels, columns)
            if skipped:
                note = f"{skipped} bytes before the HDF5 content (a user block) were skipped."
                layout = replace(layout, notes=(*layout.notes, note))
            yield _as_said(layout, columns or Columns())
    except UserError:
        raise
    except (
        OSError,
        KeyError,
        RuntimeError,
        MemoryError,
        OverflowError,
        ValueError,
        TypeError,
    ) as error:
        raise DataError(
            f"Expected a complete data file; '{name}' is truncated or damaged: copy it again."
        ) from error


def _regular_file(path: str | Path, inside: Path | None) -> Path:
    """The path, checked to be a regular, readable file that no link takes out of ``inside``."""
    name = one_line(path, 120)
    if not str(path):
        raise DataError("Expected the path of a data file; found none: choose a file.")
    try:
        given = Path(path).expanduser()
        real = given.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, ValueError, RuntimeError):
        raise DataError(f"Expected a file at '{name}'; there is none: check the path.") from None
    if inside is not None and not real.is_relative_to(inside.resolve()):
        raise DataError(
            f"Expected a file in '{one_line(inside.resolve(), 120)}'; '{one_line(given.name)}' is "
            "outside or a link that leads out of it: give the path of the file itself."
        )
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise DataError(f"Expected a data file at '{name}'; it is {what}: choose a file.")
    if not os.access(real, os.R_OK):
        raise DataError(
            f"Expected a readable file; '{name}' is not readable: change its permissions."
        )
    return given


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(64)
    except OSError as error:
        raise DataError(
            f"Expected a readable file; reading '{one_line(path.name)}' failed "
            f"({error.strerror}): check the disk and the permissions."
        ) from error


def _user_block(path: Path) -> int:
    """Bytes before the signature of HDF5, which may be at 512 times a power of 2; 0 if none is."""
    with suppress(OSError), path.open("rb") as stream:
        at, size = 512, path.stat().st_size
        while at < size:
            stream.seek(at)
            if stream.read(len(_HDF5)) == _HDF5:
                return at
            at *= 2
    return 0


def _as_said(layout: Layout, columns: Columns) -> Layout:
    """The layout with the unit and the order of the classes that the user gave."""
    layout = in_unit(layout, columns.energy_unit)
    if not columns.swap_labels:
        return layout
    read, labels = layout.read, _swapped(layout.labels)

    def swapped(start: int, stop: int) -> Content:
        content = read(start, stop)
        return replace(content, label=_swapped(content.label))

    return replace(
        layout,
        read=swapped,
        labels=labels,
        classes=used_classes(labels, {**layout.classes, **QUARK_GLUON}),
        notes=(*layout.notes, "Label 0 is read as quark and label 1 as gluon."),
    )


def _swapped(labels: Array) -> Array:
    return np.where((labels == 0) | (labels == 1), 1 - labels, labels)


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


def _layout(
    entry: Entry, source: Any, path: Path, channels: str, columns: Columns | None
) -> Layout:
    """The layout that a format gives; whatever a plug-in raises becomes a ``DataError``."""
    found: Format = entry.load()
    if columns is not None and columns.named and not getattr(found, "COLUMNS", False):
        raise DataError(
            f"Expected no data.columns: the columns of {entry.label} have fixed names; found "
            f"{', '.join(columns.named)}: leave data.columns empty."
        )
    try:
        if getattr(found, "COLUMNS", False):
            return cast(Any, found).open_layout(source, path, channels, columns)  # type: ignore[no-any-return]
        return found.open_layout(source, path, channels)
    except UserError:
        raise
    except Exception as error:
        if not entry.plugin:
            raise
        raise DataError(
            f"The file format '{entry.key}' of the plug-in '{entry.plugin}' cannot read "
            f"'{one_line(path.name)}' ({type(error).__name__}: {one_line(error, 120)}): "
            "choose another file."
        ) from error


def _format_of(
    container: str, source: Any, name: str, start: bytes, columns: Columns | None
) -> Entry:
    """The first format of ``catalog.formats`` that matches; raises ``DataError`` if none does.

    Formats of plug-ins are asked first: they were installed to read such files.
    """
    candidates = [e for e in catalog.formats.values() if e.facts["container"] == container]
    for entry in sorted(candidates, key=lambda e: not e.plugin):
        if _matches(entry, source):
            return entry
    if len(candidates) == 1 and container != "stream":
        return candidates[0]  # its error message says precisely what is missing
    if container == "root":
        raise DataError(f"Expected a ROOT file with a TTree or RNTuple; '{name}' has none.")
    known = ", ".join(entry.label for entry in catalog.formats.values())
    if container == "stream":
        raise DataError(f"Expected {known}; '{name}' is {_what(start)}: choose another file.")
    raise DataError(
        f"Expected the names of {known}; '{name}' holds {_names(container, source)}: choose "
        "another file."
    )


def _matches(entry: Entry, source: Any) -> bool:
    """Whether a format matches; one of a plug-in that fails does not."""
    try:
        found: bool = entry.load().matches(source)
        return found
    except Exception:
        if not entry.plugin:
            raise
        logging.getLogger(__name__).warning(
            "The file format '%s' of the plug-in '%s' failed.",
            entry.key,
            entry.plugin,
            exc_info=True,
        )
        return False
    finally:
        if hasattr(source, "seek"):
            source.seek(0)


def _names(container: str, source: Any) -> str:
    """The first names in a file, for an error message."""
    if container == "hdf5":
        return guard.keys(source)
    names = source.names if container == "npz" else source.schema_arrow.names
    found = [f"'{one_line(name, 24)}'" for name in names[:7]]
    return ", ".join(found[:6]) + (" and more" if len(found) > 6 else "") or "no data at all"


@contextmanager
def _open_hdf5(path: Path) -> Iterator[h5py.File]:
    require_sound_heaps(path)
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        if "already open for write" in str(error):
            name = one_line(path.name)
            raise DataError(
                f"'{name}' is still open in the program that writes it, or was left open when that "
                f"program ended: close it there, or run 'h5clear -s {name}'."
            ) from error
        raise
    with file:
        yield file


@contextmanager
def _open_stream(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as stream:
        yield stream


_OPENERS: dict[str, Callable[[Path], AbstractContextManager[Any]]] = {
    "hdf5": _open_hdf5,
    "npz": open_npz,
    "parquet": open_parquet,
    "root": open_root,
    "stream": _open_stream,
}
CONTAINERS = tuple(_OPENERS)
"""What a format can be stored in; see ``catalog.formats``."""
