"""One run as a folder of files: the only truth about it, for whoever works on it and whoever looks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.runs import record as records
from qdiffgui.runs.files import overwrite, read_json, write_json
from qdiffgui.runs.locks import held
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import Record, RunState
from qdiffgui.runs.state import ACTIVE, RESUMABLE, WORKING, Status, check

Request = Literal["run", "pause", "step", "cancel"]
WORKED_ON_HERE: set[Path] = set()


class RunDirectory:
    """The files of one run. Cheap to make; nothing is read before it is asked for."""

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
        self.film_file = self.path / "film.json"
        self.metrics_file = self.path / "metrics.json"
        self.environment_file = self.path / "environment.json"
        self.log_file = self.path / "run.log"

    def __repr__(self) -> str:
        return f"RunDirectory({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunDirectory) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def exists(self) -> bool:
        return os.path.isfile(self.config_file)  # Path.is_file raises for what is in the folder of another user

    # ---- looking

    def config(self) -> Experiment:
        """The settings of the run; raises ``UserError`` where the folder is not a run or its settings are damaged."""
        try:
            return parse(self.config_file.read_bytes())
        except OSError:
            raise UserError(f"'{self.path}' is not a run: it has no config.json.") from None

    def record(self) -> Record:
        """What ``status.json`` says, as it was written."""
        return records.read(self.status_file)

    def state(self) -> RunState:
        """The run as it is now. A run whose worker is dead is interrupted; one asked to stop is cancelling."""
        notes, stored = self._annotations(), self.record()
        found = self._truth(stored)
        if found.get("status") == Status.INTERRUPTED:  # it may have ended in good order between the two looks
            stored = self.record()
            found = self._truth(stored)
        values = stored.model_dump() | found
        name = str(notes.get("name") or "") or self._configured_name() or self.id
        return RunState(
            **values, id=self.id, name=name, directory=str(self.path), pinned=bool(notes.get("pinned", False)),
        )  # fmt: skip

    def _truth(self, stored: Record) -> dict[str, Any]:
        if stored.status not in ACTIVE:
            return {}
        if not self._is_attended(stored):
            return {"status": Status.INTERRUPTED, "message": _why_interrupted(stored), "threads": 0, "eta": None}
        if self.requested() == "cancel":
            return {"status": Status.CANCELLING}
        return {}

    def _is_attended(self, stored: Record) -> bool:
        owner = stored.owner
        if owner is None or not owner.lives(time.time() - stored.updated):
            return False
        return stored.status not in WORKING or not owner.is_this or self.path in WORKED_ON_HERE

    def _configured_name(self) -> str:
        settings = read_json(self.config_file)
        return str(settings.get("name") or "") if isinstance(settings, dict) else ""

    def metrics(self) -> dict[str, Any] | None:
        """The report at the end of the run (``metrics.json``), or ``None``."""
        return _as_dict(read_json(self.metrics_file))

    def film(self) -> dict[str, Any] | None:
        """The denoising film written last, or ``None``."""
        return _as_dict(read_json(self.film_file))

    def environment(self) -> dict[str, Any] | None:
        """Versions, machine, commit and data digest of the last start, or ``None``."""
        return _as_dict(read_json(self.environment_file))

    def log(self, tail: int = 20_000) -> str:
        """The last ``tail`` bytes of the log."""
        try:
            with self.log_file.open("rb") as stream:
                stream.seek(max(0, self.log_file.stat().st_size - tail))
                return stream.read().decode(errors="replace")
        except OSError:
            return ""

    # ---- asking

    def request(self, what: Request) -> None:
        """Ask whoever works on the run to go on, to pause, to cancel, or, paused, to do one step; answered within 0.3 s of training."""
        write_json(self.control_file, {"request": what, "time": time.time()}, sync=False)

    def requested(self) -> Request:
        found = _as_dict(read_json(self.control_file)) or {}
        wish = found.get("request")
        return wish if wish in ("pause", "step", "cancel") else "run"

    # ---- a person's notes: last writer wins, the worker never touches them

    def annotate(self, **notes: Any) -> None:
        """Set ``name`` or ``pinned``."""
        write_json(self.annotations_file, self._annotations() | notes)

    def _annotations(self) -> dict[str, Any]:
        return _as_dict(read_json(self.annotations_file)) or {}

    # ---- changing: only under the lock

    @contextmanager
    def locked(self, timeout: float = 2.0) -> Iterator[None]:
        """Hold the run: nobody else works on it, changes its state or deletes it meanwhile. The system frees it if we die.

        Raises ``UserError`` where somebody else holds it longer than ``timeout`` seconds, it cannot be changed, or is gone.
        """
        if not self.path.is_dir():
            raise UserError(f"There is no run at '{self.path}': it may have been deleted.")
        taken = f"The run '{self.id}' is being worked on elsewhere: wait for it, or cancel it first."
        with held(self.path / "lock", taken, timeout=timeout):
            yield

    def write(self, record: Record, *, sync: bool = True) -> None:
        """Write ``status.json``. On a full disk the old file, already on the disk, is written over in place."""
        stamped = record.model_copy(update={"updated": time.time()})
        overwrite(self.status_file, stamped.model_dump_json(indent=1).encode(), sync=sync)

    def move(self, status: Status, **fields: Any) -> Record:
        """Go to ``status`` and set ``fields``; raises ``UserError`` for an illegal move. Call it under ``locked``."""
        stored = self.record()
        check(stored.status, status)
        ended = time.time() if status not in ACTIVE else None
        changed = stored.model_copy(update={"status": status, "ended": ended, **fields})
        self.write(changed)
        return changed

    def tidy(self) -> None:
        """Remove what a worker that was killed left of the file it was writing. Call it under ``locked``."""
        for file in (
            self.checkpoint_file,
            self.model_file,
            self.samples_file,
            self.film_file,
            self.metrics_file,
            self.environment_file,
        ):
            for part in self.path.glob(f".{file.name}.*"):
                part.unlink(missing_ok=True)

    def enqueue(self) -> Record:
        """Make an ended run wait for its next start, by this process, from its last checkpoint.

        Raises ``UserError`` where it cannot be resumed, or somebody else works on it.
        """
        with self.locked():
            state = self.state()
            if state.status not in RESUMABLE:
                raise UserError(f"The run '{self.id}' is {state.status}: only a run that was stopped can be resumed.")
            if self.record().status in ACTIVE:
                self.move(Status.INTERRUPTED)
            self.request("run")
            return self.move(Status.QUEUED, queued=time.time(), owner=this_process(), threads=0, message="", eta=None)


def _as_dict(found: Any) -> dict[str, Any] | None:
    return found if isinstance(found, dict) else None


def _why_interrupted(stored: Record) -> str:
    if stored.status == Status.QUEUED:
        return "The program that was to start this run ended first. Resume starts it."
    return f"The process that trained this run ended at step {stored.step}. Resume goes on from its last checkpoint."
