"""Training in the foreground: progress on the terminal, Ctrl-C, the summary at the end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qdiffgui.cli import output
from qdiffgui.runs.threads import quiet_threads as quiet_threads

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.record import RunState
    from qdiffgui.runs.runner import Runner

_EXIT = {"done": 0, "interrupted": 130}


def import_libraries(config: Experiment) -> None:
    """Import what a training with these settings needs and what takes half of the time without the
    parts that nothing here uses. Only for a process of one thread.
    """
    from qdiffgui.runs.worker import import_pennylane, import_pot

    if config.model.quantum:
        import_pennylane()
    if getattr(config.model, "loss", "") == "wasserstein":
        import_pot()


def follow(runner: Runner, run: RunDirectory) -> None:
    """Show progress until ``runner`` is finished with the run. Ctrl-C, SIGTERM, or closing the
    terminal (SIGHUP) stops the run and keeps a checkpoint.
    """
    with _progress(run) as show, as_interrupt(signal.SIGTERM), _as_hangup():
        try:
            shown = 0
            while not runner.wait(run.id, 0.1):
                # reading the state costs as much as two steps of a small model
                if (written := _written(run)) != shown:
                    shown = written
                    show(run.state())
        except KeyboardInterrupt:
            runner.stop(run.id)
            output.note(
                "Stopping at a new checkpoint. Ctrl-C again stops now, at the last checkpoint."
            )
            runner.wait(run.id)


def _written(run: RunDirectory) -> int:
    """When the status of a run was last written, in nanoseconds; 0 if that is not known."""
    try:
        return run.status_file.stat().st_mtime_ns
    except OSError:
        return 0


def watch(run: RunDirectory) -> None:
    """Show progress of a run in another process until it ends. Ctrl-C only stops watching."""
    from qdiffgui.runs.state import ACTIVE

    with _progress(run) as show:
        state = run.state()
        while state.status in ACTIVE:
            show(state)
            time.sleep(0.1)
            state = run.state()


def finish(run: RunDirectory, as_json: bool, begun: float) -> int:
    """Print how the run ended and return the exit status, which is 0 only if the run is done.

    ``begun`` is ``time.monotonic()`` at the start of the command.
    """
    state = run.state()
    if as_json:
        output.document(summary(state, time.monotonic() - begun))
    else:
        metrics = ", ".join(f"{name} {value:.4g}" for name, value in state.metrics.items())
        print(
            f"{state.id}: {state.status} at step {state.step} of {state.total}, "
            f"trained for {state.seconds:.1f} s. {metrics}".rstrip()
        )
        print(state.directory)
    if state.message:
        output.note(state.message)
    if "resume" in state.actions:
        output.note(f"To continue: qdiffgui resume {state.id} --runs {run.path.parent}")
    return _EXIT.get(state.status, 1)


def summary(state: RunState, seconds: float) -> dict[str, Any]:
    """The result of ``train --json``. ``seconds`` is the time of this command;
    ``training_seconds`` adds up all sessions of the run.
    """
    return {
        "run": state.id,
        "status": str(state.status),
        "seconds": round(seconds, 3),
        "directory": state.directory,
        "name": state.name,
        "training_seconds": round(state.seconds, 3),
        "step": state.step,
        "total": state.total,
        "n_parameters": state.n_parameters,
        "loss": state.loss,
        "metrics": state.metrics,
        "floor": state.floor,
        "message": state.message,
    }


@contextlib.contextmanager
def _progress(run: RunDirectory) -> Iterator[Callable[[RunState], None]]:
    """A function that shows a run's state on stderr: a progress bar on a terminal, otherwise a line
    whenever the status changes.
    """
    if not sys.stderr.isatty():
        yield _Lines(run)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[loss]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("queued", total=None, loss="")

        def show(state: RunState) -> None:
            text = f"{state.status}{' · ' + state.phase if state.phase else ''}"
            loss = "" if state.loss is None else f"loss {state.loss:.4g}"
            progress.update(
                task, description=text, completed=state.step, total=state.total or None, loss=loss
            )

        yield show


class _Lines:
    def __init__(self, run: RunDirectory) -> None:
        self.run, self.last = run, ""

    def __call__(self, state: RunState) -> None:
        if state.status != self.last:
            self.last = state.status
            output.note(f"{self.run.id}: {state.status}")


@contextlib.contextmanager
def _as_hangup() -> Iterator[None]:
    """Treat the end of the terminal like Ctrl-C, and print nowhere from then on. Where it is
    ignored already (``nohup``), it stays so.
    """
    number = getattr(signal, "SIGHUP", None)
    if number is None or signal.getsignal(number) is signal.SIG_IGN:
        yield
        return

    def silent_interrupt() -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)

    with as_interrupt(number, first=silent_interrupt):
        yield


@contextlib.contextmanager
def as_interrupt(
    number: signal.Signals, *, first: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Treat a signal like Ctrl-C, after ``first()``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        first()
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.signal(number, before)
