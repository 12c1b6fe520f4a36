"""What a Dask worker does: one training, as an ordinary run folder that nobody else works on.

The truth is in the files. Whoever makes the folder, or puts an ended run back into the queue under its lock, owns the training; any other
worker that is told the same leaves it alone. So no training is done twice, whatever the scheduler thinks it has lost.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.sweeps.directory import SweepDirectory

_EVERY = 0.5


class Outcome(NamedTuple):
    """What became of a run. ``elsewhere``: another worker has it. ``broken``: it failed by an accident, and may be tried again."""

    run: str
    status: str
    message: str = ""
    elsewhere: bool = False
    broken: bool = False


def train(sweep_path: str, run_id: str, settings: str) -> dict[str, Any]:
    """Train the run ``run_id`` of a sweep, from its last checkpoint where there is one; an ``Outcome`` as plain data.

    Raises ``UserError`` where this worker does not see the folder of the sweep, or understands its settings differently.
    """
    sweep = SweepDirectory(sweep_path)
    if not sweep.exists():
        raise UserError(
            f"The worker on {socket.gethostname()} does not see '{sweep_path}': all workers need the folder of runs at the same path "
            "(a shared file system); choose one with --runs."
        )
    config = parse(settings)
    if config.digest() != run_id:
        raise UserError(
            f"The worker on {socket.gethostname()} has another version of qdiffgui than this sweep was planned with: install the same."
        )
    run = RunDirectory(sweep.store.root / run_id)
    if not sweep.stop_asked() and claim(sweep, run, config):
        _prepare()
        _work(sweep, run)
    return _outcome(run)._asdict()


def claim(sweep: SweepDirectory, run: RunDirectory, config: Experiment) -> bool:
    """Make the run this process's to start; False where it is done, was cancelled, or belongs to another."""
    if sweep.store.claim(config, run.id):
        return True
    if run.state().status in (Status.DONE, Status.CANCELLED):
        return False
    try:
        run.enqueue()
    except UserError:
        return False
    return True


@cache
def _prepare() -> None:
    """What all trainings of this process need, once: torch, and the simulator's compiled kernels."""
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up(background=False)


def _work(sweep: SweepDirectory, run: RunDirectory) -> None:
    from qdiffgui.runs.work import work

    try:
        with _stoppable(sweep) as stop, contextlib.suppress(UserError):  # UserError: somebody else has it after all
            work(run, stop)
    finally:
        with contextlib.suppress(OSError, UserError), run.locked():
            if run.record().status == Status.QUEUED:  # it could not even begin (a full disk): nobody else would dare to take it
                run.move(Status.INTERRUPTED, message="It could not be started: the worker's log has the details.", threads=0)


@contextlib.contextmanager
def _stoppable(sweep: SweepDirectory) -> Iterator[threading.Event]:
    """An event that is set once the sweep is asked to stop."""
    stop, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            if sweep.stop_asked():
                return stop.set()

    threading.Thread(target=watch, daemon=True, name="qdiffgui-sweep-stop").start()
    try:
        yield stop
    finally:
        over.set()


def _outcome(run: RunDirectory) -> Outcome:
    if not run.exists():
        return Outcome(run.id, "waiting")
    state = run.state()
    broken = state.status == Status.FAILED and _is_accident(run)
    return Outcome(run.id, str(state.status), state.message, elsewhere=state.status in ACTIVE, broken=broken)


def _is_accident(run: RunDirectory) -> bool:
    """Whether a failed run may fare better next time: what is said to the user (bad data, bad settings) stays true."""
    from qdiffgui.events import Failed
    from qdiffgui.runs.follow import read_events

    ends = [event for event in read_events(run) if isinstance(event, Failed)]
    return bool(ends and ends[-1].report)
