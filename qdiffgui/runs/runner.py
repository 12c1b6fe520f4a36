"""Run many trainings: a background thread supervises each, the work is done in a worker process under it, or in the thread itself."""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from typing import Literal

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs import ask
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.launch import Launcher
from qdiffgui.runs.queue import wait_for_threads
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.work import work

_LOG = logging.getLogger(__name__)


class Runner:
    """Starts runs of ``store`` as CPU threads become free, in the order of queueing.

    ``mode="process"``: a worker process each, which waits and works on when this one ends. ``"thread"``: in this process.
    ``slots``: runs at once (default: as many as there are threads for). ``threads``: CPU threads for all runs of the folder
    (default: CPUs), counted over all runners on it. ``warm`` keeps one worker process ready.
    """

    def __init__(
        self,
        store: RunStore,
        *,
        mode: Literal["process", "thread"] = "process",
        slots: int | None = None,
        threads: int | None = None,
        warm: bool = True,
    ) -> None:
        self.store, self.mode = store, mode
        self.slots = Slots(store.root, threads, slots)
        self._launcher = Launcher(warm=warm and mode == "process")
        self._finished: dict[str, threading.Event] = {}
        self._stops: dict[str, threading.Event] = {}
        self._closed = threading.Event()
        self._launcher.prepare()
        atexit.register(self.close)

    # ---- what a person asks; all raise UserError with the sentence to show

    def submit(self, config: Experiment) -> RunDirectory:
        """A new run, queued; returns at once."""
        run = self.store.create(config, attended=True)
        self._attend(run)
        return run

    def resume(self, name: str) -> RunDirectory:
        """Go on with a paused run, or queue again one that was cancelled, failed or interrupted, from its last checkpoint."""
        run = self.store.get(name)
        ask.require(run, "resume")
        if run.state().status == Status.PAUSED:
            ask.proceed(run)
        else:
            run.enqueue()
            self._attend(run)
        return run

    def pause(self, name: str) -> None:
        """Pause a running training."""
        ask.pause(self.store.get(name))

    def step(self, name: str) -> None:
        """Do one step of a paused training."""
        ask.step(self.store.get(name))

    def cancel(self, name: str) -> None:
        """End a run; what was learned is kept."""
        ask.cancel(self.store.get(name))

    def stop(self, name: str) -> None:
        """End work on a run of this runner in good order: a checkpoint is kept, and the run is interrupted."""
        self._stops.setdefault(name, threading.Event()).set()

    def wait(self, name: str, timeout: float | None = None) -> bool:
        """Wait until this runner has nothing more to do for a run; whether that is so."""
        finished = self._finished.get(name)  # not Thread.join: Ctrl-C in it marks a living thread as ended
        return finished is None or finished.wait(timeout)

    def close(self) -> None:
        """Start nothing more. Worker processes go on; trainings in threads keep a checkpoint and are interrupted."""
        atexit.unregister(self.close)
        self._closed.set()
        if self.mode == "thread":
            for stop in list(self._stops.values()):
                stop.set()
        self._launcher.close()
        for finished in list(self._finished.values()):
            finished.wait(5 if self.mode == "thread" else 0.3)

    # ---- supervision

    def _attend(self, run: RunDirectory) -> None:
        self._stops[run.id] = threading.Event()
        self._finished[run.id] = threading.Event()
        arguments = (run, self._finished[run.id])
        threading.Thread(target=self._supervise, args=arguments, daemon=True, name=f"qdiffgui-run-{run.id}").start()

    def _supervise(self, run: RunDirectory, finished: threading.Event) -> None:
        ticket = run.record().queued
        try:
            if self.mode == "thread":
                if wait_for_threads(run, self.slots, self._closed, self._stops[run.id]):
                    work(run, self._stops[run.id])
            else:
                self._in_process(run, ticket)
        except UserError as error:
            _LOG.info("%s", error)
        except Exception:
            _LOG.exception("The run '%s' lost its supervisor", run.id)
            _settle(run, ticket, "It could not be started: the log of the application has the details.")
        finally:
            finished.set()

    def _in_process(self, run: RunDirectory, ticket: float) -> None:
        """The warm worker where there is room now; else one of its own, which queues by itself and outlives this process."""
        wanted = run.config().training.threads
        warm = run.requested() != "cancel" and self.slots.claim(run, wanted) > 0
        code = (self._launcher.start(run) if warm else self._launcher.cold(run, self.slots)).wait()
        if warm and _left_queued(run, ticket):  # it could not get ready: try once more, with a log
            code = self._launcher.cold(run, self.slots).wait()
        _settle(run, ticket, _why(code, run))


def _left_queued(run: RunDirectory, ticket: float) -> bool:
    """Whether the run still waits for the start that ``ticket`` (its time of queueing) stands for, not for a later one."""
    record = run.record()
    return run.exists() and record.status == Status.QUEUED and record.queued == ticket


def _settle(run: RunDirectory, ticket: float, message: str) -> None:
    """A worker is gone: a run that it left in the middle is interrupted."""
    if not run.exists():
        return
    with run.locked(timeout=5):
        unattended = run.record().status in ACTIVE and run.state().status == Status.INTERRUPTED
        if unattended or _left_queued(run, ticket):
            run.move(Status.INTERRUPTED, message=message, threads=0, eta=None)


def _why(code: int, run: RunDirectory) -> str:
    go_on = "Resume goes on from its last checkpoint."
    if code >= 0:
        last = run.log(2000).strip().splitlines()
        return f"The worker process ended unexpectedly (exit status {code}{': ' + last[-1] if last else ''}). {go_on}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (out of memory, or killed by hand)" if name == "SIGKILL" else ""
    return f"The worker process was ended by {name}{hint}. {go_on}"
