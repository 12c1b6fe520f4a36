"""A second process that judges the data of a run while the run trains.

Half of a short run is spent on the floor and the trivial generators, which do not depend on the
model. If a CPU is idle, ``python -m qdiffgui.runs.judge_ahead RUN_DIR`` computes them meanwhile and
puts them into the cache of evaluations, where the evaluation finds them. The values are the same.
The process ends with the one that started it, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.threads import QUIET_THREADS

SWITCH = "QDIFFGUI_JUDGE_AHEAD"
LEAST = 1000
"""With fewer generated samples, judging the data takes less time than starting a process."""
_NICE = 10


def pays(config: Experiment) -> bool:
    """Whether judging the data takes much longer than starting a process."""
    of_states = config.representation.encodes in ("state", "density")
    return not of_states and config.evaluation.n_generated >= LEAST


@contextmanager
def judging_ahead(run: RunDirectory, config: Experiment, slots: Slots) -> Iterator[None]:
    """Judge the data of ``run`` in another process during the block, if that pays and one of the
    threads of ``slots`` is free. ``QDIFFGUI_JUDGE_AHEAD=0`` turns it off.
    """
    if os.environ.get(SWITCH) == "0" or not pays(config) or not slots.has_free_thread():
        yield
        return
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.runs.judge_ahead", str(run.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **QUIET_THREADS},
            start_new_session=True,
        )
    except OSError:  # the run does without
        yield
        return
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def main(folder: str) -> None:
    """Judge the data of the run in ``folder``. Errors are left to the training, which meets them,
    too, and can report them.
    """
    from qdiffgui.runs.process import let_others_go_first

    let_others_go_first(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(QUIET_THREADS)
    with contextlib.suppress(Exception):
        from qdiffgui.experiment.session import Session
        from qdiffgui.runs.threads import limited_threads

        run = RunDirectory(Path(folder))
        with limited_threads(run.record().threads or 1):
            Session(run.config()).judge_data()


def _end_with_parent() -> None:
    while os.read(0, 1):  # ends with the other process
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
