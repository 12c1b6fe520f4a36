"""Work on a benchmark's job: train, measure, write what came out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.benchmark import user_file
from qdiffgui.benchmark.figures import Section, sections
from qdiffgui.benchmark.html import page
from qdiffgui.benchmark.jobs import STOPPED, Job
from qdiffgui.benchmark.lineup import Lineup
from qdiffgui.benchmark.measure import Measurement
from qdiffgui.benchmark.result import Result
from qdiffgui.benchmark.run import benchmark
from qdiffgui.benchmark.tables import tables
from qdiffgui.errors import UserError, of_system
from qdiffgui.runs.files import write_bytes
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE

Watch = Callable[[Sequence[RunState]], None]
Say = Callable[[str], None]


def lineup_of(job: Job) -> tuple[str, Lineup]:
    """Label and line-up that a job asks for; raises ``UserError`` where it cannot be on the file that was named."""
    asked = job.asked()
    entry = catalog.benchmarks[asked.lineup]
    lineup: Lineup = user_file.on_file(entry, asked.data) if asked.data else entry.load()
    return entry.label, lineup if asked.effort == 1 else lineup.scaled(asked.effort)


def work(
    job: Job, watch: Watch = lambda states: None, say: Say = lambda text: None, *, ends_runs: bool = True
) -> tuple[Result, list[Measurement]]:
    """Do it, in this process; ``watch`` and ``say`` as in ``benchmark``. How it ended is in the job's record in any case.

    Raises ``UserError`` where it cannot be done or another process does it, ``KeyboardInterrupt`` where it is stopped: the trainings that
    it started are ended then, or go on, as ``ends_runs`` says.
    """
    with job.attended():
        return proceed(job, watch, say, ends_runs=ends_runs)


def proceed(
    job: Job, watch: Watch = lambda states: None, say: Say = lambda text: None, *, ends_runs: bool = True
) -> tuple[Result, list[Measurement]]:
    """``work`` of whoever holds the job already, see ``Job.attended``."""
    there = {state.id for state in job.store.list() if state.status in ACTIVE}
    follow = _Follow(job, there, watch, say)
    asked = job.asked()
    try:
        label, lineup = lineup_of(job)
        result, measurements = benchmark(
            asked.lineup, label, lineup, job.store, asked.seeds, watch=follow.watch, say=follow.say
        )  # fmt: skip
        follow.say("drawing the report")
        _keep(job, result, measurements)
    except UserError as error:
        _end(job, "failed", str(error))
        raise
    except KeyboardInterrupt:
        if ends_runs:
            job.cancel_runs()
        _end(job, "stopped", STOPPED)
        raise
    except Exception as error:
        known = of_system(error) if isinstance(error, OSError) else ""
        _end(
            job, "failed", known or f"Something broke: {type(error).__name__}: {error}. The log of the benchmark has the details."
        )
        raise
    _end(job, "done", "")
    return result, measurements


class _Follow:
    """Writes into the job's record what ``benchmark`` tells."""

    def __init__(self, job: Job, there: set[str], watch: Watch, say: Say) -> None:
        self.job, self._there, self._watch, self._say = job, there, watch, say
        self._last: tuple[str, ...] = ()

    def watch(self, states: Sequence[RunState]) -> None:
        runs = tuple(state.id for state in states)
        if runs != self._last:
            self._last = runs
            mine = tuple(state.id for state in states if state.id not in self._there and state.status in ACTIVE)
            self.job.write(runs=runs, mine=mine, doing="training")
        self._watch(states)

    def say(self, text: str) -> None:
        self.job.write(doing=text)
        self._say(text)


def _end(job: Job, status: str, message: str) -> None:
    job.write(status=status, message=message, ended=time.time(), owner=None, doing="")


def _keep(job: Job, result: Result, measurements: list[Measurement]) -> None:
    drawn = sections(result, measurements)
    write_bytes(job.figures_file, _figures(drawn).encode())
    write_bytes(job.report_file, page(result, measurements).encode())
    write_bytes(job.result_file, json.dumps(_finite(result.plain() | {"tables": tables(result)}), default=str).encode())


def _figures(drawn: Sequence[Section]) -> str:
    rows = (
        f'{{"title":{json.dumps(part.title)},"text":{json.dumps(part.text)},"figures":[{",".join(f.to_json() for f in part.figures)}]}}'
        for part in drawn
    )
    return f"[{','.join(rows)}]"


def _finite(content: Any) -> Any:
    """What is no number in JSON becomes null."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not abs(content) < float("inf") else content
