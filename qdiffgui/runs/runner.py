"""Train many runs. A background thread supervises each one; the training itself happens in a worker
process or in that thread.
"""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from typing import Literal

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs import commands
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.launcher import Launcher
from qdiffgui.runs.slots import Slots, wait_for_threads
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run

_LOG = logging.getLogger(__name__)


class Runner:
    """Starts runs of ``store`` as CPU threads become free, in the order of queueing.

    Parameters
    ----------
    store : RunStore
        The folder of runs.
    mode : {"process", "thread"}
        ``"process"``: one worker process per run, which continues after this process ends.
        ``"thread"``: train in this process.
    slots : int, optional
        Largest number of runs at a time. Default: limited by ``threads`` only.
    threads : int, optional
        CPU threads for all runs of the folder, shared by all runners on it. Default: number of
        CPUs.
    warm : bool
        Keep one worker process ready.
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

    # ---- actions; all raise UserError with the message to show

    def submit(self, config: Experiment) -> RunDirectory:
        """Create and queue a run. Returns at once."""
        run = self.store.create(config, claimed=True)
        self._start_supervisor(run)
        return run

    def resume(self, name: str) -> RunDirectory:
        """Continue a paused run, or queue a cancelled, failed or interrupted run again, from its
        last checkpoint."""
        run = self.store.get(name)
        commands.require_action(run, "resume")
        if run.state().status == Status.PAUSED:
            commands.unpause(run)
        else:
            run.enqueue()
            self._start_supervisor(run)
        return run

    def pause(self, name: str) -> None:
        """Pause a running training."""
        commands.pause(self.store.get(name))

    def step(self, name: str) -> None:
        """Run one optimizer step of a paused training."""
        commands.step(self.store.get(name))

    def cancel(self, name: str) -> None:
        """Cancel a run. The model trained so far is kept."""
        commands.cancel(self.store.get(name))

    def stop(self, name: str) -> None:
        """Stop training a run of this runner: it writes a checkpoint and becomes interrupted."""
        self._stops.setdefault(name, threading.Event()).set()

    def wait(self, name: str, timeout: float | None = None) -> bool:
        """Wait until this runner has finished with a run; False if ``timeout`` seconds passed."""
        # not Thread.join: Ctrl-C during it marks a living thread as ended
        finished = self._finished.get(name)
        return finished is None or finished.wait(timeout)

    def close(self) -> None:
        """Start no further runs.

        Worker processes continue. Runs in threads write a checkpoint and become interrupted.
        """
        atexit.unregister(self.close)
        self._closed.set()
        if self.mode == "thread":
            for stop in list(self._stops.values()):
                stop.set()
        self._launcher.close()
        for finished in list(self._finished.values()):
            finished.wait(5 if self.mode == "thread" else 0.3)

    # ---- supervision

    def _start_supervisor(self, run: RunDirectory) -> None:
        self._stops[run.id] = threading.Event()
        self._finished[run.id] = threading.Event()
        arguments = (run, self._finished[run.id])
        threading.Thread(
            target=self._supervise, args=arguments, daemon=True, name=f"qdiffgui-run-{run.id}"
        ).start()

    def _supervise(self, run: RunDirectory, finished: threading.Event) -> None:
        ticket = run.record().queued
        try:
            if self.mode == "thread":
                if wait_for_threads(run, self.slots, self._closed, self._stops[run.id]):
                    train_run(run, self._stops[run.id])
            else:
                self._in_process(run, ticket)
        except UserError as error:
            _LOG.info("%s", error)
        except Exception:
            _LOG.exception("The supervisor of the run '%s' failed", run.id)
            _settle(run, ticket, "The run could not be started. See the log of the application.")
        finally:
            finished.set()

    def _in_process(self, run: RunDirectory, ticket: float) -> None:
        """Use the warm worker if threads are free now; else start a process that waits for them and
        outlives this one."""
        wanted = run.config().training.threads
        warm = run.requested() != "cancel" and self.slots.claim(run, wanted) > 0
        launcher = self._launcher
        code = (launcher.start(run) if warm else launcher.start_waiting(run, self.slots)).wait()
        if warm and _left_queued(run, ticket):  # it failed to start: try once more, with a log
            code = launcher.start_waiting(run, self.slots).wait()
        _settle(run, ticket, _exit_message(code, run))


def _left_queued(run: RunDirectory, ticket: float) -> bool:
    """Whether the run is still queued since the time ``ticket``, not since a later one."""
    record = run.record()
    return run.exists() and record.status == Status.QUEUED and record.queued == ticket


def _settle(run: RunDirectory, ticket: float, message: str) -> None:
    """The worker has ended: if it left the run unfinished, the run is interrupted."""
    if not run.exists():
        return
    with run.locked(timeout=5):
        unattended = run.record().status in ACTIVE and run.state().status == Status.INTERRUPTED
        if unattended or _left_queued(run, ticket):
            run.move(Status.INTERRUPTED, message=message, threads=0, eta=None)


def _exit_message(code: int, run: RunDirectory) -> str:
    remedy = "Resume continues from the last checkpoint."
    if code >= 0:
        last = run.log(2000).strip().splitlines()
        return (
            "The training process ended unexpectedly (exit status "
            f"{code}{': ' + last[-1] if last else ''}). {remedy}"
        )
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (out of memory, or killed by a user)" if name == "SIGKILL" else ""
    return f"The training process was ended by {name}{hint}. {remedy}"
