"""All runs of one folder: create, list, find, delete and restore."""

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
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError, is_full
from qdiffgui.runs import record as records
from qdiffgui.runs.bin import Bin
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import sync_folder, write_bytes, write_json
from qdiffgui.runs.index import Index
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}")
_FORGOTTEN = 86400.0
_ATTEMPTS = 20
_DEVICES = {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
RESERVED = frozenset({"last", "studies", "con", "prn", "aux", "nul", *_DEVICES})
"""Ids that no run may have: they mean something else here, or are devices in Windows."""


class RunStore:
    """The runs of one folder.

    Parameters
    ----------
    root : Path or str, optional
        The folder; created with the first run. Default: ``paths.runs()``.

    Examples
    --------
    >>> import tempfile
    >>> from qdiffgui.catalog import presets
    >>> from qdiffgui.runs.store import RunStore
    >>> store = RunStore(tempfile.mkdtemp())
    >>> run = store.create(presets["quddpm-cluster-1q"].load())
    >>> [state.id for state in store.list()] == [run.id]
    True
    """

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root).resolve() if root is not None else paths.runs()
        self.bin = Bin(self.root)
        self._index = Index(self.root)

    def for_studies(self) -> RunStore:
        """The folder for the short runs of studies, which do not appear in the list of
        runs."""
        return RunStore(self.root / "studies")

    def create(self, config: Experiment, *, claimed: bool = False) -> RunDirectory:
        """Create a queued run. Its id consists of the time, the name and a digest of the settings.

        Parameters
        ----------
        config : Experiment
        claimed : bool
            Whether this process will start the run. If not, it counts as interrupted until some
            process does.

        Raises
        ------
        ConfigError
            If the settings are not valid: they were changed without a check.
        UserError
            If the folder is not writable.
        """
        config = _checked(config)
        try:
            with self.staging(config.digest()) as folder:
                self._fill(folder, config, claimed=claimed)
                return self.adopt(folder, _new_id(config))
        except OSError as error:
            raise self._unwritable(error) from error

    def claim(self, config: Experiment, name: str) -> bool:
        """Create a run of the id ``name`` that this process will start.

        Returns False, without touching any file, if the run exists already. If several processes
        claim the same id, one of them gets it. Raises ``UserError`` if the folder is not writable.
        """
        target = self.root / name
        if target.exists():
            return False
        config = _checked(config)
        try:
            with self.staging(config.digest()) as folder:
                self._fill(folder, config, claimed=True)
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
    def staging(self, of: str) -> Iterator[Path]:
        """A hidden folder in ``root``, to be filled and then passed to ``adopt``.

        It is removed on failure or, if the process is killed meanwhile, a day later. Raises
        ``OSError``.
        """
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
    def _fill(folder: Path, config: Experiment, *, claimed: bool) -> None:
        """Write the first files of a run."""
        write_json(folder / "config.json", json.loads(config.model_dump_json()))
        first = records.new_record(config).model_copy(
            update={"owner": this_process() if claimed else None}
        )
        write_bytes(folder / "status.json", first.model_dump_json(indent=1).encode())

    def _unwritable(self, error: OSError) -> UserError:
        remedy = "Choose another --runs folder."
        if is_full(error):
            remedy = "Free some space, or choose another --runs folder."
        reason = error.strerror or error
        return UserError(f"Cannot create a run in '{self.root}': {reason}. {remedy}")

    def adopt(self, staged: Path, wanted: str) -> RunDirectory:
        """Rename a folder of ``staging`` to the wanted id, or the next free one.

        Other processes see the complete run or nothing.
        """
        for n in range(1, 1000):
            target = self.root / (wanted if n == 1 else f"{wanted}-{n}")
            if target.exists():
                continue
            try:
                staged.rename(target)
            except OSError:
                if target.exists():
                    continue
                raise
            sync_folder(self.root)
            return RunDirectory(target)
        raise UserError(f"There are 999 runs called '{wanted}' already: choose another name.")

    def list(self) -> builtins.list[RunState]:
        """The states of all runs, newest first. Reads small files only; see ``Index``."""
        try:
            names = [name for name in os.listdir(self.root) if is_id(name)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(
            self._index.states(names),
            key=lambda state: (state.created, state.id),
            reverse=True,
        )

    def directories(self) -> builtins.list[RunDirectory]:
        """All runs, in no order."""
        if not self.root.is_dir():
            return []
        found = [RunDirectory(path) for path in self.root.iterdir() if is_id(path.name)]
        return [run for run in found if run.exists()]

    def get(self, name: str) -> RunDirectory:
        """A run by its id, the beginning of its id, or its name; ``last`` is the newest run.

        Raises
        ------
        UserError
            If no run or more than one run matches.
        """
        if is_id(name) and RunDirectory(self.root / name).exists():
            return RunDirectory(self.root / name)
        runs = self.list()
        if name == "last" and runs:
            return RunDirectory(self.root / runs[0].id)
        begin = [state.id for state in runs if name and state.id.startswith(name)]
        found = begin or [state.id for state in runs if state.name == name]
        if len(found) == 1:
            return RunDirectory(self.root / found[0])
        if found:
            match = "have an id that begins with" if begin else "are named"
            raise UserError(
                f"{len(found)} runs {match} '{name}': give more of the id, for example "
                f"'{found[0]}'."
            )
        raise UserError(
            f"There is no run '{name}' in '{self.root}': 'qdiffgui runs' lists all runs."
        )

    def delete(self, name: str) -> None:
        """Move an ended run to the bin. Raises ``UserError`` if it is still active."""
        run = self.get(name)
        with run.locked():
            status = run.state().status
            if status in ACTIVE:
                raise UserError(f"The run '{run.id}' is {status}: cancel it before deleting it.")
            try:
                self.bin.take(run.path)
            except OSError as error:
                raise UserError(
                    f"The run '{run.id}' cannot be deleted: {error.strerror or error}."
                ) from error

    def restore(self, name: str) -> RunDirectory:
        """Undo ``delete``. Raises ``UserError`` if the run is not in the bin or its id is in use
        again."""
        source, target = self.bin.path / name, self.root / name
        if not is_id(name) or not source.is_dir():
            raise UserError(f"There is no deleted run '{name}'.")
        problem: OSError | None = None
        for _ in range(_ATTEMPTS):
            if RunDirectory(target).exists():
                raise UserError(
                    f"There is a run '{name}' already, so the deleted one stays deleted."
                )
            try:
                source.rename(target)
                return RunDirectory(target)
            except OSError as error:
                problem = error
                if not source.is_dir():
                    raise UserError(f"There is no deleted run '{name}': it was removed.") from None
                time.sleep(0.01)  # see RunDirectory.locked
        assert problem is not None
        raise UserError(
            f"The run '{name}' cannot be restored: {problem.strerror or problem}."
        ) from problem

    def deleted(self) -> builtins.list[str]:
        """Ids of the deleted runs, most recently deleted first; see also ``bin``."""
        return [one.id for one in self.bin.list()]

    def rename(self, name: str, new: str) -> None:
        """Change the name of a run. Its id stays."""
        self.get(name).annotate(name=new.strip()[:120])


def open_run(name: str, runs: Path | str | None = None) -> RunDirectory:
    """Open a stored run.

    Parameters
    ----------
    name : str
        Folder of the run, its id, the beginning of its id, its name, or ``"last"`` for the newest.
    runs : Path or str, optional
        The folder of runs. Default: ``$QDIFFGUI_RUNS``, else ``./runs``.

    Returns
    -------
    RunDirectory
        The run.

    Raises
    ------
    UserError
        If no run or more than one run matches.

    Examples
    --------
    >>> import tempfile, qdiffgui
    >>> from qdiffgui.runs.store import RunStore
    >>> folder = tempfile.mkdtemp()
    >>> created = RunStore(folder).create(qdiffgui.preset("quddpm-cluster-1q"))
    >>> run = qdiffgui.open_run("last", folder)
    >>> run == created
    True
    >>> run.state().status
    <Status.INTERRUPTED: 'interrupted'>
    """
    path = Path(name)
    if path.is_dir() and RunDirectory(path).exists():
        return RunDirectory(path)
    return RunStore(runs).get(name)


def _checked(config: Experiment) -> Experiment:
    """The settings, valid and tied to the present content of their data file. Raises
    ``ConfigError``.
    """
    return parse(config.model_dump_json(warnings=False)).pinned()


def is_id(name: str) -> bool:
    """Whether a folder of this name can be a run, on every system."""
    return _ID.fullmatch(name) is not None and name.lower() not in RESERVED


def slug(text: str) -> str:
    """``text`` reduced to a-z, 0-9 and single dashes, at most 40 characters.

    Examples
    --------
    >>> slug("Cluster states, 1 qubit")
    'cluster-states-1-qubit'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def _new_id(config: Experiment) -> str:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return "-".join(
        part
        for part in (stamp, slug(config.name) or config.model.kind, config.digest()[:6])
        if part
    )
