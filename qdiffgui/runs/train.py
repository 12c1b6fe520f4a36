"""Train a run: drive a session and write its events into the files of the run."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.data.progress import listening
from qdiffgui.errors import DataError, UserError, is_full
from qdiffgui.runs.control import Cancelled, Control, Stopped, interruptible
from qdiffgui.runs.directory import TRAINED_HERE, RunDirectory
from qdiffgui.runs.files import write_json
from qdiffgui.runs.judge_ahead import judging_ahead
from qdiffgui.runs.process import this_process
from qdiffgui.runs.recorder import Recorder
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.state import Status

if TYPE_CHECKING:
    from qdiffgui.experiment import Session

_TRAJECTORY_SHARE = 0.05


def train_run(run: RunDirectory, stop: threading.Event | None = None) -> Status:
    """Train a queued run to its end, from its last checkpoint if it has one.

    Errors in the training do not raise: they are written into the files of the run.

    Parameters
    ----------
    run : RunDirectory
        A queued run.
    stop : threading.Event, optional
        If set during training, the run writes a checkpoint and becomes interrupted.

    Returns
    -------
    Status
        The final state of the run.

    Raises
    ------
    UserError
        If the run is not queued or another process is using it. Nothing has been changed then.
    """
    run.require_readable()
    config = run.config()
    with run.locked(timeout=1.0):
        if run.record().status != Status.QUEUED:
            raise UserError(
                f"The run '{run.id}' is {run.record().status}, so there is nothing to start."
            )
        TRAINED_HERE.add(run.path)
        run.remove_partial_files()
        recorder = Recorder(run)
        try:
            before = recorder.record
            recorder.move(
                Status.RUNNING,
                owner=this_process(),
                started=time.time(),
                attempt=before.attempt + 1,
                message="",
                threads=before.threads or config.training.threads,
            )
            return _TrainingLoop(run, config, recorder, stop or threading.Event()).finish()
        finally:
            recorder.close()
            TRAINED_HERE.discard(run.path)


class _TrainingLoop:
    def __init__(
        self, run: RunDirectory, config: Experiment, recorder: Recorder, stop: threading.Event
    ) -> None:
        self.run, self.config, self.recorder = run, config, recorder
        self.control = Control(
            run, stop, self._paused, self._unpause, lambda: recorder.save(sync=False)
        )
        self.session: Session | None = None
        self.is_training = False
        self._next_trajectory = 0.0
        self._next_reading = time.monotonic() + 1

    # ---- the end of the training

    def finish(self) -> Status:
        """Train, and write the outcome into the files."""
        try:
            status, message = self._outcome()
        except UserError as error:
            status, message = self._failed(str(error), "")
        except OSError as error:
            status, message = self._full() if is_full(error) else self._broken(error)
        except Exception as error:
            status, message = self._broken(error)
        except BaseException:
            step = self.recorder.record.step
            self._end(Status.INTERRUPTED, f"The training process ended at step {step}.")
            raise
        self._end(status, message)
        return status

    def _outcome(self) -> tuple[Status, str]:
        """Train; then the state and the message of a training that ended without an error."""
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
            self.recorder.append(
                ev.Failed(step=record.step, seconds=record.seconds, message=message, report=report)
            )
        return Status.FAILED, message

    def _broken(self, error: Exception) -> tuple[Status, str]:
        report = "".join(traceback.format_exception(error))
        self.recorder.log(report)
        return self._failed(
            (
                f"Training failed with an unexpected error ({type(error).__name__}: {error}). "
                "The log of the run has the details."
            ),
            report,
        )

    def _full(self) -> tuple[Status, str]:
        return Status.INTERRUPTED, (
            "The disk is full. Free some space and resume; the run continues from its last "
            "checkpoint."
        )

    def _stopped(self) -> str:
        if self.is_training and self.session is not None:
            self._checkpoint()
        return f"Stopped at step {self.recorder.record.step}. Resume continues from here."

    def _cancelled_between(self) -> Status:
        """Cancelled while data were read or the model was evaluated: keep the model, if any."""
        if self.session is not None and self.session.step:
            self.session.save_model(self.run.model_file)
        record = self.recorder.record
        self.recorder.append(ev.Done(step=record.step, seconds=record.seconds, status="cancelled"))
        return Status.CANCELLED

    # ---- training

    def _train(self) -> Status:
        from qdiffgui.runs.threads import limited_threads

        self.recorder.log(
            f"Start {self.recorder.record.attempt} of '{self.config.name or self.run.id}'."
        )
        slots = Slots(self.run.path.parent, self.recorder.record.pool or None)
        with (
            limited_threads(self.recorder.record.threads),
            judging_ahead(self.run, self.config, slots),
        ):
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
        with listening(self._show_reading):
            dataset = session.prepared.dataset
        digest, before = dataset.digest, self.run.environment()
        if arrays is not None:
            if before is not None and before.get("data_digest") not in (None, digest):
                raise DataError(
                    "The data of this run have changed since it began, so it cannot be resumed: "
                    "restore the original data, or start a new run."
                )
            session.restore(arrays)
        from qdiffgui.runs.environment import describe

        write_json(
            self.run.environment_file, describe(digest, self.recorder.record.threads, dataset.notes)
        )

    def _show_reading(self, done: float) -> None:
        """Show how much of a large data file is read, about once a second."""
        now = time.monotonic()
        if now < self._next_reading or done >= 1:
            return
        self._next_reading = now + 1
        record = self.recorder.record
        self.recorder.append(
            ev.Progress(
                step=record.step,
                seconds=record.seconds,
                total=record.total,
                phase=f"reading the data file, {done:.0%}",
            )
        )

    def _next(self, stream: Iterator[ev.Event], event: ev.Event) -> ev.Event | None:
        if isinstance(event, ev.Progress) and event.phase == "evaluating":
            self.is_training = False
            with interruptible(self.control.interruption):
                return next(stream, None)
        return next(stream, None)

    def _handle(self, session: Session, event: ev.Event) -> None:
        if isinstance(event, ev.Samples):
            self._write_trajectory(session, event)
        elif isinstance(event, ev.Checkpoint):
            self._checkpoint()
        elif isinstance(event, ev.Done):
            self._write_results(session, event)
        self.recorder.append(event)

    def _checkpoint(self) -> None:
        if self.session is not None:
            self.recorder.checkpoint(self.session.checkpoint())

    def _write_trajectory(self, session: Session, event: ev.Samples) -> None:
        """Write the denoising trajectory.

        It may take as long as many optimizer steps. It therefore gets a small share of the time,
        and is always written at the end of the training.
        """
        begun = time.monotonic()
        if begun < self._next_trajectory and event.step < self.recorder.record.total:
            return
        write_json(self.run.trajectory_file, session.trajectory(), sync=False)
        now = time.monotonic()
        self._next_trajectory = now + (now - begun) / _TRAJECTORY_SHARE

    def _write_results(self, session: Session, event: ev.Done) -> None:
        session.save_model(self.run.model_file)
        if event.status == "done":
            session.save_samples(self.run.samples_file)
            write_json(self.run.metrics_file, session.report())

    # ---- pausing

    def _paused(self) -> None:
        """Write a checkpoint and release the CPU threads."""
        self._checkpoint()
        self.recorder.move(Status.PAUSED, threads=0)

    def _unpause(self) -> bool:
        record = self.recorder.record
        slots = Slots(self.run.path.parent, record.pool or None)
        granted = slots.claim(self.run, self.config.training.threads)
        if granted:
            self.recorder.record = record.model_copy(update={"threads": granted})
            self.recorder.move(Status.RUNNING)
        return granted > 0
