"""Work on a run: drive a training and put all it says into the run's files. The one loop of the worker, of threads and of tests."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.errors import DataError, UserError, is_full
from qdiffgui.runs.control import Control
from qdiffgui.runs.directory import WORKED_ON_HERE, RunDirectory
from qdiffgui.runs.files import write_json
from qdiffgui.runs.interrupt import Cancelled, Stopped, interruptible
from qdiffgui.runs.process import this_process
from qdiffgui.runs.recorder import Recorder
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.state import Status

if TYPE_CHECKING:
    from qdiffgui.experiment import Session

_FILM_SHARE = 0.05


def work(run: RunDirectory, stop: threading.Event | None = None) -> Status:
    """Train a queued run to its end, from its last checkpoint where there is one; returns what became of it.

    Nothing that goes wrong in the training raises: it is in the run's files. ``stop`` set by anyone keeps a checkpoint and leaves
    the run interrupted.

    Raises ``UserError`` where the run is not queued, or somebody else works on it: nothing has been done then.
    """
    config = run.config()
    with run.locked(timeout=1.0):
        if run.record().status != Status.QUEUED:
            raise UserError(f"The run '{run.id}' is {run.record().status}: nothing to start.")
        WORKED_ON_HERE.add(run.path)
        run.tidy()
        recorder = Recorder(run)
        try:
            before = recorder.record
            recorder.move(
                Status.RUNNING, owner=this_process(), started=time.time(), attempt=before.attempt + 1, message="",
                threads=before.threads or config.training.threads,
            )  # fmt: skip
            return _Work(run, config, recorder, stop or threading.Event()).finish()
        finally:
            recorder.close()
            WORKED_ON_HERE.discard(run.path)


class _Work:
    def __init__(self, run: RunDirectory, config: Experiment, recorder: Recorder, stop: threading.Event) -> None:
        self.run, self.config, self.recorder = run, config, recorder
        self.control = Control(run, stop, self._paused, self._proceed, lambda: recorder.save(sync=False))
        self.session: Session | None = None
        self.is_training = False
        self._film_after = 0.0

    # ---- how it ends

    def finish(self) -> Status:
        """Train, and say in the files how that ended."""
        try:
            status, message = self._trained()
        except UserError as error:
            status, message = self._failed(str(error), "")
        except OSError as error:
            status, message = self._full() if is_full(error) else self._broken(error)
        except Exception as error:
            status, message = self._broken(error)
        except BaseException:
            self._end(Status.INTERRUPTED, f"The program ended at step {self.recorder.record.step}.")
            raise
        self._end(status, message)
        return status

    def _trained(self) -> tuple[Status, str]:
        """Trained, cancelled or stopped; what goes wrong in the last two is dealt with as in the first."""
        try:
            return self._train(), ""
        except Cancelled:
            return self._cancelled_between(), ""
        except Stopped:
            return Status.INTERRUPTED, self._stopped()

    def _end(self, status: Status, message: str) -> None:
        if status == Status.CANCELLED and self.recorder.record.status != Status.CANCELLING:
            self.recorder.move(Status.CANCELLING)
        elif self.recorder.record.status == Status.PAUSED and status == Status.DONE:
            self.recorder.move(Status.RUNNING)
        self.recorder.move(status, message=message, threads=0, eta=None)
        self.recorder.log(f"{status} at step {self.recorder.record.step}. {message}".rstrip())

    def _failed(self, message: str, report: str) -> tuple[Status, str]:
        record = self.recorder.record
        with contextlib.suppress(OSError):
            self.recorder.append(ev.Failed(step=record.step, seconds=record.seconds, message=message, report=report))
        return Status.FAILED, message

    def _broken(self, error: Exception) -> tuple[Status, str]:
        report = "".join(traceback.format_exception(error))
        self.recorder.log(report)
        return self._failed(f"The training broke: {type(error).__name__}: {error}. The log of the run has the details.", report)

    def _full(self) -> tuple[Status, str]:
        return Status.INTERRUPTED, (
            "The disk is full: nothing more could be written. Free some space and resume; the run goes on from its last checkpoint."
        )

    def _stopped(self) -> str:
        if self.is_training and self.session is not None:
            self._checkpoint()
        return f"Stopped at step {self.recorder.record.step}. Resume goes on from here."

    def _cancelled_between(self) -> Status:
        """Cancelled while data were read or the model was evaluated: what was learned, if anything, is kept."""
        if self.session is not None and self.session.step:
            self.session.save_model(self.run.model_file)
        record = self.recorder.record
        self.recorder.append(ev.Done(step=record.step, seconds=record.seconds, status="cancelled"))
        return Status.CANCELLED

    # ---- training

    def _train(self) -> Status:
        import torch
        from threadpoolctl import threadpool_limits

        self.recorder.log(f"start {self.recorder.record.attempt} of '{self.config.name or self.run.id}'")
        torch.set_num_threads(self.recorder.record.threads)
        with threadpool_limits(self.recorder.record.threads):
            return self._drive()

    def _drive(self) -> Status:
        from qdiffgui.experiment import Session

        with interruptible(self.control.interruption):
            session = Session(self.config)
            self._restore(session)
            stream = session.events(self.control)
            event: ev.Event | None = next(stream)
        self.session, self.is_training = session, True
        status = Status.DONE
        while event is not None:
            if isinstance(event, ev.Done):
                status = Status(event.status)
            self._handle(session, event)
            event = self._next(stream, event)
        return status

    def _restore(self, session: Session) -> None:
        arrays = self.recorder.restore()
        digest, before = session.prepared.dataset.digest, self.run.environment()
        if arrays is not None:
            if before is not None and before.get("data_digest") not in (None, digest):
                raise DataError(
                    "The data of this run have changed since it began, so that it cannot go on: bring the data back, or start a new run."
                )
            session.restore(arrays)
        from qdiffgui.runs.environment import describe

        write_json(self.run.environment_file, describe(digest, self.recorder.record.threads))

    def _next(self, stream: Iterator[ev.Event], event: ev.Event) -> ev.Event | None:
        if isinstance(event, ev.Progress) and event.phase == "evaluating":
            self.is_training = False
            with interruptible(self.control.interruption):
                return next(stream, None)
        return next(stream, None)

    def _handle(self, session: Session, event: ev.Event) -> None:
        if isinstance(event, ev.Samples):
            self._film(session, event)
        elif isinstance(event, ev.Checkpoint):
            self._checkpoint()
        elif isinstance(event, ev.Done):
            self._keep(session, event)
        self.recorder.append(event)

    def _checkpoint(self) -> None:
        if self.session is not None:
            self.recorder.checkpoint(self.session.checkpoint())

    def _film(self, session: Session, event: ev.Samples) -> None:
        """A film may take as long as many steps: it gets a small share of the time, and always the end."""
        begun = time.monotonic()
        if begun < self._film_after and event.step < self.recorder.record.total:
            return
        write_json(self.run.film_file, session.film(), sync=False)
        now = time.monotonic()
        self._film_after = now + (now - begun) / _FILM_SHARE

    def _keep(self, session: Session, event: ev.Done) -> None:
        session.save_model(self.run.model_file)
        if event.status == "done":
            session.save_samples(self.run.samples_file)
            write_json(self.run.metrics_file, session.report())

    # ---- pausing

    def _paused(self) -> None:
        """Kept on the disk, and the threads free for others."""
        self._checkpoint()
        self.recorder.move(Status.PAUSED, threads=0)

    def _proceed(self) -> bool:
        record = self.recorder.record
        slots = Slots(self.run.path.parent, record.pool or None)
        granted = slots.claim(self.run, self.config.training.threads)
        if granted:
            self.recorder.record = record.model_copy(update={"threads": granted})
            self.recorder.move(Status.RUNNING)
        return granted > 0
