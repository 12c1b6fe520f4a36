"""Run published tasks with several seeds each, in parallel processes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from qdiffgui import catalog
from qdiffgui.progress import progress_bar
from qdiffgui.studies.reproduction.judge import TaskResult, judge
from qdiffgui.studies.reproduction.task import SeedOutcome, Task


class _Timed(NamedTuple):
    outcome: SeedOutcome
    seconds: float
    cpu_seconds: float


def reproduce(
    keys: Sequence[str], n_seeds: int, jobs: int, *, progress: bool | None = False
) -> Iterator[TaskResult]:
    """Run tasks and yield their results in the order of ``keys``.

    Parameters
    ----------
    keys : sequence of str
        Keys of ``catalog.reproductions``.
    n_seeds : int
        Seeds 0 to ``n_seeds - 1`` of each task.
    jobs : int
        Processes in parallel, one thread each.
    progress : bool, optional
        Whether to show a progress bar. None: in a terminal or a notebook.

    Yields
    ------
    TaskResult
        One per task. A seed that raises is a failure of its task; the others continue.

    Raises
    ------
    ConfigError
        For an unknown key, before anything runs.
    """
    entries = [catalog.reproductions[key] for key in keys]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        asked = {
            entry.key: [pool.submit(_run, entry.key, seed) for seed in range(n_seeds)]
            for entry in entries
        }
        try:
            with progress_bar(progress, "published tasks") as show:
                for done, entry in enumerate(entries):
                    show(done, len(entries), entry.label)
                    yield _result(entry.key, asked[entry.key])
                show(len(entries), len(entries), "published tasks")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _result(key: str, futures: Sequence[Future[_Timed]]) -> TaskResult:
    entry = catalog.reproductions[key]
    task: Task = entry.load()
    errors = {seed: future.exception() for seed, future in enumerate(futures)}
    timed = [future.result() for seed, future in enumerate(futures) if errors[seed] is None]
    outcomes = tuple(t.outcome for t in timed)
    return TaskResult(
        key=key,
        label=entry.label,
        paper=str(entry.facts.get("paper", "")),
        bars=tuple(judge(bar, outcomes) for bar in task.bars) if outcomes else (),
        outcomes=outcomes,
        seconds=tuple(t.seconds for t in timed),
        cpu_seconds=tuple(t.cpu_seconds for t in timed),
        failures={
            seed: f"{type(error).__name__}: {error}"
            for seed, error in errors.items()
            if error is not None
        },
        chosen=task.chosen,
    )


def _run(key: str, seed: int) -> _Timed:
    """Run one seed of one task in this process, on one thread."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    with threadpool_limits(1):
        task: Task = catalog.reproductions[key].load()
        wall, cpu = time.perf_counter(), time.process_time()
        outcome = task.run(seed)
    return _Timed(outcome, time.perf_counter() - wall, time.process_time() - cpu)
