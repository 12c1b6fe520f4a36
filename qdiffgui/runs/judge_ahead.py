"""A second process that judges the data of a run while the run trains.

Half of a short run is spent on the floor and the trivial generators, which do not depend on the
model. If a CPU is idle, ``python -m qdiffgui.runs.judge_ahead`` computes them meanwhile and puts
them into the cache of evaluations, where the evaluation finds them. The values are the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.helper_process import running_helper, take_task
from qdiffgui.runs.slots import Slots

LEAST = 1000
"""With fewer generated samples, judging the data takes less time than starting a process."""


def pays(config: Experiment) -> bool:
    """Whether judging the data takes much longer than starting a process."""
    of_states = config.representation.encodes in ("state", "density")
    return not of_states and config.evaluation.n_generated >= LEAST


@contextmanager
def judging_ahead(run: RunDirectory, config: Experiment, slots: Slots) -> Iterator[None]:
    """Judge the data of ``run`` in another process during the block, if that pays and one of the
    threads of ``slots`` is free.
    """
    if pays(config) and slots.has_free_thread():
        with running_helper("qdiffgui.runs.judge_ahead", str(run.path)):
            yield
    else:
        yield


def main() -> None:
    """Judge the data of a run. Errors are left to the training, which meets them, too, and can
    report them.
    """
    folder = take_task()
    with contextlib.suppress(Exception):
        from qdiffgui.experiment.session import Session
        from qdiffgui.runs.threads import limited_threads

        run = RunDirectory(Path(folder))
        with limited_threads(run.record().threads or 1):
            Session(run.config()).judge_data()


if __name__ == "__main__":
    main()
