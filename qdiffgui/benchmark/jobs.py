"""Benchmarks as folders beside the runs: what was asked, how far it is, what came out. Whoever looks needs neither torch nor PennyLane.

``.benchmarks/ID`` under the folder of runs holds ``job.json``, ``status.json``, ``job.log``, and in the end ``result.json`` (the figures as
plain data), ``figures.json`` (sections of drawn figures) and ``report.html``.
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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qdiffgui import catalog
from qdiffgui.errors import UserError
from qdiffgui.runs import ask
from qdiffgui.runs.files import overwrite, read_json, write_json
from qdiffgui.runs.locks import held
from qdiffgui.runs.process import Process, this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore, is_id
from qdiffgui.runs.worker import environment

FOLDER = ".benchmarks"
JobStatus = Literal["waiting", "running", "done", "failed", "stopped", "interrupted"]
GOING: frozenset[JobStatus] = frozenset({"waiting", "running"})
STOPPED = "Stopped. Resume goes on from what is done."
_START = 30.0  # seconds that a process may take to come up before it is given up
_PATIENCE = 5.0  # seconds that one which was stopped may take to let go


class Asked(BaseModel):
    """What a benchmark is of. ``data``: a file of the user's instead of the line-up's data, "" for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lineup: str
    seeds: int = Field(default=3, ge=1, le=100)
    effort: float = Field(default=1.0, ge=0.001, le=100)
    data: str = ""


class JobRecord(BaseModel):
    """How far a benchmark is, as it was last written. ``runs``: ids of its trainings; ``mine``: those it started itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: JobStatus = "waiting"
    created: float = 0.0
    updated: float = 0.0
    ended: float | None = None
    doing: str = ""
    message: str = ""
    runs: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    owner: Process | None = None


class Job:
    """The folder of one benchmark."""

    def __init__(self, path: Path) -> None:
        self.path, self.id = path, path.name
        self.store = RunStore(path.parents[1])
        self.report_file = path / "report.html"
        self.result_file = path / "result.json"
        self.figures_file = path / "figures.json"
        self.log_file = path / "job.log"

    def exists(self) -> bool:
        return os.path.isfile(self.path / "job.json")

    def asked(self) -> Asked:
        """What was asked; raises ``UserError`` where the folder is none of a benchmark."""
        try:
            return Asked.model_validate(read_json(self.path / "job.json"))
        except ValidationError:
            raise UserError(f"The benchmark '{self.id}' is damaged: delete it and start it again.") from None

    def record(self) -> JobRecord:
        """How far it is; one whose process is gone is interrupted."""
        try:
            stored = JobRecord.model_validate(read_json(self.path / "status.json"))
        except ValidationError:
            return JobRecord(status="interrupted", message="Its state was lost; Resume goes on with the runs that are there.")
        silent = time.time() - stored.updated
        gone = stored.owner is not None and not stored.owner.lives(silent)
        if (stored.status == "running" and gone) or (stored.status == "waiting" and silent > _START):
            return stored.model_copy(
                update={"status": "interrupted", "message": "Its process ended. Resume goes on from what is done."}
            )
        return stored

    def write(self, **changes: Any) -> None:
        """Change the record; only the process that works on it, or that starts it, does."""
        try:
            stored = JobRecord.model_validate(read_json(self.path / "status.json") or {})
        except ValidationError:  # its state was lost, see ``record``: it goes on from here
            stored = JobRecord()
        changed = stored.model_copy(update={**changes, "updated": time.time()})
        overwrite(self.path / "status.json", changed.model_dump_json(indent=1).encode(), sync=False)

    def states(self) -> builtins.list[RunState]:
        """Its trainings as they are now, those that are still there."""
        found = []
        for name in self.record().runs:
            with contextlib.suppress(UserError):
                found.append(self.store.get(name).state())
        return found

    def result(self) -> dict[str, Any] | None:
        """The figures as ``Result.plain`` gives them, with ``tables`` as ``benchmark.tables`` does, or ``None``."""
        found = read_json(self.result_file)
        return found if isinstance(found, dict) else None

    def sections(self) -> builtins.list[dict[str, Any]]:
        """``{"title", "text", "figures": [plotly JSON]}`` of the report, empty before the end."""
        found = read_json(self.figures_file)
        return found if isinstance(found, list) else []

    # ---- asking

    def start(self) -> None:
        """Work on it in a process of its own, which outlives this one; raises ``UserError`` where it is going already."""
        now = self.record()
        if now.status == "running" or (now.status == "waiting" and now.doing):
            raise UserError(f"The benchmark '{self.id}' is going already.")
        self.write(status="waiting", message="", ended=None, owner=None, doing="starting")
        with self.log_file.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "qdiffgui.benchmark.worker", str(self.path)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment(), start_new_session=True,
            )  # fmt: skip
        threading.Thread(target=process.wait, daemon=True, name=f"qdiffgui-benchmark-{self.id}").start()  # leaves no zombie

    def stop(self) -> None:
        """End it and the trainings that it started, each with a checkpoint; raises ``UserError`` where it is not ours to end: on another
        machine, or of another user."""
        record = self.record()
        if record.status not in GOING:
            raise UserError(f"The benchmark '{self.id}' is {record.status}: there is nothing to stop.")
        if record.owner is not None:
            record.owner.end(f"The benchmark '{self.id}'")
        else:
            self.write(status="stopped", doing="", message=STOPPED)
        self.cancel_runs()

    def cancel_runs(self) -> None:
        """Ask the trainings that it started itself to end."""
        mine = set(self.record().mine)
        for state in self.states():
            if state.id in mine and state.status in ACTIVE:
                with contextlib.suppress(UserError):
                    ask.cancel(self.store.get(state.id))

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Be the process that works on it; the system frees it if we die. Raises ``UserError`` where another does."""
        with held(
            self.path / "lock", f"The benchmark '{self.id}' is worked on by another process: just watch it.", timeout=_PATIENCE
        ):
            self.write(status="running", owner=this_process(), message="", ended=None, doing="starting")
            yield


class Jobs:
    """All benchmarks of the runs of ``store``."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.root = store, store.root / FOLDER

    def create(self, asked: Asked) -> Job:
        """A new one, not started; raises ``UserError`` for an unknown line-up or a folder that cannot be written."""
        catalog.benchmarks[asked.lineup]
        folders = RunStore(self.root)
        try:
            with folders.making("benchmark") as folder:
                write_json(folder / "job.json", asked.model_dump())
                Job(folder).write(created=time.time())
                return Job(folders.adopt(folder, f"{datetime.now():%Y%m%d-%H%M%S}-{asked.lineup}").path)
        except OSError as error:
            raise UserError(f"Cannot make a benchmark in '{self.root}': {error.strerror or error}.") from error

    def list(self) -> builtins.list[Job]:
        """Newest first."""
        if not self.root.is_dir():
            return []
        found = [Job(path) for path in self.root.iterdir() if is_id(path.name)]
        return sorted((job for job in found if job.exists()), key=lambda job: job.id, reverse=True)

    def get(self, name: str) -> Job:
        """By id; raises ``UserError`` where there is none."""
        job = Job(self.root / name)
        if not is_id(name) or not job.exists():
            raise UserError(f"There is no benchmark '{name}' in '{self.root}'.")
        return job

    def delete(self, name: str) -> None:
        """Remove its report; its runs stay. Raises ``UserError`` where it is going."""
        job = self.get(name)
        if job.record().status in GOING:
            raise UserError(f"The benchmark '{name}' is {job.record().status}: stop it before deleting it.")
        shutil.rmtree(job.path, ignore_errors=True)
