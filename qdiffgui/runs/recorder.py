"""Write the events of a training into the files of its run."""

from __future__ import annotations

import errno
import os
import time
from datetime import datetime
from typing import Any

from qdiffgui import events as ev
from qdiffgui import file_layout
from qdiffgui.errors import DataError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_arrays, write_arrays
from qdiffgui.runs.state import Status

_STATUS_EVERY = 0.5


class Recorder:
    """Appends events to ``events.jsonl`` and keeps ``status.json`` up to date.

    Only the process that holds the lock of the run may use it.
    """

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.record = run.record()
        self._written = 0.0
        self._events = run.events_file.open("ab", buffering=0)

    def close(self) -> None:
        """Close the event file."""
        self._events.close()

    # ---- events

    def append(self, event: ev.Event) -> None:
        """Append one event. Raises ``OSError`` if it does not fit on the disk."""
        self._write_line(ev.to_json(event))
        self._note(event)

    def _write_line(self, text: str) -> None:
        line = text.encode() + b"\n"
        before = self._events.tell()
        if self._events.write(line) != len(line):
            self.rewind(before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def rewind(self, offset: int) -> None:
        """Remove the events after ``offset`` bytes: training continues from there."""
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
            if event.final:
                changed |= {"metrics": event.values, "floor": event.floor}
            else:  # not every event has every metric
                changed["live"] = self.record.live | event.values
                changed["live_floor"] = self.record.live_floor | event.floor
        self.record = self.record.model_copy(update=changed)
        if time.monotonic() - self._written > _STATUS_EVERY:
            self.save(sync=False)

    # ---- status

    def save(self, *, sync: bool = True) -> None:
        """Write ``status.json`` now."""
        self.run.write(self.record, sync=sync)
        self._written = time.monotonic()

    def move(self, status: Status, **fields: Any) -> None:
        """Change to ``status``. Raises ``UserError`` for an illegal change."""
        self.save(sync=False)
        self.record = self.run.move(status, **fields)

    # ---- checkpoints

    def checkpoint(self, arrays: Any) -> None:
        """Flush the events to disk, then write the checkpoint that belongs to them.

        The checkpoint holds the length of the event file: after a crash the two fit together.
        """
        os.fsync(self._events.fileno())
        write_arrays(
            self.run.checkpoint_file,
            arrays,
            layout=self.record.layout,
            events_offset=self._events.tell(),
            digest=self.record.digest,
        )

    def restore(self) -> dict[str, Any] | None:
        """The arrays of the last checkpoint, or None if there is none.

        Removes the events after the checkpoint.

        Raises
        ------
        DataError
            If the checkpoint is damaged, belongs to other settings, or was written by a newer
            version.
        """
        if not self.run.checkpoint_file.exists():
            self.rewind(0)
            self._write_line(ev.header(self.record.layout))
            return None
        arrays, attributes = read_checkpoint(self.run)
        offset = int(attributes.get("events_offset", -1))
        if (
            attributes.get("digest") not in (self.record.digest, "")
            or not 0 <= offset <= self.run.events_file.stat().st_size
        ):
            raise DataError(
                "The checkpoint does not belong to the other files of this run: delete "
                "checkpoint.h5 to train from the beginning."
            )
        self.rewind(offset)
        return arrays

    # ---- log

    def log(self, text: str) -> None:
        """Append a line with the time to ``run.log``. A log that cannot be written is ignored."""
        try:
            with self.run.log_file.open("a", encoding="utf-8") as stream:
                stream.write(
                    f"{datetime.now().astimezone().isoformat(timespec='seconds')} {text}\n"
                )
        except OSError:
            pass


def read_checkpoint(run: RunDirectory) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arrays and attributes of the last checkpoint of a run.

    Raises
    ------
    DataError
        If the file is missing, damaged, or of a newer layout.
    """
    arrays, attributes = read_arrays(run.checkpoint_file)
    file_layout.require_readable(f"The checkpoint of '{run.id}'", attributes.get("layout"))
    return arrays, attributes
