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

Work = Callable[[int, int, int], None]
Parts = list[tuple[int, int]]


class _Job:
    """Parts that any thread may take; whoever finishes the last one says so."""

    def __init__(self, parts: Parts, work: Work) -> None:
        self.work, self.n_parts = work, len(parts)
        self.left = deque(enumerate(parts))
        self.finished = count(1)
        self.done = threading.Lock()
        self.done.acquire()
        self.errors: list[BaseException] = []

    def take(self) -> None:
        """Do parts until none is left."""
        while True:
            try:
                part, edges = self.left.popleft()
            except IndexError:
                return
            try:
                self.work(part, *edges)
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

    def run(self, parts: Parts, work: Work, helpers: int) -> None:
        """work(part, first, last) for every part, by the caller and up to ``helpers`` others.

        The caller works too and never waits for a helper that has not begun. Raises what a part raised.
        """
        if self._size < helpers:
            self._hire(helpers)
        job = _Job(parts, work)
        for _ in range(helpers):
            self._jobs.put(job)
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
            self._jobs.get().take()


class Pace:
    """Whether helpers pay at present, learnt from the times of the calls themselves.

    On a machine that others keep busy a helper mostly takes its time slice from the caller, and waking it costs more than
    it brings. So both ways are tried at first, the faster is kept, and the other tried again now and then.
    """

    KEEP, PROBE = 5, 64

    def __init__(self) -> None:
        self.seconds: dict[bool, deque[float]] = {helped: deque(maxlen=self.KEEP) for helped in (False, True)}
        self.calls = 0

    def helped(self) -> bool:
        """Whether the next call should have helpers."""
        self.calls += 1
        alone, together = (self.seconds[way] for way in (False, True))
        if len(alone) < self.KEEP or len(together) < self.KEEP:
            return len(together) <= len(alone)
        faster = sorted(together)[self.KEEP // 2] < sorted(alone)[self.KEEP // 2]
        return faster != (self.calls % self.PROBE == 0)

    def record(self, helped: bool, seconds: float) -> None:
        """Wall time of a call that was done one way or the other."""
        self.seconds[helped].append(seconds)


_CREW = Crew()


def each(parts: Parts, work: Work, threads: int, pace: Pace) -> None:
    """work(part, first, last) for every part, by up to ``threads`` threads where that is faster at the moment."""
    if len(parts) == 1:
        work(0, *parts[0])
        return
    helped = pace.helped()
    started = time.perf_counter()
    if helped:
        _CREW.run(parts, work, min(threads, len(parts)) - 1)
    else:
        for part, edges in enumerate(parts):
            work(part, *edges)
    pace.record(helped, time.perf_counter() - started)
