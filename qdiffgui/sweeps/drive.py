"""Drive a sweep: give its trainings to Dask, follow what becomes of them, and leave a table that is true at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import time
from collections.abc import Callable
from typing import Any

from qdiffgui.errors import UserError, of_system
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.sweeps.directory import SweepDirectory, counts
from qdiffgui.sweeps.plan import Plan, Point, words
from qdiffgui.sweeps.task import Outcome, train

Watch = Callable[[int, int, str], None]
_EVERY = 0.5
_TABLE_EVERY = 10.0
_LATE = 30.0
_STOPPED = "Stopped. Resume goes on."
_ENDED = frozenset({str(Status.DONE), str(Status.CANCELLED)})


def drive(
    sweep: SweepDirectory,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    retries: int = 2,
    watch: Watch | None = None,
) -> dict[str, int]:
    """Train all that is not done yet, until everything has ended or the sweep is asked to stop; gives ``directory.counts``.

    ``watch(ended, planned, sentence)`` is called whenever a run ends. Raises ``UserError`` where another process drives the sweep, there
    is no such scheduler, it goes away, its workers cannot work on this sweep, or its files cannot be written. Nothing is lost then: call
    it again.
    """
    try:
        with sweep.driven():
            return _driven(sweep, scheduler, workers, retries, watch)
    except OSError as error:
        why = of_system(error) or f"The files of the sweep cannot be written: {error}."
        raise UserError(f"{why} Then 'qdiffgui sweep --resume {sweep.id}' goes on.") from error


def _driven(
    sweep: SweepDirectory, scheduler: str | None, workers: int | None, retries: int, watch: Watch | None
) -> dict[str, int]:
    from qdiffgui.sweeps.cluster import connected

    sweep.ask("run")
    sweep.note(phase="running", started=time.time(), scheduler=scheduler or "", workers=0, message="")
    problem: OSError | None = None
    try:
        with connected(scheduler, workers) as client:
            Driver(sweep, client, retries, watch).run()
    except UserError as error:
        sweep.note(phase="failed", message=str(error))
        raise
    except BaseException:
        sweep.note(phase="stopped", message=_STOPPED)
        raise
    finally:
        problem = tabulate(sweep)
    found = counts(sweep)
    ended = found["planned"] == found["done"] + found["failed"] + found["cancelled"]
    sweep.note(phase="done" if ended else "stopped", message="" if ended else _STOPPED)
    if problem is not None:
        raise problem
    return found


def tabulate(sweep: SweepDirectory, *, figures: bool = True) -> OSError | None:
    """Write the tables; gives what the disk says where it does not take them, which is no reason to stop trainings."""
    from qdiffgui.sweeps.table import write_tables

    try:
        write_tables(sweep, figures=figures)
    except OSError as error:
        return error
    return None


class Driver:
    """One session of a sweep with a Dask ``client``. A run that fails by accident, or whose worker dies again and again, is given up
    after ``retries`` more starts; the next session tries it again."""

    def __init__(self, sweep: SweepDirectory, client: Any, retries: int, watch: Watch | None = None) -> None:
        self.sweep, self.client, self.retries = sweep, client, retries
        self.watch = watch or (lambda ended, planned, sentence: None)
        self.plan = sweep.plan()
        self.source = source_of(self.plan, sweep)
        self.n_planned = len(sweep.points())
        self.points: dict[str, Point] = {}
        self.tries: dict[str, int] = {}
        self.flying: dict[str, Any] = {}
        self.elsewhere: set[str] = set()
        self.settled: set[str] = set()
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._table_after = self._look_after = 0.0
        self._seen_workers = time.monotonic()

    def run(self) -> None:
        """Until nothing is left to do or a stop is asked for; trainings that run then keep a checkpoint first."""
        while self._more():
            with contextlib.suppress(queue.Empty):
                self._end(self._ended.get(timeout=_EVERY))
            now = time.monotonic()
            if now >= self._look_after:
                self._look_after = now + _EVERY
                self._look(now)
            if self.sweep.stop_asked():
                return self._stop()

    def _more(self) -> bool:
        """Give what can be given now; whether anything is left to wait for."""
        while len(self.flying) + len(self.elsewhere) < self.source.at_once(self._threads):
            point = self.source.next()
            if point is None:
                break
            self.points[point.run] = point
            if self._state(point.run) in _ENDED:
                self._settled(Outcome(point.run, self._state(point.run)), said=False)
            else:
                self._give(point.run)
        return bool(self.flying or self.elsewhere)

    def _threads(self) -> int:
        return max(1, sum(self._workers().values()))

    def _workers(self) -> dict[str, int]:
        """Threads of each worker, by address; raises ``UserError`` where the scheduler is gone."""
        try:
            found: dict[str, int] = self.client.nthreads()
        except (OSError, asyncio.CancelledError):
            raise self._lost() from None
        return found

    def _state(self, run: str) -> str:
        return str(self._directory(run).record().status) if self._directory(run).exists() else ""

    def _directory(self, run: str) -> RunDirectory:
        return RunDirectory(self.sweep.store.root / run)

    def _give(self, run: str) -> None:
        count = self.tries[run] = self.tries.get(run, -1) + 1
        settings = self.plan.config(self.points[run].values).model_dump_json()
        future = self.client.submit(
            train, str(self.sweep.path), run, settings, key=(f"qdiffgui-{self.sweep.id}", run, count, time.time()), pure=False
        )
        self.flying[run] = future
        future.add_done_callback(lambda ended: self._ended.put((run, ended)))

    # ---- what comes back

    def _end(self, news: tuple[str, Any]) -> None:
        run, future = news
        if run not in self.flying or self.flying[run] is not future:
            return
        del self.flying[run]
        if future.status == "finished":
            self._settled(Outcome(**future.result()))
        elif future.status == "error":
            self._raised(run, future.exception())
        else:
            raise self._lost()

    def _lost(self) -> UserError:
        return UserError(
            f"The Dask scheduler is gone. Nothing is lost: start it again, then 'qdiffgui sweep --resume {self.sweep.id}'."
        )

    def _raised(self, run: str, error: BaseException) -> None:
        """A task that gave no outcome: its worker died too often, or cannot work at all."""
        if isinstance(error, UserError):
            raise error
        self._settled(Outcome(run, "stopped", f"{type(error).__name__}: {error}", broken=True))

    def _settled(self, outcome: Outcome, *, said: bool = True) -> None:
        run = outcome.run
        if outcome.elsewhere:
            self.elsewhere.add(run)
            return
        unfinished = outcome.broken or outcome.status in (str(Status.INTERRUPTED), "waiting")
        if unfinished and not self.sweep.stop_asked() and self.tries.get(run, 0) < self.retries:
            self._give(run)
            return
        self.settled.add(run)
        self.source.ended(self.points[run], outcome)
        if said:
            self._say(f"{words(self.points[run].values)}: {outcome.status} {outcome.message}".rstrip())

    def _say(self, sentence: str) -> None:
        self.watch(len(self.settled), self.plan.n_runs if self.plan.search == "optuna" else self.n_planned, sentence)

    # ---- now and then

    def _look(self, now: float) -> None:
        for run in list(self.elsewhere):
            if self._directory(run).state().status not in ACTIVE:
                self.elsewhere.discard(run)
                self.tries[run] = max(self.tries.get(run, 0) - 1, -1)  # that was no try of ours
                self._settled(Outcome(run, self._state(run), broken=self._state(run) not in _ENDED))
        if self.client.status != "running":
            raise self._lost()
        if now >= self._table_after:
            self._write(now)

    def _write(self, now: float) -> None:
        workers = self._workers()
        if workers:
            self._seen_workers = now
        waited = now - self._seen_workers
        message = (
            ""
            if waited < _LATE
            else f"No worker has come to the scheduler for {waited:.0f} s: start some ('dask worker ADDRESS')."
        )
        problem = tabulate(self.sweep, figures=False)
        if problem is not None:
            message = of_system(problem) or f"The table could not be written: {problem}."
        self.sweep.note(phase="running", workers=sum(workers.values()), message=message)
        if message:
            self._say(message)
        took = time.monotonic() - now
        self._table_after = now + max(_TABLE_EVERY, 20 * took)

    def _stop(self) -> None:
        """Take back what has not begun and wait for the checkpoints of what has."""
        self.sweep.note(phase="stopping")
        futures = list(self.flying.values())
        deadline = time.monotonic() + 30
        running = {str(state.id) for state in self.sweep.states().values() if state.status in ACTIVE}
        while running and time.monotonic() < deadline:
            time.sleep(0.1)
            running = {run for run in running if self._directory(run).state().status in ACTIVE}
        self.client.cancel(futures)


class Listed:
    """The points of a grid or a random search, in order."""

    def __init__(self, points: list[Point]) -> None:
        self._points = iter(points)
        self._n = len(points)

    def at_once(self, threads: Callable[[], int]) -> int:
        """How many runs Dask should know of at a time: all, so that a cluster that grows by need sees the need."""
        return self._n

    def next(self) -> Point | None:
        return next(self._points, None)

    def ended(self, point: Point, outcome: Outcome) -> None:
        """Nothing follows from it."""


def source_of(plan: Plan, sweep: SweepDirectory) -> Any:
    """Where the points of a sweep come from."""
    if plan.search != "optuna":
        return Listed(sweep.points())
    from qdiffgui.sweeps.search import Found

    return Found(plan, sweep)
