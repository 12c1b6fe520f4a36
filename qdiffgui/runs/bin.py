"""Deleted runs: kept for a while in the folder ``.trash``, listed with their sizes, freed on request or when their time is over."""

from __future__ import annotations

import builtins
import contextlib
import math
import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from qdiffgui.runs.files import read_json

TRASH = ".trash"
KEPT_DAYS = 30.0
_DAY = 86400.0


@dataclass(frozen=True)
class Deleted:
    """A run in the bin. ``n_bytes`` on the disk; ``deleted``: when, seconds since the epoch; freed at the latest at ``until``."""

    id: str
    name: str
    n_bytes: int
    deleted: float

    @property
    def until(self) -> float:
        return self.deleted + KEPT_DAYS * _DAY


class Bin:
    """The bin of the runs under ``root``. Whoever lists or empties it needs no lock: only deleted runs are in it."""

    def __init__(self, root: Path) -> None:
        self.path = root / TRASH

    def list(self) -> builtins.list[Deleted]:
        """What is in it, deleted last first."""
        if not self.path.is_dir():
            return []
        found = []
        for path in self.path.iterdir():
            with contextlib.suppress(FileNotFoundError):  # somebody else empties it just now
                if path.is_dir():
                    found.append(_deleted(path))
        return sorted(found, key=lambda one: (one.deleted, one.id), reverse=True)

    def take(self, folder: Path) -> None:
        """Move the folder of a run into the bin, in place of one of the same name; free those whose time is over."""
        self.path.mkdir(exist_ok=True)
        target = self.path / folder.name
        shutil.rmtree(target, ignore_errors=True)
        now = time.time()
        os.utime(
            folder, (now, now)
        )  # the time of its deletion; before the move: killed between them, it is not taken for an old one
        folder.rename(target)
        self.free(older_than_days=KEPT_DAYS)

    def free(self, *, older_than_days: float = 0.0) -> tuple[int, int]:
        """Remove for good what was deleted longer ago: (runs, bytes). What cannot be removed stays and is not counted.

        0 days is all of it, also what a clock that was ahead says was deleted tomorrow.
        """
        latest = time.time() - older_than_days * _DAY if older_than_days else math.inf
        n_runs = n_bytes = 0
        for one in self.list():
            if one.deleted > latest:
                continue
            shutil.rmtree(self.path / one.id, ignore_errors=True)
            if not (self.path / one.id).exists():
                n_runs, n_bytes = n_runs + 1, n_bytes + one.n_bytes
        return n_runs, n_bytes


def size(folder: Path) -> int:
    """Bytes of all files in a folder; of what vanishes meanwhile none."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                found = os.lstat(os.path.join(place, name))
                total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total


def _deleted(path: Path) -> Deleted:
    settings = read_json(path / "config.json")
    notes = read_json(path / "annotations.json")
    names = [str(found.get("name") or "") for found in (notes, settings) if isinstance(found, dict)]
    return Deleted(path.name, next(filter(None, names), path.name), size(path), path.stat().st_mtime)
