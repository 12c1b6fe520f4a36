"""Files that are whole or not there at all, whatever happens while they are written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py

from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_tree
from qdiffgui.data.types import Array


def write_bytes(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write ``data`` under a temporary name, fsync, rename to ``path``, fsync the folder.

    ``sync=False`` leaves out the two fsyncs: readers still never see half a file, but a power cut may lose it.
    Raises ``OSError`` where the disk does not take it; what stood at ``path`` is untouched then.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut (where the system can)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: Any, *, sync: bool = True) -> None:
    """``content`` as JSON, atomically; raises ``OSError``."""
    write_bytes(path, json.dumps(content, indent=1, default=str).encode(), sync=sync)


def read_json(path: Path) -> Any:
    """The content of a JSON file, or ``None`` where there is no readable one."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_arrays(path: Path, arrays: Mapping[str, Array], **attributes: Any) -> None:
    """Arrays by name ('/' makes groups) as one HDF5 file, atomically and without pickling.

    It is put together in memory first: libhdf5 does not recover from a disk that fills up under an open file.
    """
    # libhdf5 knows open files by name, those in memory too: two runs in one process must not meet
    with h5py.File(f"memory-{path}", "w", driver="core", backing_store=False) as file:
        write_tree(file, arrays)
        file.attrs.update(attributes)
        file.flush()
        image = file.id.get_file_image()
    write_bytes(path, image)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """(arrays, attributes) of what ``write_arrays`` wrote; raises ``DataError`` for a damaged file."""
    with open_untrusted(path) as file:
        return read_tree(file), dict(file.attrs)
