"""A sweep as a folder: what was planned, which runs belong to it, who drives it. The only truth about it, for whoever looks.

``plan.json`` is written once; ``trials.jsonl`` has a line for each run; ``runs/`` holds the run folders; ``client.json`` says who
drives the sweep, ``control.json`` what is asked of it; ``table.csv`` (what its columns are: ``columns.csv``), ``table.h5`` and
``figures.html`` are made as it goes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui import paths
from qdiffgui.errors import UserError
from qdiffgui.runs.files import overwrite, read_json, write_bytes, write_json
from qdiffgui.runs.locks import held
from qdiffgui.runs.process import Process, this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore, is_id, slug
from qdiffgui.sweeps.plan import Plan, Point

Phase = Literal["waiting", "starting", "running", "stopping", "stopped", "done", "failed"]


class ClientRecord(BaseModel):
    """``client.json``: who drives the sweep, and how that goes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    phase: Phase = "waiting"
    owner: Process | None = None
    updated: float = 0.0
    started: float | None = None
    scheduler: str = ""
    workers: int = 0
    message: str = ""


class SweepDirectory:
    """The files of one sweep. Cheap to make; nothing is read before it is asked for."""

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
        self.figures_file = self.path / "figures.html"
        self.log_file = self.path / "sweep.log"
        self.store = RunStore(self.path / "runs")

    def exists(self) -> bool:
        return os.path.isfile(self.plan_file)

    # ---- looking

    def plan(self) -> Plan:
        """What was planned; raises ``UserError`` where the folder is no sweep or the plan is damaged."""
        try:
            return Plan.model_validate_json(self.plan_file.read_bytes())
        except OSError:
            raise UserError(f"'{self.path}' is not a sweep: it has no plan.json.") from None
        except ValidationError as error:
            raise UserError(
                f"The plan of the sweep '{self.id}' is damaged ({error.error_count()} errors): start it anew."
            ) from None

    def points(self) -> list[Point]:
        """The runs planned so far. A line that a crash cut off is not one; raises ``UserError`` for one that is damaged."""
        found: dict[str, Point] = {}
        try:
            lines = self.trials_file.read_bytes().splitlines(keepends=True)
        except OSError:
            return []
        for number, line in enumerate(lines, 1):
            if line.endswith(b"\n"):
                point = self._point(line, number)
                found.setdefault(point.run, point)
        return list(found.values())

    def _point(self, line: bytes, number: int) -> Point:
        try:
            point = Point(**json.loads(line))
            if not is_id(point.run):
                raise ValueError(point.run)
        except (ValueError, TypeError):
            raise UserError(
                f"Line {number} of '{self.trials_file}' is damaged: take it out, or start the sweep anew; runs that are done stay."
            ) from None
        return point

    def states(self) -> dict[str, RunState]:
        """The state of each run that has begun, by id."""
        return {run.id: run.state() for run in self.store.directories()}

    def client(self) -> ClientRecord:
        """Who drives the sweep now; one whose process is gone has stopped."""
        try:
            found = ClientRecord.model_validate(read_json(self.client_file) or {})
        except ValidationError:
            found = ClientRecord()
        if found.phase not in ("starting", "running", "stopping"):
            return found
        if found.owner is None or not found.owner.lives(time.time() - found.updated):
            return found.model_copy(
                update={"phase": "stopped", "message": "The process that drove this sweep ended. Resume goes on."}
            )
        return found.model_copy(update={"phase": "stopping"}) if self.stop_asked() else found

    # ---- asking

    def ask(self, what: Literal["run", "stop"]) -> None:
        """Ask the client and all workers to stop (trainings keep a checkpoint), or take that back."""
        write_json(self.control_file, {"request": what, "time": time.time()}, sync=False)

    def stop_asked(self) -> bool:
        found = read_json(self.control_file)
        return isinstance(found, dict) and found.get("request") == "stop"

    # ---- changing: by the client, under the lock

    @contextmanager
    def driven(self) -> Iterator[None]:
        """Be the one who drives the sweep; the system frees it if we die. Raises ``UserError`` where somebody else does."""
        taken = f"The sweep '{self.id}' is driven by another process: stop that first, or just watch it."
        with held(self.path / "lock", taken, timeout=1.0):
            yield

    def note(self, **changed: Any) -> None:
        """Change ``client.json``."""
        try:
            before = ClientRecord.model_validate(read_json(self.client_file) or {})
        except ValidationError:
            before = ClientRecord()
        record = before.model_copy(update={"owner": this_process(), **changed, "updated": time.time()})
        overwrite(self.client_file, record.model_dump_json(indent=1).encode(), sync=False)

    def append(self, points: Sequence[Point]) -> None:
        """Plan more runs: on the disk before this returns. What a crash left of a line goes first."""
        with self.trials_file.open("ab+") as stream:
            stream.seek(0)
            stream.truncate(stream.read().rfind(b"\n") + 1)
            stream.write(_lines(points))
            stream.flush()
            os.fsync(stream.fileno())


def _lines(points: Sequence[Point]) -> bytes:
    return "".join(json.dumps(point._asdict()) + "\n" for point in points).encode()


def create(plan: Plan, points: Sequence[Point], root: Path | None = None) -> SweepDirectory:
    """A new sweep in the folder of runs; raises ``UserError`` where that cannot be written."""
    place = Path(root).resolve() if root is not None else paths.runs()
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = "-".join(part for part in ("sweep", stamp, slug(plan.name) or plan.base.model.kind) if part)
    store = RunStore(place)
    try:
        with store.making("sweep") as folder:
            (folder / "runs").mkdir()
            write_bytes(folder / "plan.json", plan.model_copy(update={"created": time.time()}).model_dump_json(indent=1).encode())
            write_bytes(folder / "trials.jsonl", _lines(points))
            return SweepDirectory(store.adopt(folder, name).path)
    except OSError as error:
        raise UserError(f"Cannot make a sweep in '{place}': {error.strerror or error}. Choose another --runs folder.") from error


def sweeps(root: Path | None = None) -> list[SweepDirectory]:
    """The sweeps of a folder of runs, newest first."""
    place = Path(root).resolve() if root is not None else paths.runs()
    if not place.is_dir():
        return []
    found = [SweepDirectory(path) for path in place.iterdir() if not path.name.startswith(".")]
    return sorted((sweep for sweep in found if sweep.exists()), key=lambda sweep: sweep.plan_file.stat().st_mtime, reverse=True)


def find(name: str, root: Path | None = None) -> SweepDirectory:
    """A sweep by its folder, its id or the beginning of it; ``last`` is the newest. Raises ``UserError``."""
    if (path := Path(name)).is_dir() and SweepDirectory(path).exists():
        return SweepDirectory(path)
    known = sweeps(root)
    if name == "last" and known:
        return known[0]
    found = [sweep for sweep in known if sweep.id == name] or [sweep for sweep in known if name and sweep.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    place = root or paths.runs()
    if found:
        raise UserError(f"{len(found)} sweeps begin with '{name}': give more of the name, for example '{found[0].id}'.")
    raise UserError(f"There is no sweep '{name}' in '{place}': its folders that begin with 'sweep-' are the sweeps.")


def counts(sweep: SweepDirectory, states: dict[str, RunState] | None = None) -> dict[str, int]:
    """Runs by what became of them: ``planned``, ``done``, ``running``, ``failed``, ``cancelled``, ``stopped``, ``waiting``."""
    found = {"planned": 0, "done": 0, "running": 0, "failed": 0, "cancelled": 0, "stopped": 0, "waiting": 0}
    known = sweep.states() if states is None else states
    for point in sweep.points():
        found["planned"] += 1
        found[_word(known.get(point.run))] += 1
    return found


def _word(state: RunState | None) -> str:
    if state is None:
        return "waiting"
    if state.status in ACTIVE:
        return "running"
    return "stopped" if state.status == Status.INTERRUPTED else str(state.status)
