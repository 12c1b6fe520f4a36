"""The runs of a benchmark: ordinary run folders, found again by the digest of their settings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from qdiffgui.config import Experiment
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.record import RunState
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import ACTIVE, RESUMABLE, Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark.lineup import Contestant

_REST = 10


class SeedRun(NamedTuple):
    """The run of one contestant with one seed."""

    contestant: Contestant
    seed: int
    run: RunDirectory


def start_runs(
    store: RunStore,
    contestants: Sequence[Contestant],
    n_seeds: int,
    *,
    mode: Literal["process", "thread"] = "process",
    first_seed: int = 0,
    finished: Mapping[str, RunDirectory] | None = None,
) -> tuple[list[SeedRun], Runner]:
    """Start every run that the benchmark needs: finished runs are reused, stopped runs resume,
    running ones are awaited, and missing ones are queued.

    ``follow_runs`` waits for them. ``mode`` is as for ``Runner``: "thread" saves short runs the
    start of a process. The seeds begin with ``first_seed``. ``finished`` are runs outside of the
    store, by the digest of their settings, that are reused, too.
    """
    runner = Runner(store, mode=mode, warm=False)
    known = _by_digest(store)
    trainings = [
        SeedRun(contestant, seed, done)
        if (done := (finished or {}).get(contestant.with_seed(seed).digest())) is not None
        else _one(runner, known, contestant, seed)
        for seed in range(first_seed, first_seed + n_seeds)
        for contestant in contestants
    ]
    return trainings, runner


def follow_runs(trainings: Sequence[SeedRun], every: float = 0.5) -> Iterator[list[RunState]]:
    """Yield the states of all runs every ``every`` seconds, or less often if there are so many that
    reading them takes a tenth of that, until none is active."""
    while True:
        begun = time.perf_counter()
        states = [training.run.state() for training in trainings]
        taken = time.perf_counter() - begun
        yield states
        if not any(state.status in ACTIVE for state in states):
            return
        time.sleep(max(every, _REST * taken))


def _by_digest(store: RunStore) -> dict[str, list[RunState]]:
    found: dict[str, list[RunState]] = {}
    for state in store.list():
        found.setdefault(state.digest, []).append(state)
    return found


def _one(
    runner: Runner, known: dict[str, list[RunState]], contestant: Contestant, seed: int
) -> SeedRun:
    config: Experiment = contestant.with_seed(seed)
    states = known.get(config.digest(), [])
    for wanted in (frozenset({Status.DONE}), ACTIVE, RESUMABLE):
        for state in states:
            if state.status not in wanted or (
                state.status == Status.DONE and not _is_whole(runner.store.get(state.id))
            ):
                continue
            if state.status in RESUMABLE:
                return SeedRun(contestant, seed, runner.resume(state.id))
            return SeedRun(contestant, seed, runner.store.get(state.id))
    return SeedRun(contestant, seed, runner.submit(config))


def finished_runs(store: RunStore) -> dict[str, RunDirectory]:
    """The finished runs of a store that have their files, by the digest of their settings."""
    return {
        state.digest: run
        for state in store.list()
        if state.status == Status.DONE and _is_whole(run := store.get(state.id))
    }


def _is_whole(run: RunDirectory) -> bool:
    return run.samples_file.exists() and run.model_file.exists()
