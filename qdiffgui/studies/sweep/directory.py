"""A sweep as a folder: the plan, its runs, and who drives it. The files are the only state.

``plan.json`` is written once. ``trials.jsonl`` has a line per run, ``runs/`` the run folders.
``client.json`` says who drives the sweep, ``control.json`` what is requested. ``table.csv`` (its
columns are explained in ``columns.csv``), ``table.h5`` and ``figures.html`` are updated on the way.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui import file_layout, paths
from qdiffgui.bounds import Count, Instant, Text
from qdiffgui.errors import UserError
from qdiffgui.runs.files import hold_lock, overwrite, read_json, write_bytes, write_json
from qdiffgui.runs.nested import is_id
from qdiffgui.runs.process import Process, this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore, slug
from qdiffgui.studies.sweep.plan import Plan, SweepPoint

Phase = Literal["waiting", "starting", "running", "stopping", "stopped", "done", "failed"]

_MOST_TRIALS = 10**15


class ClientRecord(BaseModel):
    """``client.json``: who drives the sweep, and its state."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    phase: Phase = "waiting"
    owner: Process | None = None
    updated: Instant = 0.0
    started: Instant | None = None
    scheduler: Text = ""
    workers: Count = 0
    message: Text = ""


class SweepDirectory:
    """The files of one sweep. Nothing is read before it is needed."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self.id = self.path.name
        self.plan_file = self.path / "plan.json"
        self.trials_file = self.path / "trials.jsonl"
        self.client_file = self.path / "client.json"
        self.control_file = self.path / "control.json"
        self.csv_file = self.path / "table.csv"
        self.columns_file = self.path / "columns.csv"
        self.hdf5_file = self.path / "table.h5"
        self.report_file = self.path / "figures.html"
        self.log_file = self.path / "sweep.log"
        self.store = RunStore(self.path / "runs")

    def exists(self) -> bool:
        return os.path.isfile(self.plan_file)

    # ---- reading

    def plan(self) -> Plan:
        """The plan; raises ``UserError`` if the folder is no sweep, the plan is damaged, or a newer
        version of qdiffgui wrote it.
        """
        try:
            content = json.loads(self.plan_file.read_bytes())
        except OSError:
            raise UserError(f"'{self.path}' is not a sweep: it has no plan.json.") from None
        except ValueError:
            raise self._damaged("not JSON") from None
        if not isinstance(content, dict):
            raise self._damaged("not a JSON object")
        name, layout = f"The sweep '{self.id}'", content.get("layout")
        file_layout.require_readable(name, layout, file_layout.SWEEP)
        try:
            return Plan.model_validate(content)
        except ValidationError as error:
            raise self._damaged(f"{error.error_count()} errors") from None

    def _damaged(self, why: str) -> UserError:
        return UserError(f"The plan of the sweep '{self.id}' is damaged ({why}): start it again.")

    def points(self) -> list[SweepPoint]:
        """The runs planned so far. An incomplete last line is ignored; raises ``UserError`` for a
        damaged line.
        """
        found: dict[str, SweepPoint] = {}
        try:
            lines = self.trials_file.read_bytes().splitlines(keepends=True)
        except OSError:
            return []
        for number, line in enumerate(lines, 1):
            if line.endswith(b"\n"):
                point = self._point(line, number)
                found.setdefault(point.run, point)
        return list(found.values())

    def _point(self, line: bytes, number: int) -> SweepPoint:
        try:
            point = SweepPoint(**json.loads(line))
            if not isinstance(point.values, dict) or type(point.trial) is not int:
                raise ValueError(point)
            if abs(point.trial) > _MOST_TRIALS:  # it has to fit into a column of a table
                raise ValueError(point.trial)
            if not isinstance(point.run, str) or not is_id(point.run):
                raise ValueError(point.run)
            # half a character cannot be written into tables
            json.dumps(point.values, ensure_ascii=False).encode()
        except (ValueError, TypeError, RecursionError):
            raise UserError(
                f"Line {number} of '{self.trials_file}' is damaged: remove it, or start the sweep "
                "again; finished runs stay."
            ) from None
        return point

    def states(self) -> dict[str, RunState]:
        """The state of each started run, by id."""
        return {run.id: run.state() for run in self.store.directories()}

    def client(self) -> ClientRecord:
        """Who drives the sweep now; a client whose process is gone counts as stopped."""
        try:
            found = ClientRecord.model_validate(read_json(self.client_file) or {})
        except ValidationError:
            found = ClientRecord()
        if found.phase not in ("starting", "running", "stopping"):
            return found
        if found.owner is None or not found.owner.is_alive(time.time() - found.updated):
            return found.model_copy(
                update={
                    "phase": "stopped",
                    "message": "The process that drove this sweep ended. Resume continues.",
                }
            )
        return found.model_copy(update={"phase": "stopping"}) if self.stop_requested() else found

    # ---- commands

    def request(self, what: Literal["run", "stop"]) -> None:
        """Request that the client and all workers stop (training runs keep a checkpoint), or
        withdraw the request.
        """
        write_json(self.control_file, {"request": what, "time": time.time()}, sync=False)

    def stop_requested(self) -> bool:
        found = read_json(self.control_file)
        return isinstance(found, dict) and found.get("request") == "stop"

    # ---- writing, by the client that holds the lock

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Claim the sweep for this process; the system releases it if the process dies. Raises
        ``UserError`` if another process drives it.
        """
        busy = f"Another process drives the sweep '{self.id}': stop it first, or watch the sweep."
        with hold_lock(self.path / "lock", busy, timeout=1.0):
            yield

    def update_client(self, **changed: Any) -> None:
        """Update ``client.json``."""
        try:
            before = ClientRecord.model_validate(read_json(self.client_file) or {})
        except ValidationError:
            before = ClientRecord()
        record = before.model_copy(
            update={"owner": this_process(), **changed, "updated": time.time()}
        )
        overwrite(self.client_file, record.model_dump_json(indent=1).encode(), sync=False)

    def append(self, points: Sequence[SweepPoint]) -> None:
        """Plan more runs; they are on disk when this returns. An incomplete last line is removed
        first.
        """
        with self.trials_file.open("ab+") as stream:
            stream.seek(0)
            stream.truncate(stream.read().rfind(b"\n") + 1)
            stream.write(_lines(points))
            stream.flush()
            os.fsync(stream.fileno())


def _lines(points: Sequence[SweepPoint]) -> bytes:
    return "".join(json.dumps(point._asdict()) + "\n" for point in points).encode()


def create(plan: Plan, points: Sequence[SweepPoint], root: Path | None = None) -> SweepDirectory:
    """Create a sweep in the folder of runs; raises ``UserError`` if that cannot be written."""
    place = Path(root).resolve() if root is not None else paths.runs()
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = "-".join(
        part for part in ("sweep", stamp, slug(plan.name) or plan.base.model.kind) if part
    )
    store = RunStore(place)
    try:
        with store.staging("sweep") as folder:
            (folder / "runs").mkdir()
            write_bytes(
                folder / "plan.json",
                plan.model_copy(update={"created": time.time()}).model_dump_json(indent=1).encode(),
            )
            write_bytes(folder / "trials.jsonl", _lines(points))
            return SweepDirectory(store.adopt(folder, name).path)
    except OSError as error:
        raise UserError(
            f"Cannot create a sweep in '{place}': {error.strerror or error}. Choose another folder "
            "with --runs."
        ) from error


def sweeps(root: Path | None = None) -> list[SweepDirectory]:
    """The sweeps of a folder of runs, newest first."""
    place = Path(root).resolve() if root is not None else paths.runs()
    if not place.is_dir():
        return []
    found = [SweepDirectory(path) for path in place.iterdir() if not path.name.startswith(".")]
    made: dict[SweepDirectory, float] = {}
    for sweep in found:
        with suppress(OSError):  # not a sweep, or removed meanwhile
            made[sweep] = sweep.plan_file.stat().st_mtime
    return sorted(made, key=made.__getitem__, reverse=True)


def find(name: str, root: Path | None = None) -> SweepDirectory:
    """Find a sweep by its folder, its id, or the start of its id; ``last`` is the newest.

    Raises ``UserError`` if there is none, or more than one.
    """
    if (path := Path(name)).is_dir() and SweepDirectory(path).exists():
        return SweepDirectory(path)
    known = sweeps(root)
    if name == "last" and known:
        return known[0]
    found = [sweep for sweep in known if sweep.id == name] or [
        sweep for sweep in known if name and sweep.id.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    place = root or paths.runs()
    if found:
        raise UserError(
            f"{len(found)} sweeps start with '{name}': use a longer name, for example "
            f"'{found[0].id}'."
        )
    raise UserError(
        f"There is no sweep '{name}' in '{place}'. Sweeps are its folders that start with 'sweep-'."
    )


def counts(sweep: SweepDirectory, states: dict[str, RunState] | None = None) -> dict[str, int]:
    """Numbers of runs: ``planned``, and by status ``done``, ``running``, ``failed``, ``cancelled``,
    ``stopped`` and ``waiting``.
    """
    found = {
        "planned": 0,
        "done": 0,
        "running": 0,
        "failed": 0,
        "cancelled": 0,
        "stopped": 0,
        "waiting": 0,
    }
    known = sweep.states() if states is None else states
    for point in sweep.points():
        found["planned"] += 1
        found[_status_name(known.get(point.run))] += 1
    return found


def _status_name(state: RunState | None) -> str:
    if state is None:
        return "waiting"
    if state.status in ACTIVE:
        return "running"
    return "stopped" if state.status == Status.INTERRUPTED else str(state.status)
