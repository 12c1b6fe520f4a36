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
from qdiffgui.config.naming import LONGEST, shortened, without_number
from qdiffgui.errors import UserError, is_full
from qdiffgui.runs import nested
from qdiffgui.runs import record as records
from qdiffgui.runs.bin import Bin
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import sync_folder, write_bytes, write_json
from qdiffgui.runs.index import Index
from qdiffgui.runs.nested import is_id
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE

_FORGOTTEN = 86400.0
_ATTEMPTS = 20


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
        return RunStore(self.root / nested.STUDIES)

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

        Runs of sweeps and studies and examples, which are not in the list of runs, are found where
        no run of the list matches, and as ``SWEEP/RUN``, ``studies/RUN`` and ``examples/RUN``; see
        ``reference``.

        Raises
        ------
        UserError
            If no run or more than one run matches.
        """
        run = self._get_listed(name) or self._get_nested(name)
        if run is None:
            raise UserError(
                f"There is no run '{name}' in '{self.root}': 'qdiffgui runs' lists all runs."
            )
        return run

    def _get_listed(self, name: str) -> RunDirectory | None:
        """As ``get``, in this folder alone; ``None`` if no run matches."""
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
        return None

    def _get_nested(self, name: str) -> RunDirectory | None:
        """A run of a sweep or a study; ``None`` if no run matches."""
        group, slash, inner = name.partition("/")
        if slash:
            folder = nested.folder_of(self.root, group)
            return RunStore(folder)._get_listed(inner) if folder is not None else None
        examples = nested.folder_of(self.root, nested.EXAMPLES)
        folders = [*nested.folders(self.root), *([] if examples is None else [examples])]
        found = [RunDirectory(path / name) for path in folders if is_id(name)]
        found = [run for run in found if run.exists()]  # an id in full needs no list of runs
        if not found and name != "last":
            matching = (RunStore(path)._get_listed(name) for path in folders)
            found = [run for run in matching if run is not None]
        if len(found) > 1:
            raise UserError(
                f"Runs of {len(found)} sweeps or studies match '{name}': name the sweep as well, "
                f"for example '{self.reference(found[0])}'."
            )
        return found[0] if found else None

    def reference(self, run: RunDirectory) -> str:
        """The name by which ``get`` finds ``run``: its id, ``SWEEP/RUN``, ``studies/RUN`` or
        ``examples/RUN``.
        """
        group = self.group_of(run)
        return f"{group}/{run.id}" if group else run.id

    def group_of(self, run: RunDirectory) -> str:
        """The sweep that ``run`` belongs to, ``"studies"``, ``"examples"``, or "" for a run of the
        list.
        """
        return nested.group_of(self.root, run.path)

    def delete(self, name: str) -> None:
        """Move an ended run to the bin. Raises ``UserError`` if it is still active, or belongs to a
        sweep or a study.
        """
        run = self.get(name)
        if group := self.group_of(run):
            if group == nested.EXAMPLES:
                raise UserError(f"'{run.id}' is an example that ships with qdiffgui: it stays.")
            of = "a study" if group == nested.STUDIES else f"the sweep '{group}'"
            raise UserError(f"The run '{run.id}' belongs to {of}, which needs it: it stays.")
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
        """Change the name of a run. Its id stays. A name that another run has gets a number, see
        ``unique_name``.
        """
        run = self.get(name)
        run.annotate(name=self.unique_name(new.strip()[:LONGEST], but=run.id))

    def unique_name(self, name: str, *, but: str = "") -> str:
        """``name``, with a number after it if another run than ``but`` has this name.

        Examples
        --------
        >>> import tempfile
        >>> from qdiffgui.config import Experiment
        >>> store = RunStore(tempfile.mkdtemp())
        >>> run = store.create(Experiment(name="Jets"))
        >>> store.unique_name("Jets"), store.unique_name("Jets", but=run.id)
        ('Jets (2)', 'Jets')
        """
        taken = {state.name for state in self.list() if state.id != but}
        if not name or name not in taken:
            return name
        plain, n = without_number(name), 2
        while (found := shortened(plain, f" ({n})")) in taken:
            n += 1
        return found


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
