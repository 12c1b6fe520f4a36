"""CPU threads shared among all runs of a folder, whichever process trains them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from filelock import FileLock

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore

_EVERY = 0.15
# The k-th run in the queue looks at all runs at every k-th poll, at the latest after this many:
# many waiting processes would otherwise keep a core busy with reading each other's records.
_RAREST_LOOK = 15
_CLOSED = "The program that queued this run ended before starting it. Resume starts it."


def n_cpus() -> int:
    """Number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Slots:
    """Grants CPU threads to the runs of one folder.

    Parameters
    ----------
    root : Path
        The folder of runs.
    threads : int, optional
        Threads for all runs together. Default: number of CPUs.
    runs : int, optional
        Largest number of runs at a time. Default: no limit.
    """

    def __init__(self, root: Path, threads: int | None = None, runs: int | None = None) -> None:
        self.store = RunStore(root)
        self.threads = max(1, threads or n_cpus())
        self.runs = runs
        self.n_ahead = 0
        """Queued runs in front of the one that claimed last."""

    def claim(self, run: RunDirectory, wanted: int) -> int:
        """Grant threads to ``run`` and write the number into its record; 0 if none are free.

        Queued runs are served in the order of queueing. Only the process that owns the record of
        the run may call this.
        """
        lock = self.store.root / ".slots.lock"
        with FileLock(lock, mode=0o666, thread_local=False):  # shared by all users of the folder
            candidates = [
                other for other in self.store.directories() if other.record().status in ACTIVE
            ]
            active = [
                state for state in (other.state() for other in candidates) if state.status in ACTIVE
            ]
            used = sum(state.threads for state in active if state.id != run.id)
            busy = sum(state.threads > 0 for state in active if state.id != run.id)
            granted = min(wanted, self.threads)
            self.n_ahead = self._queued_before(run, active)
            if (
                used + granted > self.threads
                or (self.runs is not None and busy >= self.runs)
                or self.n_ahead
            ):
                return 0
            run.write(
                run.record().model_copy(update={"threads": granted, "pool": self.threads}),
                sync=False,
            )
            return granted

    def _queued_before(self, run: RunDirectory, active: list[RunState]) -> int:
        mine = run.record()
        if mine.status != Status.QUEUED:
            return 0
        waiting = [(s.queued, s.id) for s in active if s.status == Status.QUEUED and not s.threads]
        return sum(place < (mine.queued, run.id) for place in waiting)


def take_over(run: RunDirectory) -> bool:
    """Make this process the one that will start a queued run; False if it is no longer queued.

    Raises ``UserError`` if another process is using the run.
    """
    with run.locked():
        record = run.record()
        if record.status == Status.QUEUED:
            run.write(record.model_copy(update={"owner": this_process()}))
        return record.status == Status.QUEUED


def wait_for_threads(run: RunDirectory, slots: Slots, *stops: threading.Event) -> bool:
    """Wait until ``run`` holds its threads; False if this process should no longer start it.

    If the run is cancelled meanwhile, it becomes cancelled at once. If one of ``stops`` is set, it
    becomes interrupted.
    """
    wanted = run.config().training.threads
    polls_to_look = 0
    while run.exists():
        record = run.record()
        if record.status != Status.QUEUED or record.owner != this_process():
            return False
        if any(stop.is_set() for stop in stops):
            _end(run, Status.INTERRUPTED, _CLOSED)
            return False
        if run.requested() == "cancel":
            _end(run, Status.CANCELLED, "Cancelled before training began.")
            return False
        if polls_to_look <= 0:
            if slots.claim(run, wanted):
                return True
            polls_to_look = min(1 + slots.n_ahead, _RAREST_LOOK)
        polls_to_look -= 1
        stops[0].wait(_EVERY)
    return False


def _end(run: RunDirectory, status: Status, message: str) -> None:
    with run.locked():
        if run.record().status == Status.QUEUED:
            run.move(status, message=message, threads=0)
