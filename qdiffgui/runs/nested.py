"""Runs that are not in the list of runs: those of sweeps and studies, in folders of the folder of
runs, and the examples that ship with the package. And which folders can be runs.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from qdiffgui.runs.examples import example_folder, is_example

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}")
_DEVICES = {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
STUDIES = "studies"
"""The folder with the short runs of studies."""
EXAMPLES = "examples"
"""The group of the runs that ship with the package; see ``runs.examples``."""
RESERVED = frozenset({"last", STUDIES, EXAMPLES, "con", "prn", "aux", "nul", *_DEVICES})
"""Ids that no run may have: they mean something else here, or are devices in Windows."""


def is_id(name: str) -> bool:
    """Whether a folder of this name can be a run, on every system."""
    return _ID.fullmatch(name) is not None and name.lower() not in RESERVED


def folder_of(root: Path, group: str) -> Path | None:
    """The folder with the runs of a sweep, of the studies, or the examples; ``None`` if there is
    none.
    """
    if group == EXAMPLES:
        return example_folder()
    if group == STUDIES:
        folder = root / STUDIES
    elif is_id(group):
        folder = root / group / "runs"
    else:
        return None
    return folder if os.path.isdir(folder) else None  # Path.is_dir raises for another user's


def folders(root: Path) -> list[Path]:
    """The folders with runs of sweeps and studies, in order of their names."""
    try:
        names = sorted(os.listdir(root))
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = [folder_of(root, name) for name in names if name != EXAMPLES]
    return [folder for folder in found if folder is not None]


def group_of(root: Path, run: Path) -> str:
    """The sweep that a run belongs to, ``STUDIES``, ``EXAMPLES``, or "" for a run of the list."""
    folder = run.parent
    if is_example(run):
        return EXAMPLES
    if folder == root / STUDIES:
        return STUDIES
    return folder.parent.name if folder != root and folder.parent.parent == root else ""
