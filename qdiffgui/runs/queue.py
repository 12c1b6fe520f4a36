"""Wait for free CPU threads, in the order of queueing."""

from __future__ import annotations

import threading

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.process import this_process
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.state import Status

_EVERY = 0.15
_CLOSED = "The program that was to start this run ended first. Resume starts it."


def attend(run: RunDirectory) -> bool:
    """Make this process the one that will start a queued run; False where it is not queued any more. Raises ``UserError``."""
    with run.locked():
        record = run.record()
        if record.status == Status.QUEUED:
            run.write(record.model_copy(update={"owner": this_process()}))
        return record.status == Status.QUEUED


def wait_for_threads(run: RunDirectory, slots: Slots, *stops: threading.Event) -> bool:
    """True once ``run`` holds its threads; False where it is no longer to be started by this process.

    Cancelled meanwhile, it becomes so at once; stopped by one of ``stops``, it is interrupted.
    """
    wanted = run.config().training.threads
    while run.exists():
        record = run.record()
        if record.status != Status.QUEUED or record.owner != this_process():
            return False
        if any(stop.is_set() for stop in stops):
            _end(run, Status.INTERRUPTED, _CLOSED)
            return False
        if run.requested() == "cancel":
            _end(run, Status.CANCELLED, "Cancelled before it began.")
            return False
        if slots.claim(run, wanted):
            return True
        stops[0].wait(_EVERY)
    return False


def _end(run: RunDirectory, status: Status, message: str) -> None:
    with run.locked():
        if run.record().status == Status.QUEUED:
            run.move(status, message=message, threads=0)
