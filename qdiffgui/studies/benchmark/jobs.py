"""Benchmarks as folders next to the runs: what was requested, the progress, the result.

Reading them needs neither torch nor PennyLane. ``.benchmarks/ID`` in the folder of runs holds
``job.json``, ``status.json`` and ``job.log``, and at the end ``result.json`` (plain data),
``figures.json`` (sections of plots) and ``report.html``.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qdiffgui import catalog
from qdiffgui.bounds import Duration, Instant, Name, Text
from qdiffgui.config.data_file import content_digest
from qdiffgui.errors import UserError
from qdiffgui.runs import commands
from qdiffgui.runs.files import hold_lock, overwrite, read_json, write_json
from qdiffgui.runs.nested import is_id
from qdiffgui.runs.process import Process, this_process
from qdiffgui.runs.read_only import require_changes_allowed
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.worker import environment

FOLDER = ".benchmarks"
JobStatus = Literal["waiting", "running", "done", "failed", "stopped", "interrupted"]
GOING: frozenset[JobStatus] = frozenset({"waiting", "running"})
STOPPED = "Stopped. Resume continues with the finished runs."
_START = 30.0  # seconds that a process may take to start
_PATIENCE = 5.0  # seconds that a stopped process may take to release the job


class BenchmarkRequest(BaseModel):
    """What to benchmark. ``data`` is a file that replaces the line-up's data, or "", and
    ``content`` the digest of its content when the benchmark was created.

    ``effort`` multiplies the training iterations. ``also`` maps names to files of samples made
    elsewhere, each a row. ``emd_radius`` is R of the energy mover's distance, rad. ``models`` are
    the keys of the models to train; all of the line-up if it is empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lineup: str
    seeds: int = Field(default=3, ge=1, le=100)
    effort: float = Field(default=1.0, ge=0.001, le=100)
    data: str = ""
    also: dict[str, str] = Field(default_factory=dict)
    emd_radius: float = Field(default=1.0, gt=0, le=10)
    content: str = ""
    models: tuple[str, ...] = ()


class JobModel(BaseModel):
    """A model of a benchmark: key, label and role in the line-up."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: Name
    label: Name
    role: Name


class JobRecord(BaseModel):
    """The progress of a benchmark as last written. ``runs`` are the ids of its training runs, seed
    by seed, ``mine`` those that it started. ``models`` are its models in the order of the runs of
    a seed, ``expected`` the estimated training time of each by key, in CPU seconds.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: JobStatus = "waiting"
    created: Instant = 0.0
    updated: Instant = 0.0
    ended: Instant | None = None
    doing: Text = ""
    message: Text = ""
    runs: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    models: tuple[JobModel, ...] = ()
    expected: dict[Name, Duration] = {}
    owner: Process | None = None


class Job:
    """The folder of one benchmark."""

    def __init__(self, path: Path) -> None:
        self.path, self.id = path, path.name
        self.store = RunStore(path.parents[1])
        self.report_file = path / "report.html"
        self.result_file = path / "result.json"
        self.plots_file = path / "figures.json"
        self.log_file = path / "job.log"

    def exists(self) -> bool:
        return os.path.isfile(self.path / "job.json")

    def request(self) -> BenchmarkRequest:
        """The request; raises ``UserError`` if the folder is not that of a benchmark."""
        try:
            return BenchmarkRequest.model_validate(read_json(self.path / "job.json"))
        except ValidationError:
            raise UserError(
                f"The benchmark '{self.id}' is damaged; delete it and start it again."
            ) from None

    def record(self) -> JobRecord:
        """The progress; a benchmark whose process is gone counts as interrupted."""
        try:
            stored = JobRecord.model_validate(read_json(self.path / "status.json"))
        except ValidationError:
            return JobRecord(
                status="interrupted",
                message="Its state was lost. Resume continues with the existing runs.",
            )
        silent = time.time() - stored.updated
        gone = stored.owner is not None and not stored.owner.is_alive(silent)
        if (stored.status == "running" and gone) or (
            stored.status == "waiting" and silent > _START
        ):
            return stored.model_copy(
                update={
                    "status": "interrupted",
                    "message": "Its process ended. Resume continues with the finished runs.",
                }
            )
        return stored

    def write(self, **changes: Any) -> None:
        """Change the record. Only the process that runs or starts the benchmark may do this."""
        try:
            stored = JobRecord.model_validate(read_json(self.path / "status.json") or {})
        except ValidationError:  # its state was lost, see ``record``: start from an empty one
            stored = JobRecord()
        changed = stored.model_copy(update={**changes, "updated": time.time()})
        overwrite(self.path / "status.json", changed.model_dump_json(indent=1).encode(), sync=False)

    def states(self) -> builtins.list[RunState]:
        """The states of its training runs that still exist."""
        found = []
        for name in self.record().runs:
            with contextlib.suppress(UserError):
                found.append(self.store.get(name).state())
        return found

    def result(self) -> dict[str, Any] | None:
        """``BenchmarkResult.plain`` with ``tables`` as ``benchmark.tables`` makes them, or ``None``
        before the end.
        """
        found = read_json(self.result_file)
        return found if isinstance(found, dict) else None

    def sections(self) -> builtins.list[dict[str, Any]]:
        """``{"title", "text", "figures": [plotly JSON]}`` of the report; empty before the end."""
        found = read_json(self.plots_file)
        return found if isinstance(found, list) else []

    # ---- commands

    def start(self) -> None:
        """Run it in a separate process that outlives this one; raises ``UserError`` if it is
        already running.
        """
        now = self.record()
        if now.status == "running" or (now.status == "waiting" and now.doing):
            raise UserError(f"The benchmark '{self.id}' is already running.")
        self.write(status="waiting", message="", ended=None, owner=None, doing="starting")
        with self.log_file.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "qdiffgui.studies.benchmark.worker", str(self.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                start_new_session=True,
            )
        threading.Thread(
            target=process.wait, daemon=True, name=f"qdiffgui-benchmark-{self.id}"
        ).start()  # so that no zombie process stays

    def stop(self) -> None:
        """Stop it and the training runs that it started; each keeps a checkpoint.

        Raises ``UserError`` if it is not running, or runs on another machine or for another user.
        """
        require_changes_allowed()
        record = self.record()
        if record.status not in GOING:
            raise UserError(
                f"The benchmark '{self.id}' is {record.status}; there is nothing to stop."
            )
        if record.owner is not None:
            record.owner.end(f"The benchmark '{self.id}'")
        else:
            self.write(status="stopped", doing="", message=STOPPED)
        self.cancel_runs()

    def cancel_runs(self) -> None:
        """Cancel the training runs that it started."""
        mine = set(self.record().mine)
        for state in self.states():
            if state.id in mine and state.status in ACTIVE:
                with contextlib.suppress(UserError):
                    commands.cancel(self.store.get(state.id))

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Claim the benchmark for this process; the system releases it if the process dies. Raises
        ``UserError`` if another process has claimed it.
        """
        with hold_lock(
            self.path / "lock",
            f"Another process runs the benchmark '{self.id}'; you can watch it.",
            timeout=_PATIENCE,
        ):
            self.write(
                status="running", owner=this_process(), message="", ended=None, doing="starting"
            )
            yield


class Jobs:
    """All benchmarks in the folder of ``store``."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.root = store, store.root / FOLDER

    def create(self, asked: BenchmarkRequest, expected: Mapping[str, float] | None = None) -> Job:
        """Create a benchmark without starting it; raises ``UserError`` for an unknown line-up or a
        folder that cannot be written. ``expected`` is as in its record.
        """
        catalog.benchmarks[asked.lineup]
        content = {"content": content_digest(asked.data)} if asked.data else {}
        folders = RunStore(self.root)
        try:
            with folders.staging("benchmark") as folder:
                write_json(folder / "job.json", asked.model_dump() | content)
                Job(folder).write(created=time.time(), expected=dict(expected or {}))
                return Job(
                    folders.adopt(folder, f"{datetime.now():%Y%m%d-%H%M%S}-{asked.lineup}").path
                )
        except OSError as error:
            raise UserError(
                f"Cannot create a benchmark in '{self.root}': {error.strerror or error}."
            ) from error

    def list(self) -> builtins.list[Job]:
        """Newest first."""
        if not self.root.is_dir():
            return []
        found = [Job(path) for path in self.root.iterdir() if is_id(path.name)]
        return sorted((job for job in found if job.exists()), key=lambda job: job.id, reverse=True)

    def get(self, name: str) -> Job:
        """The benchmark with this id, or the newest one for "last"; raises ``UserError`` if there
        is none.
        """
        if name == "last" and (found := self.list()):
            return found[0]
        job = Job(self.root / name)
        if not is_id(name) or not job.exists():
            raise UserError(f"There is no benchmark '{name}' in '{self.root}'.")
        return job

    def delete(self, name: str) -> None:
        """Delete the benchmark but not its runs; raises ``UserError`` if it is running."""
        job = self.get(name)
        if job.record().status in GOING:
            raise UserError(
                f"The benchmark '{name}' is {job.record().status}; stop it before deleting it."
            )
        # Renamed first, so that no process sees half of it. The next ``staging`` removes what is
        # left if this process is killed.
        leaving = self.root / f".new-deleted-{os.getpid()}-{time.time_ns()}"
        with contextlib.suppress(FileNotFoundError):
            job.path.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
