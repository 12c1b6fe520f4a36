"""Work split over threads that never makes a call slower, on an idle machine or a busy one.

The parts of a call, and the order in which their sums are added, do not depend on which thread does which part: so who
does what may be decided by what is fastest at the moment, and results stay the same bit for bit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from queue import SimpleQueue

Work = Callable[[int, int], None]  # do parts first … last-1


PATIENCE = 1.0  # seconds a helper waits for a caller that called it: one that failed meanwhile never comes


class _Job:
    """Parts that any thread may take once the caller has opened it; whoever finishes the last one says so."""

    def __init__(self) -> None:
        self.left: deque[int] = deque()
        self.gate, self.done = threading.Lock(), threading.Lock()
        self.gate.acquire()
        self.done.acquire()
        self.finished = count(1)
        self.errors: list[BaseException] = []

    def open(self, n_parts: int, work: Work) -> None:
        self.work, self.n_parts = work, n_parts
        self.left.extend(range(n_parts))
        self.gate.release()

    def help(self) -> None:
        if self.gate.acquire(timeout=PATIENCE):
            self.gate.release()
            self.take()

    def take(self) -> None:
        """Do parts until none is left."""
        while True:
            try:
                part = self.left.popleft()
            except IndexError:
                return
            try:
                self.work(part, part + 1)
            except BaseException as error:  # raised again in the thread that waits
                self.errors.append(error)
            if next(self.finished) == self.n_parts:
                self.done.release()


class Crew:
    """Helper threads of this process, started when first needed; they sleep between calls."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._size = 0

    def call(self, helpers: int) -> _Job:
        """Wake so many helpers, before there is work: waking takes as long as a small part."""
        if self._size < helpers:
            self._hire(helpers)
        job = _Job()
        for _ in range(helpers):
            self._jobs.put(job)
        return job

    def run(self, job: _Job, n_parts: int, work: Work) -> None:
        """Every part once, by the caller and the helpers it has called.

        The caller never waits for a helper that has not begun. Raises what a part raised.
        """
        job.open(n_parts, work)
        job.take()
        job.done.acquire()
        if job.errors:
            raise job.errors[0]

    def _hire(self, helpers: int) -> None:
        with self._lock:
            for number in range(self._size, helpers):
                threading.Thread(target=self._serve, name=f"qdiffgui-engine-{number}", daemon=True).start()
            self._size = max(self._size, helpers)

    def _serve(self) -> None:
        while True:
            self._jobs.get().help()


class Pace:
    """Whether helpers pay at present, learnt from the times of the calls themselves.

    On a machine that others keep busy a helper mostly takes its time slice from the caller, and waking it costs more than
    it brings. So both ways are tried at first, the faster is kept, and the other tried again now and then.
    """

    KEEP, PROBE, GAIN = 15, 64, 0.85  # a helper takes a processor that others may want: it has to save enough

    def __init__(self) -> None:
        self.seconds: dict[bool, deque[float]] = {helped: deque(maxlen=self.KEEP) for helped in (False, True)}
        self.calls = 0

    def helped(self) -> bool:
        """Whether the next call should have helpers."""
        self.calls += 1
        alone, together = (self.seconds[way] for way in (False, True))
        if len(alone) < self.KEEP or len(together) < self.KEEP:
            return len(together) <= len(alone)
        faster = sorted(together)[self.KEEP // 2] < self.GAIN * sorted(alone)[self.KEEP // 2]
        return faster != (self.calls % self.PROBE == 0)

    def record(self, helped: bool, seconds: float) -> None:
        """Wall time of a call that was done one way or the other."""
        self.seconds[helped].append(seconds)


_CREW = Crew()


class Team:
    """Who does the parts of one call: up to ``threads`` threads where that is faster at the moment.

    Made before the work is ready, so that helpers wake up meanwhile.
    """

    def __init__(self, n_parts: int, threads: int, pace: Pace) -> None:
        self.n_parts, self.pace = n_parts, pace
        self.job = None
        if n_parts > 1:
            self.started = time.perf_counter()
            if pace.helped():
                self.job = _CREW.call(min(threads, n_parts) - 1)

    def run(self, work: Work) -> None:
        """Every part once: work(first, last) does parts first … last-1."""
        if self.job is not None:
            _CREW.run(self.job, self.n_parts, work)
        else:
            work(0, self.n_parts)
        if self.n_parts > 1:
            self.pace.record(self.job is not None, time.perf_counter() - self.started)
