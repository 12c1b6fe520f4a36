"""Run a benchmark job: train, measure, and write the results."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.config.data_file import content_digest
from qdiffgui.errors import UserError, system_error_message
from qdiffgui.exports.report_page import PlotSection
from qdiffgui.runs.files import write_bytes
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.studies.benchmark.estimates import lineup_asked_for
from qdiffgui.studies.benchmark.jobs import STOPPED, Job, JobModel
from qdiffgui.studies.benchmark.lineup import Lineup
from qdiffgui.studies.benchmark.measure import Measurement
from qdiffgui.studies.benchmark.report import benchmark_page
from qdiffgui.studies.benchmark.report_plots import sections
from qdiffgui.studies.benchmark.result import BenchmarkResult
from qdiffgui.studies.benchmark.run import benchmark
from qdiffgui.studies.benchmark.tables import tables

Watch = Callable[[Sequence[RunState]], None]
Say = Callable[[str], None]


def lineup_of(job: Job) -> tuple[str, Lineup]:
    """The label of a job and its line-up with the models that were asked for. Raises ``UserError``
    if its data file does not fit or has changed since the job was created, or if it asks for models
    that the line-up does not have.
    """
    asked = job.request()
    if asked.content and content_digest(asked.data) != asked.content:
        raise UserError(
            f"The data file '{asked.data}' has changed since this benchmark was created: start a "
            "new benchmark, or restore the original file."
        )
    return catalog.benchmarks[asked.lineup].label, lineup_asked_for(asked)


def run_job(
    job: Job,
    watch: Watch = lambda states: None,
    say: Say = lambda text: None,
    *,
    ends_runs: bool = True,
) -> tuple[BenchmarkResult, list[Measurement]]:
    """Run the job in this process; ``watch`` and ``say`` are as for ``benchmark``.

    The job's record says how it ended. Raises ``UserError`` if it cannot run or another process
    runs it, and ``KeyboardInterrupt`` if it is stopped; ``ends_runs`` says whether the training
    runs that it started are then cancelled.
    """
    with job.claimed():
        return run_claimed_job(job, watch, say, ends_runs=ends_runs)


def run_claimed_job(
    job: Job,
    watch: Watch = lambda states: None,
    say: Say = lambda text: None,
    *,
    ends_runs: bool = True,
) -> tuple[BenchmarkResult, list[Measurement]]:
    """``run_job`` for a process that has already claimed the job, see ``Job.claimed``."""
    active = {state.id for state in job.store.list() if state.status in ACTIVE}
    follow = _Follow(job, active, watch, say)
    asked = job.request()
    try:
        label, lineup = lineup_of(job)
        job.write(
            models=tuple(
                JobModel(key=c.key, label=c.label, role=c.role) for c in lineup.contestants
            )
        )
        result, measurements = benchmark(
            asked.lineup,
            label,
            lineup,
            job.store,
            asked.seeds,
            watch=follow.watch,
            say=follow.say,
            also=asked.also,
            emd_radius=asked.emd_radius,
        )
        follow.say("writing the report")
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
        known = system_error_message(error) if isinstance(error, OSError) else ""
        _end(
            job,
            "failed",
            known
            or (
                f"Unexpected error: {type(error).__name__}: {error}. See the benchmark's log for "
                "details."
            ),
        )
        raise
    _end(job, "done", "")
    return result, measurements


class _Follow:
    """Records the progress that ``benchmark`` reports."""

    def __init__(self, job: Job, active: set[str], watch: Watch, say: Say) -> None:
        self.job, self._active, self._watch, self._say = job, active, watch, say
        self._last: tuple[str, ...] = ()

    def watch(self, states: Sequence[RunState]) -> None:
        runs = tuple(state.id for state in states)
        if runs != self._last:
            self._last = runs
            mine = tuple(
                state.id
                for state in states
                if state.id not in self._active and state.status in ACTIVE
            )
            self.job.write(runs=runs, mine=mine, doing="training")
        self._watch(states)

    def say(self, text: str) -> None:
        self.job.write(doing=text)
        self._say(text)


def _end(job: Job, status: str, message: str) -> None:
    job.write(status=status, message=message, ended=time.time(), owner=None, doing="")


def _keep(job: Job, result: BenchmarkResult, measurements: list[Measurement]) -> None:
    drawn = sections(result, measurements)
    write_bytes(job.plots_file, _sections_as_json(drawn).encode())
    write_bytes(job.report_file, benchmark_page(result, measurements).encode())
    write_bytes(
        job.result_file,
        json.dumps(_finite(result.plain() | {"tables": tables(result)}), default=str).encode(),
    )


_PLOTS_KEY = "figures"  # of the stored layout


def _sections_as_json(drawn: Sequence[PlotSection]) -> str:
    sections = []
    for part in drawn:
        head = json.dumps({"title": part.title, "text": part.text})[:-1]
        plots = ",".join(plot.to_json() for plot in part.plots)
        sections.append(f"{head}, {json.dumps(_PLOTS_KEY)}: [{plots}]}}")
    return f"[{','.join(sections)}]"


def _finite(content: Any) -> Any:
    """NaN and infinities, which JSON does not have, become null."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not abs(content) < float("inf") else content
