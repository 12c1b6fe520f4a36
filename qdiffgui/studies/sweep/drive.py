"""Drive a sweep: give its training runs to Dask, follow them, and keep the table up to date."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from qdiffgui.errors import UserError, system_error_message
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.process import process_of
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.worker import environment
from qdiffgui.studies.sweep.directory import SweepDirectory, counts
from qdiffgui.studies.sweep.plan import Plan, SweepPoint, describe_point
from qdiffgui.studies.sweep.task import TaskOutcome, train

Watch = Callable[[int, int, str], None]
_EVERY = 0.5
_TABLE_EVERY = 10.0
_LATE = 30.0
_STOPPED = "Stopped. Resume continues."
_ENDED = frozenset({str(Status.DONE), str(Status.CANCELLED)})


def launch(
    sweep: SweepDirectory, *, workers: int | None = None, scheduler: str = ""
) -> subprocess.Popen[bytes]:
    """Start ``qdiffgui sweep --resume`` in a separate process that may outlive this one.

    Its output goes to ``sweep.log``. Raises ``OSError`` if the process cannot start.
    """
    where = (
        ["--scheduler", scheduler] if scheduler else ["--workers", str(workers)] if workers else []
    )
    sweep.request("run")
    with sweep.log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui", "sweep", "--resume", str(sweep.path), *where],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(),
            start_new_session=True,
        )
    sweep.update_client(phase="starting", message="", owner=process_of(process.pid))
    return process


def drive(
    sweep: SweepDirectory,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    retries: int = 2,
    watch: Watch | None = None,
) -> dict[str, int]:
    """Train all unfinished runs, until everything has ended or a stop is requested.

    Parameters
    ----------
    sweep : SweepDirectory
        The sweep.
    scheduler : str, optional
        Address of a Dask scheduler; default is a local cluster.
    workers : int, optional
        Worker processes of the local cluster; default is one per CPU.
    retries : int
        Further starts of a run that failed by accident.
    watch : callable, optional
        ``watch(ended, planned, sentence)`` is called whenever a run ends.

    Returns
    -------
    dict
        Numbers of runs by status, see ``directory.counts``.

    Raises
    ------
    UserError
        If another process drives the sweep, the scheduler is missing or disappears, its workers
        cannot work on this sweep, or its files cannot be written. Nothing is lost; call it again.
    """
    try:
        with sweep.claimed():
            return _driven(sweep, scheduler, workers, retries, watch)
    except OSError as error:
        why = system_error_message(error) or f"Cannot write the files of the sweep: {error}."
        raise UserError(
            f"{why} Then continue with 'qdiffgui sweep --resume {sweep.id}'."
        ) from error


def _driven(
    sweep: SweepDirectory,
    scheduler: str | None,
    workers: int | None,
    retries: int,
    watch: Watch | None,
) -> dict[str, int]:
    from qdiffgui.studies.sweep.cluster import connected

    sweep.request("run")
    sweep.update_client(
        phase="running", started=time.time(), scheduler=scheduler or "", workers=0, message=""
    )
    problem: OSError | None = None
    try:
        with connected(scheduler, workers) as client:
            Driver(sweep, client, retries, watch).run()
    except UserError as error:
        sweep.update_client(phase="failed", message=str(error))
        raise
    except BaseException:
        sweep.update_client(phase="stopped", message=_STOPPED)
        raise
    finally:
        problem = tabulate(sweep)
    found = counts(sweep)
    ended = found["planned"] == found["done"] + found["failed"] + found["cancelled"]
    sweep.update_client(phase="done" if ended else "stopped", message="" if ended else _STOPPED)
    if problem is not None:
        raise problem
    return found


def tabulate(sweep: SweepDirectory, *, report: bool = True) -> OSError | None:
    """Write the tables. A disk error is returned, not raised: it is no reason to stop training
    runs.
    """
    from qdiffgui.studies.sweep.write import write_tables

    try:
        write_tables(sweep, report=report)
    except OSError as error:
        return error
    return None


class Driver:
    """One session of a sweep with a Dask ``client``.

    A run that fails by accident, or whose worker dies repeatedly, is given up after ``retries``
    more starts; the next session tries it again.
    """

    def __init__(
        self, sweep: SweepDirectory, client: Any, retries: int, watch: Watch | None = None
    ) -> None:
        self.sweep, self.client, self.retries = sweep, client, retries
        self.watch = watch or (lambda ended, planned, sentence: None)
        self.plan = sweep.plan()
        self.source = point_source(self.plan, sweep)
        self.n_planned = len(sweep.points())
        self.points: dict[str, SweepPoint] = {}
        self.tries: dict[str, int] = {}
        self.flying: dict[str, Any] = {}
        self.elsewhere: set[str] = set()
        self.settled: set[str] = set()
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._table_after = self._look_after = 0.0
        self._seen_workers = time.monotonic()

    def run(self) -> None:
        """Run until nothing is left to do or a stop is requested; active runs then keep a
        checkpoint.
        """
        while self._more():
            with contextlib.suppress(queue.Empty):
                self._end(self._ended.get(timeout=_EVERY))
            now = time.monotonic()
            if now >= self._look_after:
                self._look_after = now + _EVERY
                self._look(now)
            if self.sweep.stop_requested():
                return self._stop()

    def _more(self) -> bool:
        """Submit what can be submitted now; returns whether anything is left to wait for."""
        while len(self.flying) + len(self.elsewhere) < self.source.at_once(self._threads):
            point = self.source.next()
            if point is None:
                break
            self.points[point.run] = point
            if self._state(point.run) in _ENDED:
                self._settled(TaskOutcome(point.run, self._state(point.run)), said=False)
            else:
                self._give(point.run)
        return bool(self.flying or self.elsewhere)

    def _threads(self) -> int:
        return max(1, sum(self._workers().values()))

    def _workers(self) -> dict[str, int]:
        """Threads of each worker by address; raises ``UserError`` if the scheduler is gone."""
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
            train,
            str(self.sweep.path),
            run,
            settings,
            key=(f"qdiffgui-{self.sweep.id}", run, count, time.time()),
            pure=False,
        )
        self.flying[run] = future
        future.add_done_callback(lambda ended: self._ended.put((run, ended)))

    # ---- results

    def _end(self, news: tuple[str, Any]) -> None:
        run, future = news
        if run not in self.flying or self.flying[run] is not future:
            return
        del self.flying[run]
        if future.status == "finished":
            self._settled(TaskOutcome(**future.result()))
        elif future.status == "error":
            self._raised(run, future.exception())
        else:
            raise self._lost()

    def _lost(self) -> UserError:
        return UserError(
            "The Dask scheduler is gone. Nothing is lost: start it again, then run 'qdiffgui sweep "
            f"--resume {self.sweep.id}'."
        )

    def _raised(self, run: str, error: BaseException) -> None:
        """Handle a task without outcome: its worker died too often or cannot work at all."""
        if isinstance(error, UserError):
            raise error
        self._settled(TaskOutcome(run, "stopped", f"{type(error).__name__}: {error}", broken=True))

    def _settled(self, outcome: TaskOutcome, *, said: bool = True) -> None:
        run = outcome.run
        if outcome.elsewhere:
            self.elsewhere.add(run)
            return
        unfinished = outcome.broken or outcome.status in (str(Status.INTERRUPTED), "waiting")
        if unfinished and not self.sweep.stop_requested() and self.tries.get(run, 0) < self.retries:
            self._give(run)
            return
        self.settled.add(run)
        self.source.ended(self.points[run], outcome)
        if said:
            name = describe_point(self.points[run].values)
            self._say(f"{name}: {outcome.status} {outcome.message}".rstrip())

    def _say(self, sentence: str) -> None:
        self.watch(
            len(self.settled),
            self.plan.n_runs if self.plan.search == "optuna" else self.n_planned,
            sentence,
        )

    # ---- periodic work

    def _look(self, now: float) -> None:
        for run in list(self.elsewhere):
            if self._directory(run).state().status not in ACTIVE:
                self.elsewhere.discard(run)
                self.tries[run] = max(self.tries.get(run, 0) - 1, -1)  # another worker started it
                self._settled(
                    TaskOutcome(run, self._state(run), broken=self._state(run) not in _ENDED)
                )
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
            else (
                f"No worker has connected to the scheduler for {waited:.0f} s: start some with "
                "'dask worker ADDRESS'."
            )
        )
        problem = tabulate(self.sweep, report=False)
        if problem is not None:
            message = system_error_message(problem) or f"Cannot write the table: {problem}."
        self.sweep.update_client(phase="running", workers=sum(workers.values()), message=message)
        if message:
            self._say(message)
        took = time.monotonic() - now
        self._table_after = now + max(_TABLE_EVERY, 20 * took)

    def _stop(self) -> None:
        """Withdraw what has not started, and wait for the checkpoints of the rest."""
        self.sweep.update_client(phase="stopping")
        futures = list(self.flying.values())
        deadline = time.monotonic() + 30
        running = {
            str(state.id) for state in self.sweep.states().values() if state.status in ACTIVE
        }
        while running and time.monotonic() < deadline:
            time.sleep(0.1)
            running = {run for run in running if self._directory(run).state().status in ACTIVE}
        self.client.cancel(futures)


class ListSource:
    """The points of a grid or a random search, in order."""

    def __init__(self, points: list[SweepPoint]) -> None:
        self._points = iter(points)
        self._n = len(points)

    def at_once(self, threads: Callable[[], int]) -> int:
        """How many runs to submit at a time: all, so that an adaptive cluster sees the demand."""
        return self._n

    def next(self) -> SweepPoint | None:
        return next(self._points, None)

    def ended(self, point: SweepPoint, outcome: TaskOutcome) -> None:
        """Nothing to do: the points are fixed."""


def point_source(plan: Plan, sweep: SweepDirectory) -> Any:
    """The source of the points of a sweep."""
    if plan.search != "optuna":
        return ListSource(sweep.points())
    from qdiffgui.studies.sweep.search import OptunaSource

    return OptunaSource(plan, sweep)
