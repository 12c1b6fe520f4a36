"""The runs behind a benchmark: ordinary run folders, trained side by side, found again by the digest of their settings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from qdiffgui.benchmark.lineup import Contestant
from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.record import RunState
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import ACTIVE, RESUMABLE, Status
from qdiffgui.runs.store import RunStore


class Training(NamedTuple):
    """One contestant with one seed, and its run."""

    contestant: Contestant
    seed: int
    run: RunDirectory


def attend(
    store: RunStore, contestants: Sequence[Contestant], n_seeds: int, *, mode: Literal["process", "thread"] = "process"
) -> tuple[list[Training], Runner]:
    """Every run that the benchmark needs: one that is done is taken, one that was stopped goes on, one that trains is waited for, and what
    there is none of is queued. Runs wait for threads by themselves; ``progress`` follows them. ``mode`` as for ``Runner``: threads spare
    short trainings the start of a process."""
    runner = Runner(store, mode=mode, warm=False)
    known = _by_digest(store)
    trainings = [_one(runner, known, contestant, seed) for seed in range(n_seeds) for contestant in contestants]
    return trainings, runner


def progress(trainings: Sequence[Training], every: float = 0.5) -> Iterator[list[RunState]]:
    """The state of all runs, again and again until none is active."""
    while True:
        states = [training.run.state() for training in trainings]
        yield states
        if not any(state.status in ACTIVE for state in states):
            return
        time.sleep(every)


def _by_digest(store: RunStore) -> dict[str, list[RunState]]:
    found: dict[str, list[RunState]] = {}
    for state in store.list():
        found.setdefault(state.digest, []).append(state)
    return found


def _one(runner: Runner, known: dict[str, list[RunState]], contestant: Contestant, seed: int) -> Training:
    config: Experiment = contestant.with_seed(seed)
    states = known.get(config.digest(), [])
    for wanted in (frozenset({Status.DONE}), ACTIVE, RESUMABLE):
        for state in states:
            if state.status not in wanted or (state.status == Status.DONE and not _is_whole(runner.store.get(state.id))):
                continue
            if state.status in RESUMABLE:
                return Training(contestant, seed, runner.resume(state.id))
            return Training(contestant, seed, runner.store.get(state.id))
    return Training(contestant, seed, runner.submit(config))


def _is_whole(run: RunDirectory) -> bool:
    return run.samples_file.exists() and run.model_file.exists()
