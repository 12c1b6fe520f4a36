"""The task of a Dask worker: one training, as an ordinary run folder.

The state is in the files. The worker that creates the folder, or puts an ended run back into the
queue under its lock, owns the run; other workers with the same task leave it alone. So no run is
trained twice, whatever the scheduler believes to be lost.
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
from qdiffgui.studies.sweep.directory import SweepDirectory

_EVERY = 0.5


class TaskOutcome(NamedTuple):
    """The outcome of a run. ``elsewhere``: another worker has the run. ``broken``: it failed by
    accident and may be tried again.
    """

    run: str
    status: str
    message: str = ""
    elsewhere: bool = False
    broken: bool = False


def train(sweep_path: str, run_id: str, settings: str) -> dict[str, Any]:
    """Train the run ``run_id`` of a sweep from its last checkpoint, if there is one.

    Returns a ``TaskOutcome`` as plain data. Raises ``UserError`` if this worker does not see the
    folder of the sweep or reads its settings differently.
    """
    sweep = SweepDirectory(sweep_path)
    if not sweep.exists():
        raise UserError(
            f"The worker on {socket.gethostname()} does not see '{sweep_path}'. All workers need "
            "the folder of runs at the same path on a shared file system; choose one with --runs."
        )
    config = parse(settings)
    if config.digest() != run_id:
        raise UserError(
            f"The worker on {socket.gethostname()} has another version of qdiffgui than this sweep "
            "was planned with; install the same version."
        )
    run = RunDirectory(sweep.store.root / run_id)
    if not sweep.stop_requested() and claim(sweep, run, config):
        _prepare()
        _work(sweep, run)
    return _outcome(run)._asdict()


def claim(sweep: SweepDirectory, run: RunDirectory, config: Experiment) -> bool:
    """Claim the run for this process; False if it is done, was cancelled, or belongs to another."""
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
    """Load what all training runs of this process need: torch and the simulator's compiled
    kernels.
    """
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up(background=False)


def _work(sweep: SweepDirectory, run: RunDirectory) -> None:
    from qdiffgui.runs.train import train_run

    try:
        with (
            _stoppable(sweep) as stop,
            contextlib.suppress(UserError),
        ):  # UserError: another process has the run after all
            train_run(run, stop)
    finally:
        with contextlib.suppress(OSError, UserError), run.locked():
            if (
                run.record().status == Status.QUEUED
            ):  # it could not start (a full disk): release it for others
                run.move(
                    Status.INTERRUPTED,
                    message="It could not start; see the worker's log for details.",
                    threads=0,
                )


@contextlib.contextmanager
def _stoppable(sweep: SweepDirectory) -> Iterator[threading.Event]:
    """An event that is set when a stop of the sweep is requested."""
    stop, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            if sweep.stop_requested():
                return stop.set()

    threading.Thread(target=watch, daemon=True, name="qdiffgui-sweep-stop").start()
    try:
        yield stop
    finally:
        over.set()


def _outcome(run: RunDirectory) -> TaskOutcome:
    if not run.exists():
        return TaskOutcome(run.id, "waiting")
    state = run.state()
    broken = state.status == Status.FAILED and _is_accident(run)
    return TaskOutcome(
        run.id, str(state.status), state.message, elsewhere=state.status in ACTIVE, broken=broken
    )


def _is_accident(run: RunDirectory) -> bool:
    """Whether a failed run may succeed next time; bad data and bad settings stay bad."""
    from qdiffgui.events import Failed
    from qdiffgui.runs.follow import Follower

    ends = [event for event in Follower(run).poll().events if isinstance(event, Failed)]
    return bool(ends and ends[-1].report)
