"""The process that trains: ``python -m qdiffgui.runs.worker RUN_DIR [THREADS [RUNS]]``, or ``--warm``.

The first waits until ``THREADS`` CPU threads for all runs of the folder (and at most ``RUNS`` runs at once) leave room for its own;
the second imports what is needed and is then told a run that has its threads already.
It belongs to its run, not to whoever started it: closing the page, or its server, does not end it. SIGTERM keeps a checkpoint.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

READY = "ready"
# torch is told the number of threads of the run later on; two spinning OpenMP pools on shared cores are 30 times slower
QUIET_THREADS = {
    "OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip
_NICE = 5


def environment() -> Mapping[str, str]:
    """The environment of a worker."""
    return {**os.environ, **QUIET_THREADS, "PYTHONUNBUFFERED": "1"}


def quiet_threads() -> None:
    """The same for this process, before torch is imported; what its environment says already stays."""
    for name, value in QUIET_THREADS.items():
        os.environ.setdefault(name, value)


def main(arguments: list[str]) -> int:
    """Train one run and end; the exit status is 0 where it is done, 1 where it ended otherwise, 2 where it was not ours to start."""
    os.environ.update(QUIET_THREADS)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop.set())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if arguments == ["--warm"]:
        directory = _wait()
        return _train(Path(directory), stop, []) if directory else 0
    if not arguments or len(arguments) > 3 or not all(number.isdigit() for number in arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    return _train(Path(arguments[0]), stop, [int(number) for number in arguments[1:]])


def _wait() -> str:
    """Import what every training needs, load the simulator (compiled once per installation), say so, wait to be told the run.

    Empty where the other end has gone.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up(background=False)
    gc.freeze()  # a full collection need not walk through all that was imported: 0.2 s in the middle of a training
    print(READY, flush=True)
    return sys.stdin.readline().strip()


def _train(path: Path, stop: threading.Event, share: list[int]) -> int:
    from qdiffgui.errors import UserError
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.queue import attend, wait_for_threads
    from qdiffgui.runs.slots import Slots
    from qdiffgui.runs.state import Status
    from qdiffgui.runs.work import work

    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run = RunDirectory(path)
    try:
        if not run.exists():
            raise UserError(f"'{path}' is not a run.")
        _speak_into(run.log_file)
        if run.state().status == Status.INTERRUPTED:  # started by hand, or whoever queued it has gone
            run.enqueue()
        if not run.record().threads and attend(run) and not wait_for_threads(run, Slots(path.parent, *share), stop):
            return 1
        return 0 if work(run, stop) == Status.DONE else 1
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


def _speak_into(log: Path) -> None:
    """Whatever is printed, also by C code, goes to the run's log."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(null, 0)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
    os.close(null)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # all files are closed; taking torch apart would cost a second of CPU
