"""Example runs that ship with the package, so that there is something to see before anything is
trained. ``tools/make_examples.py`` trains them from presets and packs each as a bundle.

They are unpacked once into the cache folder and are read-only: the page and the command line list,
open, evaluate and export them, but never train or delete them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from qdiffgui import paths
from qdiffgui.errors import UserError
from qdiffgui.runs.bundle import import_bundle
from qdiffgui.runs.nested import EXAMPLES
from qdiffgui.runs.store import RunStore

VARIABLE = "QDIFFGUI_EXAMPLES"
FIRST = "example-circle"
"""The example that a page without runs opens."""


def example_store() -> RunStore | None:
    """The store of the example runs.

    Returns
    -------
    RunStore or None
        None if examples are turned off (``QDIFFGUI_EXAMPLES=0``), are not part of this
        installation, or the cache folder is not writable.
    """
    if os.environ.get(VARIABLE) == "0":
        return None
    bundles = _bundles()
    if not bundles:
        return None
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in bundles)).hexdigest()[:12]
    folder = paths.cache() / f"{EXAMPLES}-{digest}"
    if not folder.is_dir():
        try:
            _unpack(bundles, folder)
        except (OSError, UserError):
            return None
    return RunStore(folder)


def _bundles() -> list[Path]:
    """The shipped bundles, in the order of their names."""
    try:
        return sorted((paths.assets() / "examples").glob("*.zip"))
    except FileNotFoundError:
        return []


def _unpack(bundles: list[Path], folder: Path) -> None:
    """Unpack all bundles and rename the folder at the end: other processes see all or nothing."""
    part = folder.with_name(f".{folder.name}-{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    try:
        store = RunStore(part)
        for bundle in bundles:
            import_bundle(store, bundle)
        with suppress(OSError):  # another process was faster
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if not folder.is_dir():
        raise OSError(f"'{folder}' cannot be created")
