"""The process that trains a run.

``python -m qdiffgui.runs.worker RUN_DIR [THREADS [RUNS]]`` waits until enough CPU threads are free,
then trains. All runs of the folder share ``THREADS`` threads, and at most ``RUNS`` train at a time.

``python -m qdiffgui.runs.worker --warm`` imports all modules first, then reads from standard input
the folder of a run that holds its threads already.

The process outlives the program that started it: closing the page or its server does not end it.
SIGTERM makes it write a checkpoint and end.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from qdiffgui.runs.threads import QUIET_THREADS

READY = "ready"
_NICE = 5


def environment() -> Mapping[str, str]:
    """Environment variables of a worker process."""
    return {**os.environ, **QUIET_THREADS, "PYTHONUNBUFFERED": "1"}


def import_pennylane() -> None:
    """Import PennyLane without matplotlib: it wants it for drawings alone, and these processes
    draw nothing. That saves a second of CPU time."""
    _import_without("pennylane", ("matplotlib",))


def import_pot() -> None:
    """Import POT without the graphs and clusters of its approximate methods, which nothing here
    uses. That saves half a second of CPU time."""
    _import_without("ot", ("networkx", "sklearn.cluster"))


def _import_without(module: str, optional: tuple[str, ...]) -> None:
    """Import a module that does without these other ones, which stay free for code of plug-ins."""
    blocked = [name for name in optional if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        import_module(module)
    finally:
        for name in blocked:
            del sys.modules[name]


def main(arguments: list[str]) -> int:
    """Train one run. The exit status is 0 if it is done, 1 if it ended otherwise, 2 if this process
    could not start it."""
    os.environ.update(QUIET_THREADS)
    from qdiffgui.runs.process import let_others_go_first

    let_others_go_first(_NICE)
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop.set())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if arguments == ["--warm"]:
        directory = _wait_for_run()
        return _train(Path(directory), stop, []) if directory else 0
    if not arguments or len(arguments) > 3 or not all(number.isdigit() for number in arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    return _train(Path(arguments[0]), stop, [int(number) for number in arguments[1:]])


def _wait_for_run() -> str:
    """Import all modules, load the compiled simulator, print ``READY``, then read the folder of the
    run.

    Empty if the program that started this process has ended.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import_pennylane()
    import_pot()
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up(background=False)
    # exclude imported objects from garbage collection: a full one would take 0.2 s during training
    gc.freeze()
    print(READY, flush=True)
    return sys.stdin.readline().strip()


def _train(path: Path, stop: threading.Event, limits: list[int]) -> int:
    from qdiffgui.errors import UserError
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.slots import Slots, take_over, wait_for_threads
    from qdiffgui.runs.state import Status
    from qdiffgui.runs.train import train_run

    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run = RunDirectory(path)
    try:
        if not run.exists():
            raise UserError(f"'{path}' is not a run: it has no config.json.")
        redirect_output_to(run.log_file)
        # interrupted: started from a terminal, or the program that queued it has ended
        if run.state().status == Status.INTERRUPTED:
            run.enqueue()
        if not run.record().threads and take_over(run):
            slots = Slots(path.parent, *limits)
            if not wait_for_threads(run, slots, stop):
                return 1
        if run.config().model.quantum:
            import_pennylane()
        return 0 if train_run(run, stop) == Status.DONE else 1
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


def redirect_output_to(log: Path) -> None:
    """Redirect all output of this process, also that of C code, to a log file."""
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
    os._exit(status)  # all files are closed; unloading torch would take another second
