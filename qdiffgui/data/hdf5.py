"""Safe HDF5: untrusted files are opened without following links, and files are written completely
or not at all.
"""

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
from qdiffgui.data.formats.heaps import require_sound_heaps
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NUMBERS = itertools.count()
_MOST_OBJECTS, _DEEPEST = 200_000, 32


@contextmanager
def open_untrusted(path: Path) -> Iterator[h5py.File]:
    """Open an HDF5 file of unknown origin for reading. Raises ``DataError`` if it is missing,
    damaged or of another format.
    """
    if not path.is_file():
        what = "a folder" if path.is_dir() else "nothing"
        raise DataError(f"Expected a file at '{path}'; found {what}: check the path.")
    with path.open("rb") as stream:
        if stream.read(len(_SIGNATURE)) != _SIGNATURE:
            raise DataError(
                f"Expected an HDF5 file; '{path.name}' is a file of another kind: choose another "
                "file."
            )
    require_sound_heaps(path)
    try:
        file = h5py.File(path, "r", locking=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise _damaged(path) from error
    with file:
        try:
            yield file
        except (OSError, RuntimeError) as error:
            # libhdf5 finds damage only where it reads; errors of the disk have a number
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise _damaged(path) from error
        except KeyError as error:
            # so h5py calls an object whose header cannot be read
            if "Unable to synchronously open object" not in str(error):
                raise
            raise _damaged(path) from error
        except UnicodeDecodeError as error:  # a name that is no text
            raise _damaged(path) from error


def _damaged(path: Path) -> DataError:
    return DataError(
        f"Expected a complete HDF5 file; '{path.name}' is truncated or damaged: copy it again."
    )


@contextmanager
def write_atomically(path: Path) -> Iterator[h5py.File]:
    """A new HDF5 file that replaces ``path`` once it is complete and on the disk. Raises
    ``OSError`` if it does not fit.

    It is built in memory first, because libhdf5 ends the whole process if a disk fills up under an
    open file.
    """
    # libhdf5 identifies open files by name, even in memory: two threads need different names
    with h5py.File(
        f"memory-{next(_NUMBERS)}-{path}", "w", driver="core", backing_store=False
    ) as file:
        yield file
        file.flush()
        image = file.id.get_file_image()
    write_bytes(path, image)


def write_tree(group: h5py.Group, arrays: Mapping[str, Array], **options: Any) -> None:
    """Write arrays by name; a '/' in a name creates a group."""
    for name, values in arrays.items():
        group.create_dataset(name, data=np.asarray(values), **options)


def read_tree(group: h5py.Group) -> dict[str, Array]:
    """Read what ``write_tree`` wrote, by name.

    Raises ``DataError`` for links, for data that are neither numbers nor bytes, and for data that
    declare far more than is stored.
    """
    return {name: np.asarray(item[()]) for name, item in walk(group, kinds="fiubcS")}


def walk(group: h5py.Group, *, kinds: str) -> Iterator[tuple[str, h5py.Dataset]]:
    """All datasets below a group with their names, each checked to be stored in the file.

    The groups are tables of names as ``write_tree`` writes them. Files of unknown origin may be
    anything: each object is visited once, and depth, number and total size are bounded before the
    first dataset is returned.

    Parameters
    ----------
    group : h5py.Group
    kinds : str
        Allowed kinds of numpy types. ``O`` allows texts.

    Raises
    ------
    DataError
        For links, a second name of the same object, data of other kinds, and data that declare far
        more than is stored, each or together.
    """
    found: list[tuple[str, h5py.Dataset]] = []
    seen = {_address(group)}
    waiting = [("", group)]
    declared = stored = 0
    while waiting:
        prefix, parent = waiting.pop()
        for key in parent:
            name = f"{prefix}{key}"
            item = _item(parent, key, name)
            address = _address(item)
            if address in seen:
                raise DataError(
                    f"'{one_line(name)}' is a second name of other data in the file: expected each "
                    "array once."
                )
            seen.add(address)
            if len(seen) > _MOST_OBJECTS or name.count("/") > _DEEPEST:
                raise DataError(
                    f"Expected at most {_MOST_OBJECTS:,} arrays in groups at most {_DEEPEST} deep; "
                    "the file has more: write it again."
                )
            if isinstance(item, h5py.Group):
                waiting.append((f"{name}/", item))
                continue
            guard.stored_here(item, one_line(name), kinds=kinds)
            declared += guard.declared_bytes(item)
            stored += item.id.get_storage_size()
            guard.require_stored(declared, stored, f"all up to {one_line(name)}")
            found.append((name, item))
    yield from found


def _item(parent: h5py.Group, key: str, name: str) -> h5py.Group | h5py.Dataset:
    if not isinstance(parent.get(key, getlink=True), h5py.HardLink):
        raise DataError(
            f"Expected the data of '{one_line(name)}' in the file itself; found a link to another "
            "place: copy the data into the file."
        )
    return parent[key]


def _address(item: Any) -> int:
    return int(h5py.h5o.get_info(item.id).addr)
