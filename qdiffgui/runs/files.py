"""The files of a run, each whole or not there at all, whatever happens while it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qdiffgui.data.atomic import sync_folder, write_bytes
from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_atomically, write_tree
from qdiffgui.data.types import Array

__all__ = ["overwrite", "read_arrays", "read_json", "sync_folder", "write_arrays", "write_bytes", "write_json"]


def overwrite(path: Path, data: bytes, *, sync: bool = True) -> None:
    """As ``write_bytes``, for small files that say how something goes: where the disk is full, the old file is written over in place.

    Raises ``OSError`` where there is no old file, or it cannot be written.
    """
    try:
        write_bytes(path, data, sync=sync)
    except OSError:
        if not path.exists():
            raise
        with path.open("r+b") as stream:
            stream.write(data)
            stream.truncate()


def write_json(path: Path, content: Any, *, sync: bool = True) -> None:
    """``content`` as JSON, atomically; raises ``OSError``."""
    write_bytes(path, json.dumps(content, indent=1, default=str).encode(), sync=sync)


def read_json(path: Path) -> Any:
    """The content of a JSON file, or ``None`` where there is no readable one."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):  # the last: a file of nothing but brackets
        return None


def write_arrays(path: Path, arrays: Mapping[str, Array], **attributes: Any) -> None:
    """Arrays by name ('/' makes groups) as one HDF5 file, atomically and without pickling; raises ``OSError``."""
    with write_atomically(path) as file:
        write_tree(file, arrays)
        file.attrs.update(attributes)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """(arrays, attributes) of what ``write_arrays`` wrote; raises ``DataError`` for a damaged file."""
    with open_untrusted(path) as file:
        return read_tree(file), dict(file.attrs)
