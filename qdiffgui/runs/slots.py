"""CPU threads, shared out among all runs of a folder, whichever process works on them: never more than there are."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock

from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore


def n_cpus() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Slots:
    """Grants threads to runs. ``threads``: how many in all (default: CPUs); ``runs``: how many runs at once (default: no limit)."""

    def __init__(self, root: Path, threads: int | None = None, runs: int | None = None) -> None:
        self.store = RunStore(root)
        self.threads = max(1, threads or n_cpus())
        self.runs = runs

    def claim(self, run: RunDirectory, wanted: int) -> int:
        """Threads granted to ``run`` and written into its record, or 0: try again later.

        Queued runs are served in the order of queueing. Whoever calls this attends to the run (owns its record).
        """
        with FileLock(self.store.root / ".slots.lock", mode=0o666, thread_local=False):  # all users of the folder take turns
            candidates = [other for other in self.store.directories() if other.record().status in ACTIVE]
            active = [state for state in (other.state() for other in candidates) if state.status in ACTIVE]
            used = sum(state.threads for state in active if state.id != run.id)
            busy = sum(state.threads > 0 for state in active if state.id != run.id)
            granted = min(wanted, self.threads)
            if used + granted > self.threads or (self.runs is not None and busy >= self.runs) or self._others_first(run, active):
                return 0
            run.write(run.record().model_copy(update={"threads": granted, "pool": self.threads}), sync=False)
            return granted

    def _others_first(self, run: RunDirectory, active: list[RunState]) -> bool:
        mine = run.record()
        if mine.status != Status.QUEUED:
            return False
        waiting = [(s.queued, s.id) for s in active if s.status == Status.QUEUED and not s.threads]
        return bool(waiting) and min(waiting) < (mine.queued, run.id)
