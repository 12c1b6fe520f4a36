"""One run as a folder of files. All processes learn about a run from its files alone."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from qdiffgui import catalog, file_layout, html_table
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.evaluation.metric_value import headline_key
from qdiffgui.runs import record as records
from qdiffgui.runs.examples import is_example
from qdiffgui.runs.files import hold_lock, overwrite, read_json, write_json
from qdiffgui.runs.process import this_process
from qdiffgui.runs.read_only import require_changes_allowed
from qdiffgui.runs.record import Record, RunState
from qdiffgui.runs.state import ACTIVE, RESUMABLE, WORKING, Status, check_move

Request = Literal["run", "pause", "step", "cancel"]
_FORGOTTEN = 60.0  # no small file takes as long to write
TRAINED_HERE: set[Path] = set()
"""Folders of the runs that this process trains now."""


class RunDirectory:
    """The files of one run.

    Creating the object reads nothing; each method reads the file it needs.

    Parameters
    ----------
    path : Path or str
        The folder of the run.

    Attributes
    ----------
    id : str
        Name of the folder.
    config_file, model_file, samples_file, metrics_file, events_file, log_file : Path
        Files of the run, whether or not they exist yet.

    Examples
    --------
    >>> from qdiffgui.runs.directory import RunDirectory
    >>> run = RunDirectory("runs/20260101-120000-cluster")
    >>> run.id
    '20260101-120000-cluster'
    >>> run.exists()
    False
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self.id = self.path.name
        self.config_file = self.path / "config.json"
        self.status_file = self.path / "status.json"
        self.control_file = self.path / "control.json"
        self.annotations_file = self.path / "annotations.json"
        self.events_file = self.path / "events.jsonl"
        self.checkpoint_file = self.path / "checkpoint.h5"
        self.model_file = self.path / "model.h5"
        self.samples_file = self.path / "samples.h5"
        self.metrics_file = self.path / "metrics.json"
        self.environment_file = self.path / "environment.json"
        self.log_file = self.path / "run.log"

    def __repr__(self) -> str:
        facts = ", ".join(self._summary().values())
        return f"<Run '{self.id}': {facts}; folder '{self.path}'>"

    def _repr_html_(self) -> str:
        rows = {"run": self.id, **self._summary(), "folder": str(self.path)}
        return html_table.facts(rows)

    def _summary(self) -> dict[str, str]:
        """What a person wants to know of the run first, by name."""
        if not self.exists():
            return {"status": "not a run (no config.json)"}
        state = self.state()
        found = {"name": state.name} if state.name != self.id else {}
        found["status"] = str(state.status)
        if state.model:
            found["model"] = f"{state.model} on {state.data} ({state.representation})"
        if state.total:
            found["progress"] = f"step {state.step} of {state.total}"
        if state.loss is not None:
            found["loss"] = f"loss {state.loss:.4g}"
        if key := headline_key(state.metrics):
            floor = f" (floor {state.floor[key]:.4g})" if key in state.floor else ""
            found["quality"] = f"{_label(key)} {state.metrics[key]:.4g}{floor}"
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunDirectory) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def exists(self) -> bool:
        """Whether the folder is a run: whether it has a ``config.json``."""
        # Path.is_file raises for a file in a folder of another user
        return os.path.isfile(self.config_file)

    @property
    def trajectory_file(self) -> Path:
        """The file of the denoising trajectory. Runs of layout 1 call it ``film.json``."""
        old = self.path / "film.json"
        return old if old.exists() else self.path / "trajectory.json"

    # ---- reading

    def config(self) -> Experiment:
        """The settings of the run.

        Raises
        ------
        UserError
            If the folder is not a run or its settings are damaged.
        """
        try:
            return parse(self.config_file.read_bytes())
        except OSError:
            raise UserError(f"'{self.path}' is not a run: it has no config.json.") from None

    def record(self) -> Record:
        """The content of ``status.json``, as it was written."""
        return records.read_record(self.status_file)

    def state(self) -> RunState:
        """The run as it is now.

        A run whose worker process died is interrupted. A run with a pending request to cancel is
        cancelling.
        """
        notes, stored = self._annotations(), self.record()
        found = self._corrections(stored)
        if found.get("status") == Status.INTERRUPTED:
            # it may have ended normally after the record was read
            stored = self.record()
            found = self._corrections(stored)
        values = stored.model_dump() | found
        name = str(notes.get("name") or "") or self._configured_name() or self.id
        return RunState(
            **values,
            id=self.id,
            name=name,
            directory=str(self.path),
            pinned=bool(notes.get("pinned", False)),
            tags=records.clean_tags(notes.get("tags")),
            note=str(notes.get("note") or ""),
        )

    def present_status(self, stored: Record) -> Status:
        """The status of ``state()``, if ``stored`` is the record as it was last written. Costs less
        than the whole state.
        """
        return Status(self._corrections(stored).get("status", stored.status))

    def require_readable(self) -> None:
        """Raise ``DataError`` if a newer version of qdiffgui wrote the run."""
        file_layout.require_readable(f"The run '{self.id}'", self.record().layout)

    def _corrections(self, stored: Record) -> dict[str, Any]:
        """Fields of the record that are no longer true, with their present values."""
        if stored.status not in ACTIVE or stored.is_from_newer_version:
            return {}
        if not self._is_attended(stored):
            return {
                "status": Status.INTERRUPTED,
                "message": _interruption_message(stored),
                "threads": 0,
                "eta": None,
            }
        if self.requested() == "cancel":
            return {"status": Status.CANCELLING}
        return {}

    def _is_attended(self, stored: Record) -> bool:
        owner = stored.owner
        if owner is None or not owner.is_alive(time.time() - stored.updated):
            return False
        return stored.status not in WORKING or not owner.is_this or self.path in TRAINED_HERE

    def _configured_name(self) -> str:
        settings = read_json(self.config_file)
        return str(settings.get("name") or "") if isinstance(settings, dict) else ""

    def metrics(self) -> dict[str, Any] | None:
        """The evaluation report (``metrics.json``), written at the end of the run, or None."""
        from qdiffgui.evaluation.stored_report import with_current_names  # needs numpy

        report = _as_dict(read_json(self.metrics_file))
        return None if report is None else with_current_names(report)

    def trajectory(self) -> dict[str, Any] | None:
        """The latest denoising trajectory, or None; see ``experiment.trajectory``."""
        return _as_dict(read_json(self.trajectory_file))

    def environment(self) -> dict[str, Any] | None:
        """Versions, machine, commit and data digest of the last start, or None."""
        return _as_dict(read_json(self.environment_file))

    def log(self, tail: int = 20_000) -> str:
        """The last ``tail`` bytes of the log."""
        try:
            with self.log_file.open("rb") as stream:
                stream.seek(max(0, self.log_file.stat().st_size - tail))
                return stream.read().decode(errors="replace")
        except OSError:
            return ""

    # ---- commands to the training process

    def request(self, what: Request) -> None:
        """Ask the training process to run, pause, cancel or, during a pause, do one step.

        It reads the request at its next optimizer step.
        """
        try:
            write_json(self.control_file, {"request": what, "time": time.time()}, sync=False)
        except FileNotFoundError:
            raise self._gone() from None

    def requested(self) -> Request:
        """The latest request; ``"run"`` if there is none."""
        found = _as_dict(read_json(self.control_file)) or {}
        command = found.get("request")
        return command if command in ("pause", "step", "cancel") else "run"

    # ---- annotations by the user: the last writer wins, the training process ignores them

    def annotate(self, **notes: Any) -> None:
        """Set ``name``, ``pinned``, ``tags`` (a list of texts) or ``note``. Raises ``UserError`` if
        the run is an example or no longer exists, or this process may change nothing.
        """
        require_changes_allowed()
        if is_example(self.path):
            raise UserError(
                f"'{self.id}' is an example that ships with qdiffgui and stays as it is: train a "
                "run with its settings (Reuse) to change what is said of it."
            )
        try:
            write_json(self.annotations_file, self._annotations() | notes)
        except FileNotFoundError:
            raise self._gone() from None

    def _annotations(self) -> dict[str, Any]:
        return _as_dict(read_json(self.annotations_file)) or {}

    # ---- changes, made under the lock only

    @contextmanager
    def locked(self, timeout: float = 2.0) -> Iterator[None]:
        """Lock the run: no other process trains it, changes its state or deletes it meanwhile.

        The system releases the lock if this process dies.

        Raises
        ------
        UserError
            If another process holds the lock for longer than ``timeout`` seconds, the folder is not
            writable, or the run no longer exists.
        """
        if not self.exists():
            raise self._gone()
        busy = f"The run '{self.id}' is in use by another process: wait for it, or cancel it first."
        with hold_lock(self.path / "lock", busy, timeout=timeout):
            if not self.exists():
                self._remove_empty()
                raise self._gone()
            yield

    def _remove_empty(self) -> None:
        """Remove the folder that opening the lock of a deleted run has created again."""
        with contextlib.suppress(OSError):
            if os.listdir(self.path) == ["lock"]:
                (self.path / "lock").unlink()
                self.path.rmdir()

    def _gone(self) -> UserError:
        return UserError(f"There is no run at '{self.path}': it may have been deleted.")

    def write(self, record: Record, *, sync: bool = True) -> None:
        """Write ``status.json``. On a full disk the old file is overwritten in place."""
        stamped = record.model_copy(update={"updated": time.time()})
        overwrite(self.status_file, stamped.model_dump_json(indent=1).encode(), sync=sync)

    def move(self, status: Status, **fields: Any) -> Record:
        """Change to ``status`` and set ``fields``. Call it under ``locked``.

        Raises ``UserError`` for an illegal change; see ``state.MOVES``.
        """
        stored = self.record()
        check_move(stored.status, status)
        ended = time.time() if status not in ACTIVE else None
        changed = stored.model_copy(update={"status": status, "ended": ended, **fields})
        self.write(changed)
        return changed

    def remove_partial_files(self) -> None:
        """Remove partly written files that a killed worker left. Call it under ``locked``."""
        for file in (
            self.checkpoint_file,
            self.model_file,
            self.samples_file,
            self.trajectory_file,
            self.metrics_file,
            self.environment_file,
            self.status_file,
            self.config_file,
        ):
            for part in self.path.glob(f".{file.name}.*"):
                part.unlink(missing_ok=True)
        for file in (self.control_file, self.annotations_file):  # others write these without a lock
            for part in self.path.glob(f".{file.name}.*"):
                with contextlib.suppress(OSError):
                    if time.time() - part.stat().st_mtime > _FORGOTTEN:
                        part.unlink()

    def enqueue(self) -> Record:
        """Queue an ended run again. This process will start it, from its last checkpoint.

        Raises
        ------
        UserError
            If the run cannot be resumed, or another process is using it.
        """
        with self.locked():
            self.require_readable()
            state = self.state()
            if state.status not in RESUMABLE:
                raise UserError(
                    f"The run '{self.id}' is {state.status}: only cancelled, failed and "
                    "interrupted runs can be resumed."
                )
            if self.record().status in ACTIVE:
                self.move(Status.INTERRUPTED)
            self.request("run")
            return self.move(
                Status.QUEUED,
                queued=time.time(),
                owner=this_process(),
                threads=0,
                message="",
                eta=None,
            )


def _label(key: str) -> str:
    """What the metric of a column is called; ``w1:mean`` is "W1 mean"."""
    metric, _, of = key.partition(":")
    label = catalog.metrics[metric].label if metric in catalog.metrics else metric
    return f"{label} {of}".rstrip()


def _as_dict(found: Any) -> dict[str, Any] | None:
    return found if isinstance(found, dict) else None


def _interruption_message(stored: Record) -> str:
    if stored.status == Status.QUEUED:
        return "The program that queued this run ended before starting it. Resume starts it."
    return (
        f"The training process ended at step {stored.step}. Resume continues from the last "
        "checkpoint."
    )
