"""Write what a training says into the files of its run."""

from __future__ import annotations

import errno
import os
import time
from datetime import datetime
from typing import Any

from qdiffgui import events as ev
from qdiffgui.errors import DataError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_arrays, write_arrays
from qdiffgui.runs.state import Status

_STATUS_EVERY = 0.5


class Recorder:
    """Appends events to ``events.jsonl`` and keeps ``status.json`` up to date. Held by the one who works on the run, under its lock."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.record = run.record()
        self._written = 0.0
        self._events = run.events_file.open("ab", buffering=0)

    def close(self) -> None:
        self._events.close()

    # ---- events

    def append(self, event: ev.Event) -> None:
        """One line, on its way to the disk before this returns; raises ``OSError`` where it does not fit."""
        line = ev.to_json(event).encode() + b"\n"
        before = self._events.tell()
        if self._events.write(line) != len(line):
            self.rewind(before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._note(event)

    def rewind(self, offset: int) -> None:
        """Forget the events after ``offset`` bytes: training goes on from there."""
        self._events.truncate(offset)
        self._events.seek(0, os.SEEK_END)

    def _note(self, event: ev.Event) -> None:
        changed: dict[str, Any] = {"step": event.step, "seconds": event.seconds}
        if isinstance(event, ev.Started):
            changed |= {"total": event.total, "n_parameters": event.n_parameters, "phase": ""}
        elif isinstance(event, ev.Progress):
            changed |= {"total": event.total, "eta": event.eta, "phase": event.phase}
        elif isinstance(event, ev.Loss):
            changed |= {"loss": event.loss, "phase": event.phase}
        elif isinstance(event, ev.Metrics) and event.values:
            changed |= {"metrics": event.values, "floor": event.floor}
        self.record = self.record.model_copy(update=changed)
        if time.monotonic() - self._written > _STATUS_EVERY:
            self.save(sync=False)

    # ---- status

    def save(self, *, sync: bool = True) -> None:
        """Write ``status.json`` now; a pool that another process changed is not an issue: only the worker writes here."""
        self.run.write(self.record, sync=sync)
        self._written = time.monotonic()

    def move(self, status: Status, **fields: Any) -> None:
        """Go to ``status``; raises ``UserError`` for an illegal move."""
        self.save(sync=False)
        self.record = self.run.move(status, **fields)

    # ---- checkpoints

    def checkpoint(self, arrays: Any) -> None:
        """Everything said so far, then the state that belongs to it: after a crash the two fit together, bit for bit."""
        os.fsync(self._events.fileno())
        offset = self._events.tell()
        write_arrays(self.run.checkpoint_file, arrays, events_offset=offset, digest=self.record.digest)

    def restore(self) -> dict[str, Any] | None:
        """The arrays of the last checkpoint, with the events cut back to it; ``None`` (and no events) where there is none.

        Raises ``DataError`` where the checkpoint is damaged or belongs to other settings.
        """
        if not self.run.checkpoint_file.exists():
            self.rewind(0)
            return None
        arrays, attributes = read_arrays(self.run.checkpoint_file)
        offset = int(attributes.get("events_offset", -1))
        if attributes.get("digest") not in (self.record.digest, "") or not 0 <= offset <= self.run.events_file.stat().st_size:
            raise DataError(
                "The checkpoint does not belong to the other files of this run: delete checkpoint.h5 to start from the beginning."
            )
        self.rewind(offset)
        return arrays

    # ---- log

    def log(self, text: str) -> None:
        """A line with the time in ``run.log``; a log that cannot be written is no reason to stop."""
        try:
            with self.run.log_file.open("a", encoding="utf-8") as stream:
                stream.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {text}\n")
        except OSError:
            pass
