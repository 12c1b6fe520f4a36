"""CPU threads shared among all runs of a folder, whichever process trains them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import Stamp, stamp
from qdiffgui.runs.process import this_process
from qdiffgui.runs.record import Record
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore

# Seconds. A run far back in the queue polls its own files more rarely, and looks at all runs more
# rarely still: so much later for each run in front of it. No file is read again that has not
# changed. Many waiting processes would otherwise keep a core busy with reading each other's
# records: 48 of them took two thirds of one.
_EVERY, _RAREST = 0.15, 1.0
_PER_RUN_AHEAD, _RAREST_LOOK = 1 / 3, 9.0
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
        self._read: dict[str, tuple[Stamp | None, Record]] = {}

    def claim(self, run: RunDirectory, wanted: int) -> int:
        """Grant threads to ``run`` and write the number into its record; 0 if none are free.

        Queued runs are served in the order of queueing. Only the process that owns the record of
        the run may call this.
        """
        lock = self.store.root / ".slots.lock"
        with FileLock(lock, mode=0o666, thread_local=False):  # shared by all users of the folder
            active = self._active()
            used = [
                record.threads
                for other, record in active.items()
                if record.threads and other.id != run.id and other.present_status(record) in ACTIVE
            ]
            granted = min(wanted, self.threads)
            ahead = _queued_before(run, active)
            self.n_ahead = len(ahead)
            if (
                sum(used) + granted > self.threads
                or (self.runs is not None and len(used) >= self.runs)
                # the others in front will never start: their processes have died
                or any(other.present_status(active[other]) == Status.QUEUED for other in ahead)
            ):
                return 0
            run.write(
                run.record().model_copy(update={"threads": granted, "pool": self.threads}),
                sync=False,
            )
            return granted

    def has_free_thread(self) -> bool:
        """Whether no run waits and those that train leave a CPU thread idle."""
        with FileLock(self.store.root / ".slots.lock", mode=0o666, thread_local=False):
            active = self._active()
            present = {run: run.present_status(record) for run, record in active.items()}
        waits = any(
            status == Status.QUEUED and not active[run].threads for run, status in present.items()
        )
        used = sum(active[run].threads for run, status in present.items() if status in ACTIVE)
        return not waits and used < min(self.threads, n_cpus())

    def _active(self) -> dict[RunDirectory, Record]:
        """The runs whose records say that they are active."""
        before, self._read = self._read, {}
        for run in self.store.directories():
            now = stamp(run.status_file)
            known = before.get(run.id)
            self._read[run.id] = known if known and known[0] == now else (now, run.record())
        found = {self.store.root / name: record for name, (_, record) in self._read.items()}
        return {RunDirectory(path): r for path, r in found.items() if r.status in ACTIVE}


def _queued_before(run: RunDirectory, active: Mapping[RunDirectory, Record]) -> list[RunDirectory]:
    """The other runs that wait for threads and were queued before ``run``."""
    mine = run.record()
    if mine.status != Status.QUEUED:
        return []
    return [
        other
        for other, record in active.items()
        if record.status == Status.QUEUED
        and not record.threads
        and (record.queued, other.id) < (mine.queued, run.id)
    ]


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
    to_look, every, seen = 0.0, _EVERY, None
    while run.exists():
        now = stamp(run.status_file), stamp(run.control_file)
        stopped = any(stop.is_set() for stop in stops)
        if stopped or now != seen or to_look <= 0:
            seen = now
            record = run.record()
            if record.status != Status.QUEUED or record.owner != this_process():
                return False
            if stopped:
                _end(run, Status.INTERRUPTED, _CLOSED)
                return False
            if run.requested() == "cancel":
                _end(run, Status.CANCELLED, "Cancelled before training began.")
                return False
        if to_look <= 0:
            if slots.claim(run, wanted):
                return True
            every = min(_EVERY * (1 + slots.n_ahead), _RAREST)
            to_look = min(max(slots.n_ahead * _PER_RUN_AHEAD, _EVERY), _RAREST_LOOK)
        stops[0].wait(every)
        to_look -= every
    return False


def _end(run: RunDirectory, status: Status, message: str) -> None:
    with run.locked():
        if run.record().status == Status.QUEUED:
            run.move(status, message=message, threads=0)
