"""HDF5 without surprises: files of others opened with nothing followed, own files written whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from qdiffgui.data.atomic import write_bytes
from qdiffgui.data.formats import guard
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NUMBERS = itertools.count()


@contextmanager
def open_untrusted(path: Path) -> Iterator[h5py.File]:
    """Open an HDF5 file of unknown origin for reading; raises ``DataError`` where it is missing, another format or damaged."""
    if not path.is_file():
        what = "a folder" if path.is_dir() else "nothing"
        raise DataError(f"Expected a file at '{path}'; found {what}: check the path.")
    with path.open("rb") as stream:
        if stream.read(len(_SIGNATURE)) != _SIGNATURE:
            raise DataError(
                f"Expected an HDF5 file; '{path.name}' does not begin like one: it is another kind of file under this name."
            )
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        raise DataError(f"'{path.name}' begins like HDF5 but cannot be opened (truncated or damaged): copy it again.") from error
    with file:
        yield file


@contextmanager
def write_atomically(path: Path) -> Iterator[h5py.File]:
    """A new HDF5 file that takes the place of ``path`` only when it is whole and on the disk; raises ``OSError`` where it does not fit.

    It is put together in memory first: libhdf5 ends the whole process where a disk fills up under an open file.
    """
    # libhdf5 knows open files by name, those in memory too: two threads must not meet
    with h5py.File(f"memory-{next(_NUMBERS)}-{path}", "w", driver="core", backing_store=False) as file:
        yield file
        file.flush()
        image = file.id.get_file_image()
    write_bytes(path, image)


def write_tree(group: h5py.Group, arrays: Mapping[str, Array], **options: Any) -> None:
    """Arrays by name; a '/' in a name makes a group."""
    for name, values in arrays.items():
        group.create_dataset(name, data=np.asarray(values), **options)


def read_tree(group: h5py.Group) -> dict[str, Array]:
    """What ``write_tree`` wrote, names with '/' again.

    Raises ``DataError`` for what leads out of the file, is not made of numbers or plain bytes, or declares far more than is stored.
    """
    arrays: dict[str, Array] = {}

    def visit(prefix: str, parent: h5py.Group) -> None:
        for key in parent:
            name = f"{prefix}{key}"
            if not isinstance(parent.get(key, getlink=True), h5py.HardLink):
                raise DataError(f"'{one_line(name)}' is a link: expected the data themselves in the file.")
            item = parent[key]
            if isinstance(item, h5py.Group):
                visit(f"{name}/", item)
                continue
            guard.stored_here(item, one_line(name), kinds="fiubcS")
            arrays[name] = np.asarray(item[()])

    visit("", group)
    return arrays
