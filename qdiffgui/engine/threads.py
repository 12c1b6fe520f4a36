"""Split the work of one call over threads without ever making it slower, on an idle machine or a
busy one.

A call is cut into parts. Neither the parts nor the order in which their sums are added depend on
which thread does which part. The threads can therefore take whatever part comes next, and results
stay the same bit for bit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from queue import SimpleQueue

Work = Callable[[int, int], None]
"""Does parts first … last-1."""

WAIT_SECONDS = 1.0
"""How long a helper waits for the work of the call that woke it. A call that failed in the meantime
never provides any."""


class _Job:
    """The parts of one call: any thread takes the next one; the thread that finishes the last one
    wakes the caller.
    """

    def __init__(self) -> None:
        self.left: deque[int] = deque()
        self.opened, self.done = threading.Lock(), threading.Lock()
        self.opened.acquire()
        self.done.acquire()
        self.finished = count(1)
        self.errors: list[BaseException] = []

    def open(self, n_parts: int, work: Work) -> None:
        """Give the helpers their work."""
        self.work, self.n_parts = work, n_parts
        self.left.extend(range(n_parts))
        self.opened.release()

    def help(self) -> None:
        """In a helper: wait for the work, then do parts of it."""
        if self.opened.acquire(timeout=WAIT_SECONDS):
            self.opened.release()
            self.do_parts()

    def do_parts(self) -> None:
        """Do one part after the other until none is left."""
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


class HelperPool:
    """Helper threads of this process. They start when they are first needed and sleep between
    calls.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._size = 0

    def wake(self, n_helpers: int) -> _Job:
        """Wake helpers before their work is ready: waking takes as long as a small part."""
        if self._size < n_helpers:
            self._spawn(n_helpers)
        job = _Job()
        for _ in range(n_helpers):
            self._jobs.put(job)
        return job

    def run(self, job: _Job, n_parts: int, work: Work) -> None:
        """Do every part once, in the calling thread and the helpers it woke.

        The caller never waits for a helper that has not begun. Raises what a part raised.
        """
        job.open(n_parts, work)
        job.do_parts()
        job.done.acquire()
        if job.errors:
            raise job.errors[0]

    def _spawn(self, n_helpers: int) -> None:
        with self._lock:
            for number in range(self._size, n_helpers):
                threading.Thread(
                    target=self._serve, name=f"qdiffgui-engine-{number}", daemon=True
                ).start()
            self._size = max(self._size, n_helpers)

    def _serve(self) -> None:
        while True:
            self._jobs.get().help()


class HelperPolicy:
    """Decides whether a call uses helpers, from the times of earlier calls.

    On a busy machine a helper mostly takes its time slice from the caller, and waking it costs more
    than it saves. So both ways are tried at first, the faster one is kept, and the other one is
    tried again now and then.
    """

    N_TIMES = 15
    """Latest times that are kept of each way; their median counts."""
    PROBE_EVERY = 64
    """One call in so many tries the slower way."""
    MAX_RATIO = 0.85
    """Largest time with helpers, relative to the time without, at which helpers are used: they
    occupy processors that other programs may need."""

    def __init__(self) -> None:
        self.seconds: dict[bool, deque[float]] = {
            with_helpers: deque(maxlen=self.N_TIMES) for with_helpers in (False, True)
        }
        self.n_calls = 0

    def use_helpers(self) -> bool:
        """Whether the next call should use helpers."""
        self.n_calls += 1
        alone, together = self.seconds[False], self.seconds[True]
        if len(alone) < self.N_TIMES or len(together) < self.N_TIMES:
            return len(together) <= len(alone)
        middle = self.N_TIMES // 2
        faster = sorted(together)[middle] < self.MAX_RATIO * sorted(alone)[middle]
        return faster != (self.n_calls % self.PROBE_EVERY == 0)

    def record(self, with_helpers: bool, seconds: float) -> None:
        """Add the wall time of a call, done with helpers or without."""
        self.seconds[with_helpers].append(seconds)


_POOL = HelperPool()


class ParallelCall:
    """The parts of one call on up to ``n_threads`` threads, if its policy finds that faster.

    Create it before the work is ready, so that the helpers wake up in the meantime.
    """

    def __init__(self, n_parts: int, n_threads: int, policy: HelperPolicy) -> None:
        self.n_parts, self.policy = n_parts, policy
        self.job = None
        if n_parts > 1:
            self.started = time.perf_counter()
            if policy.use_helpers():
                self.job = _POOL.wake(min(n_threads, n_parts) - 1)

    def run(self, work: Work) -> None:
        """Do every part once: work(first, last) does parts first … last-1."""
        if self.job is not None:
            _POOL.run(self.job, self.n_parts, work)
        else:
            work(0, self.n_parts)
        if self.n_parts > 1:
            self.policy.record(self.job is not None, time.perf_counter() - self.started)
