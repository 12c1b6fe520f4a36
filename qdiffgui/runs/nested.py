"""Runs in folders of the folder of runs: those of sweeps, and those of studies. And which folders
can be runs.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}")
_DEVICES = {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
STUDIES = "studies"
"""The folder with the short runs of studies."""
RESERVED = frozenset({"last", STUDIES, "con", "prn", "aux", "nul", *_DEVICES})
"""Ids that no run may have: they mean something else here, or are devices in Windows."""


def is_id(name: str) -> bool:
    """Whether a folder of this name can be a run, on every system."""
    return _ID.fullmatch(name) is not None and name.lower() not in RESERVED


def folder_of(root: Path, group: str) -> Path | None:
    """The folder with the runs of a sweep, or of the studies; ``None`` if there is none."""
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
    found = [folder_of(root, name) for name in names]
    return [folder for folder in found if folder is not None]


def group_of(root: Path, run: Path) -> str:
    """The sweep that a run belongs to, ``STUDIES``, or "" for a run of the list."""
    folder = run.parent
    if folder == root / STUDIES:
        return STUDIES
    return folder.parent.name if folder != root and folder.parent.parent == root else ""
