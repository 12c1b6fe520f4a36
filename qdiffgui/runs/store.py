"""All runs of one folder: make, list, find, delete and bring back."""

from __future__ import annotations

import builtins
import json
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from qdiffgui import paths
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError, is_full
from qdiffgui.runs import record as records
from qdiffgui.runs.bin import Bin
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import sync_folder, write_bytes, write_json
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}")
_FORGOTTEN = 86400.0


class RunStore:
    """The runs under ``root`` (default: ``paths.runs()``), which is made when the first run is."""

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root).resolve() if root is not None else paths.runs()
        self.bin = Bin(self.root)

    def of_studies(self) -> RunStore:
        """Where studies keep their many short trainings: in a folder of its own, so that they do not fill the list of runs."""
        return RunStore(self.root / "studies")

    def create(self, config: Experiment, *, attended: bool = False) -> RunDirectory:
        """A new run, waiting to be started. Its id is the time, the name and a digest of the settings.

        ``attended`` says that this process will start it; until somebody does, it reads as interrupted otherwise.
        Raises ``UserError`` where the folder cannot be written.
        """
        try:
            with self.making(config.digest()) as folder:
                self._fill(folder, config, attended=attended)
                return self.adopt(folder, _new_id(config))
        except OSError as error:
            raise self._unwritable(error) from error

    def claim(self, config: Experiment, name: str) -> bool:
        """A new run of the id ``name`` that this process will start; False where there is one of that id already, whose files are
        untouched. Of several processes that claim the same one gets it. Raises ``UserError`` where the folder cannot be written."""
        target = self.root / name
        if target.exists():
            return False
        try:
            with self.making(config.digest()) as folder:
                self._fill(folder, config, attended=True)
                try:
                    folder.rename(target)
                except OSError:
                    if target.exists():
                        return False
                    raise
            sync_folder(self.root)
            return True
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def making(self, of: str) -> Iterator[Path]:
        """A folder in ``root`` that is not listed, to be filled and adopted; removed where that fails, and, where the process is killed
        meanwhile, a day later. Raises ``OSError``."""
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob(".new-*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _FORGOTTEN:
                    shutil.rmtree(left)
        folder = self.root / f".new-{of}-{os.getpid()}-{time.time_ns()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _fill(folder: Path, config: Experiment, *, attended: bool) -> None:
        """The first files of a run."""
        write_json(folder / "config.json", json.loads(config.model_dump_json()))
        first = records.fresh(config).model_copy(update={"owner": this_process() if attended else None})
        write_bytes(folder / "status.json", first.model_dump_json(indent=1).encode())

    def _unwritable(self, error: OSError) -> UserError:
        do = "Free some space, or choose another --runs folder." if is_full(error) else "Choose another --runs folder."
        return UserError(f"Cannot make a run in '{self.root}': {error.strerror or error}. {do}")

    def adopt(self, making: Path, wanted: str) -> RunDirectory:
        """Give a folder of ``making`` the wanted id, or the next free one: what is in it is seen whole or not at all."""
        for n in range(1, 1000):
            target = self.root / (wanted if n == 1 else f"{wanted}-{n}")
            if target.exists():
                continue
            try:
                making.rename(target)
            except OSError:
                if target.exists():
                    continue
                raise
            sync_folder(self.root)
            return RunDirectory(target)
        raise UserError(f"Too many runs called '{wanted}'.")

    def list(self) -> builtins.list[RunState]:
        """All runs, newest first; reads the small files only."""
        return sorted((run.state() for run in self.directories()), key=lambda state: (state.created, state.id), reverse=True)

    def directories(self) -> builtins.list[RunDirectory]:
        """All runs, in no order."""
        if not self.root.is_dir():
            return []
        found = [RunDirectory(path) for path in self.root.iterdir() if _ID.fullmatch(path.name)]
        return [run for run in found if run.exists()]

    def get(self, name: str) -> RunDirectory:
        """The run of this id, of an id that begins so, or of this name, where it is the only one; ``last`` is the newest.

        Raises ``UserError`` where there is none, or more than one.
        """
        if _ID.fullmatch(name) and RunDirectory(self.root / name).exists():
            return RunDirectory(self.root / name)
        runs = self.list()
        if name == "last" and runs:
            return RunDirectory(self.root / runs[0].id)
        begin = [state.id for state in runs if name and state.id.startswith(name)]
        found = begin or [state.id for state in runs if state.name == name]
        if len(found) == 1:
            return RunDirectory(self.root / found[0])
        if found:
            how = "begin with" if begin else "are called"
            raise UserError(f"{len(found)} runs {how} '{name}': give the id, or more of it, for example '{found[0]}'.")
        raise UserError(f"There is no run '{name}' in '{self.root}': 'qdiffgui runs' lists them.")

    def delete(self, name: str) -> None:
        """Move an ended run to the bin; raises ``UserError`` where it is still active."""
        run = self.get(name)
        with run.locked():
            status = run.state().status
            if status in ACTIVE:
                raise UserError(f"The run '{run.id}' is {status}: cancel it before deleting it.")
            self.bin.take(run.path)

    def restore(self, name: str) -> RunDirectory:
        """Undo ``delete``; raises ``UserError`` where the run is not in the bin or its place is taken."""
        source, target = self.bin.path / name, self.root / name
        if not _ID.fullmatch(name) or not source.is_dir():
            raise UserError(f"There is no deleted run '{name}'.")
        if target.exists():
            raise UserError(f"There is a run '{name}' already: it was not restored again.")
        source.rename(target)
        return RunDirectory(target)

    def deleted(self) -> builtins.list[str]:
        """Ids of the runs in the bin, deleted last first; ``bin`` has their sizes and can free them."""
        return [one.id for one in self.bin.list()]

    def rename(self, name: str, new: str) -> None:
        """Give a run another name to show; its id stays."""
        self.get(name).annotate(name=new.strip()[:120])


def open_run(name: str, runs: Path | str | None = None) -> RunDirectory:
    """A run by its folder, its id or the beginning of it, its name, or ``last``; ``runs`` is where runs are (default: ``paths.runs()``).

    Raises ``UserError`` where there is none, or more than one.
    """
    path = Path(name)
    if path.is_dir() and RunDirectory(path).exists():
        return RunDirectory(path)
    return RunStore(runs).get(name)


def is_id(name: str) -> bool:
    """Whether a folder of this name may be a run."""
    return _ID.fullmatch(name) is not None


def slug(text: str) -> str:
    """``text`` with nothing but a-z, 0-9 and single dashes, at most 40 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def _new_id(config: Experiment) -> str:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return "-".join(part for part in (stamp, slug(config.name) or config.model.kind, config.digest()[:6]) if part)
