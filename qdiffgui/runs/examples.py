"""Example runs that ship with the package, so that there is something to see before anything is
trained. ``tools/make_examples.py`` trains them from presets and packs each as a bundle.

They are unpacked once into the cache folder and are read-only: the page and the command line list,
open, evaluate and export them, but never train or delete them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from qdiffgui import paths

VARIABLE = "QDIFFGUI_EXAMPLES"
FIRST = "example-circle"
"""The example that a page without runs opens."""
_NAME = "examples-"


def example_folder() -> Path | None:
    """The folder with the example runs.

    Returns
    -------
    Path or None
        None if examples are turned off (``QDIFFGUI_EXAMPLES=0``), are not part of this
        installation, or the cache folder is not writable.
    """
    if os.environ.get(VARIABLE) == "0":
        return None
    bundles = _bundles()
    if not bundles:
        return None
    digest = _digest(tuple((file, file.stat().st_mtime_ns) for file in bundles))
    folder = paths.cache().resolve() / f"{_NAME}{digest}"
    if not folder.is_dir():
        try:
            _unpack(bundles, folder)
        except OSError:
            return None
    return folder


def is_example(run: Path) -> bool:
    """Whether the run in the folder ``run`` is an example."""
    folder = run.parent
    return folder.parent == paths.cache().resolve() and folder.name.startswith(_NAME)


def _bundles() -> list[Path]:
    """The shipped bundles, in the order of their names."""
    try:
        return sorted((paths.assets() / "examples").glob("*.zip"))
    except FileNotFoundError:
        return []


@cache
def _digest(bundles: tuple[tuple[Path, int], ...]) -> str:
    """Of the content of the bundles; the page asks every second."""
    return hashlib.sha256(b"".join(file.read_bytes() for file, _ in bundles)).hexdigest()[:12]


def _unpack(bundles: list[Path], folder: Path) -> None:
    """Unpack all bundles and rename the folder at the end: other processes see all or nothing."""
    part = folder.with_name(f".{folder.name}-{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    try:
        for file in bundles:  # they are ours: nothing in them needs to be checked
            with zipfile.ZipFile(file) as bundle:
                bundle.extractall(part)
        with suppress(OSError):  # another process was faster
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if not folder.is_dir():
        raise OSError(f"'{folder}' cannot be created")
