"""Deleted runs. They stay in the folder ``.trash`` for 30 days and can be restored until then."""

from __future__ import annotations

import builtins
import contextlib
import errno
import math
import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from qdiffgui.bounds import instant
from qdiffgui.runs.files import read_json

TRASH = ".trash"
KEPT_DAYS = 30.0
_DAY = 86400.0
_LEAVING = ".leaving-"
_ATTEMPTS = 100
_PATIENCE = 600 * 10**9


@dataclass(frozen=True)
class Deleted:
    """A deleted run.

    Attributes
    ----------
    n_bytes : int
        Size on disk.
    deleted : float
        Time of deletion, in seconds since the epoch.
    """

    id: str
    name: str
    n_bytes: int
    deleted: float

    @property
    def until(self) -> float:
        """When the run will be removed for good, in seconds since the epoch."""
        return instant(self.deleted + KEPT_DAYS * _DAY)


class Bin:
    """The deleted runs of the folder ``root``.

    No lock is needed: a run enters and leaves the bin by one rename of its folder, so that of
    several processes that want it, one gets all of it and the others nothing.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / TRASH

    def list(self) -> builtins.list[Deleted]:
        """All deleted runs, most recently deleted first."""
        if not self.path.is_dir():
            return []
        found = []
        for path in self.path.iterdir():
            if path.name.startswith("."):  # on its way out
                continue
            with contextlib.suppress(OSError):  # another process may be emptying the bin
                if path.is_dir():
                    found.append(_deleted(path))
        return sorted(found, key=lambda one: (one.deleted, one.id), reverse=True)

    def take(self, folder: Path) -> None:
        """Move the folder of a run into the bin. It replaces a deleted run of the same name.

        Runs deleted more than 30 days ago are removed for good.
        """
        self.path.mkdir(exist_ok=True)
        target = self.path / folder.name
        now = time.time()
        # The modification time is the time of deletion. It is set before the move: if the process
        # is killed in between, the run does not count as deleted long ago.
        os.utime(folder, (now, now))
        for _ in range(_ATTEMPTS):
            self._remove(target)
            try:
                folder.rename(target)
                break
            except OSError as error:
                # another run of this name was put there meanwhile
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
        self.free(older_than_days=KEPT_DAYS)

    def free(self, *, older_than_days: float = 0.0) -> tuple[int, int]:
        """Remove runs for good: those deleted more than ``older_than_days`` ago, or all for 0.

        Returns the number of runs and of bytes removed. A run that cannot be removed stays and is
        not counted.
        """
        self._remove_leftovers()
        latest = time.time() - older_than_days * _DAY if older_than_days else math.inf
        n_runs = n_bytes = 0
        for one in self.list():
            if one.deleted > latest:
                continue
            if self._remove(self.path / one.id):
                n_runs, n_bytes = n_runs + 1, n_bytes + one.n_bytes
        return n_runs, n_bytes

    def _remove(self, folder: Path) -> bool:
        """Remove a deleted run for good; returns False if it is not there or cannot be removed.

        It is renamed first: no one can restore half of it.
        """
        leaving = self.path / f"{_LEAVING}{time.time_ns()}-{os.getpid()}-{folder.name}"
        try:
            folder.rename(leaving)
        except OSError:
            return False
        shutil.rmtree(leaving, ignore_errors=True)
        with contextlib.suppress(OSError):
            leaving.rename(folder)  # it could not be removed: show it again
            return False
        return True

    def _remove_leftovers(self) -> None:
        """Remove what a process that was killed meanwhile had begun to remove."""
        for left in self.path.glob(f"{_LEAVING}*"):
            begun = left.name.removeprefix(_LEAVING).partition("-")[0]
            if begun.isdecimal() and time.time_ns() - int(begun) > _PATIENCE:
                shutil.rmtree(left, ignore_errors=True)


def size(folder: Path) -> int:
    """Size in bytes of all files in a folder. Files that vanish meanwhile count as 0."""
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
    return Deleted(
        path.name, next(filter(None, names), path.name), size(path), instant(path.stat().st_mtime)
    )
