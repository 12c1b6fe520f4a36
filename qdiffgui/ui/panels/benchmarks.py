"""Benchmarks in the page: set one up and start it in the background, follow, stop or resume it,
view and save the result. Those started on the command line are here as well.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import cycle
from pathlib import Path

import ipywidgets as w

from qdiffgui import catalog
from qdiffgui.errors import UserError
from qdiffgui.runs.record import RunState
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.state import Status
from qdiffgui.studies.benchmark.jobs import GOING, Job, JobRecord, Jobs
from qdiffgui.studies.benchmark.plan import time_left
from qdiffgui.studies.benchmark.standings import Reports, standings
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import (
    INLINE,
    box,
    button,
    card,
    code,
    duration,
    empty,
    esc,
    folded,
    note,
    pill,
    progress,
    table,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.benchmark_ranking import RankingCard
from qdiffgui.ui.panels.benchmark_result import ResultCards
from qdiffgui.ui.panels.benchmark_setup import BenchmarkSetup
from qdiffgui.ui.widgets import Document

_HTML, _JSON = "text/html", "application/json"


class Benchmarks:
    """``refresh`` is called once a second while the card is visible."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.jobs = Jobs(host.store)
        self._shown: tuple[str, float | None] | None = None
        self._ranked: tuple[object, ...] = ()
        self._reports: Reports = {}
        self.setup = BenchmarkSetup(host, self.jobs, lambda job: self.refresh(chosen=job.id))
        self.ranking = RankingCard()
        self.results = ResultCards()
        self.root = box(
            [self.setup.root, self._following(), self.ranking.root, self.results.root], "qd-panel"
        )

    # ---- those that there are

    def _following(self) -> w.Widget:
        self.none = view(
            empty(
                "No benchmarks yet. Choose a line-up above and start it. Finished runs are reused."
            )
        )
        self.choice = w.Dropdown(options=[], description="Benchmark", **INLINE)
        self.choice.add_class("qd-benchmark-choice")
        self.choice.observe(lambda _: self.refresh(), "value")
        self.state, self.trainings, self.command = view(""), view(""), view("")
        self.document = Document()
        actions: list[tuple[str, str, Callable[[Job], None]]] = [
            ("stop", "Stop", lambda job: job.stop()),
            ("resume", "Resume", lambda job: job.start()),
            ("open", "Open report", self._open),
            ("save", "Save report (HTML)", self._save),
            ("json", "Save data (JSON)", self._save_json),
            ("delete", "Delete", self._delete),
        ]
        self.buttons = {
            key: button(text, self._guarded_job(act), f"qd-benchmark-{key}")
            for key, text, act in actions
        }
        row = box(list(self.buttons.values()), "qd-row")
        self.disabled_note = view("")
        self.body = box(
            [
                *(self.choice, self.state, row, self.disabled_note),
                *(self.document, self.trainings, self.command),
            ],
            "qd-panel",
        )
        return card(title("Benchmarks"), self.none, self.body)

    def _guarded(self, act: Callable[[], None]) -> Callable[[], None]:
        return lambda: self.host.alerts.catch(act)

    def _guarded_job(self, act: Callable[[Job], None]) -> Callable[[], None]:
        def press() -> None:
            act(self.jobs.get(str(self.choice.value)))
            self.refresh()

        return self._guarded(press)

    def refresh(self, chosen: str = "") -> None:
        """Refresh; only changes are sent."""
        self.setup.refresh()
        jobs = self.jobs.list()
        records = {job.id: job.record() for job in jobs}
        options = tuple((_words(job, records[job.id]), job.id) for job in jobs)
        wanted = chosen or self.choice.value
        if options != tuple(self.choice.options):
            self.choice.options = options
        shown = wanted if wanted in records else next(iter(records), None)
        if shown != self.choice.value:
            self.choice.value = shown
        visible(self.none, not jobs)
        visible(self.body, bool(jobs))
        job = next((job for job in jobs if job.id == self.choice.value), None)
        self._follow(job, records[job.id] if job is not None else None)

    def _follow(self, job: Job | None, record: JobRecord | None) -> None:
        if job is None or record is None:
            self.ranking.show(None)
            self._ranked = ()
            self._show(None, None)
            return
        states = job.states()
        doing = record.doing or record.message
        if record.status in GOING:
            words = [
                doing,
                f"{sum(s.status == 'done' for s in states)} of {_n_runs(job, record)} runs",
            ]
            left = time_left(_by_model(record, states), record.expected, n_cpus())
            words += ["" if left is None else f"about {duration(left)} left"]
        else:
            words = [doing, duration(record.ended - record.created) if record.ended else ""]
        parts = " · ".join(part for part in words if part)
        done = sum(state.fraction for state in states) / _n_runs(job, record)
        bar = progress(done, "Benchmark progress") if record.status in GOING else ""
        _set(self.state, f"<p>{pill(record.status)} {esc(parts)}</p>{bar}")
        _set(
            self.trainings,
            folded(f"{len(states)} runs", _trainings(states), keep="benchmark-runs")
            if states
            else "",
        )
        _set(self.command, "" if record.status == "done" else self._command(job))
        for key, allowed in {
            "stop": record.status in GOING,
            "resume": record.status not in GOING | {"done"},
            "open": job.report_file.exists(),
            "save": job.report_file.exists(),
            "json": job.result_file.exists(),
            "delete": record.status not in GOING,
        }.items():
            self.buttons[key].disabled = not allowed
        _set(self.disabled_note, _why_disabled(record.status, has_report=job.report_file.exists()))
        self._rank(job, record, states)
        self._show(job, record.ended if record.status == "done" else None)

    def _rank(self, job: Job, record: JobRecord, states: Sequence[RunState]) -> None:
        """Rank again when another run has ended."""
        done = tuple(state.id for state in states if state.status == Status.DONE)
        seen = (job.id, record.status, done)
        if seen != self._ranked:
            self._ranked = seen
            self.setup.describe()
            found = standings(job, record, self._reports)
            self.ranking.show(found, is_final=record.status == "done")

    def _command(self, job: Job) -> str:
        words = ["qdiffgui", "benchmark", "--resume", job.id, "--runs", str(self.jobs.store.root)]
        about = "Continue it on the command line once it is stopped:"
        return folded("Command line", code(about, shlex.join(words)), keep="benchmark-resume")

    def _show(self, job: Job | None, ended: float | None) -> None:
        """Draw the results once."""
        key = (job.id, ended) if job is not None and ended is not None else None
        if key != self._shown:
            self._shown = key
            self.results.show(
                job.result() if key and job else None, job.sections() if key and job else []
            )

    # ---- what is kept

    def _open(self, job: Job) -> None:
        self.document.show(_content(job.report_file))

    def _save(self, job: Job) -> None:
        self.host.browser.download(f"{job.id}.html", _content(job.report_file), _HTML)

    def _save_json(self, job: Job) -> None:
        self.host.browser.download(f"{job.id}.json", _content(job.result_file), _JSON)

    def _delete(self, job: Job) -> None:
        self.jobs.delete(job.id)
        self.host.alerts.notify(
            f"Deleted the report of benchmark '{job.id}'. Its runs are still in the table."
        )


def _n_runs(job: Job, record: JobRecord) -> int:
    """The number of runs of a benchmark, as far as it is known."""
    asked = job.request()
    n_models = len(record.models) or len(asked.models)
    if not n_models and asked.lineup in catalog.benchmarks:
        n_models = len(catalog.benchmarks[asked.lineup].load().contestants)
    return max(n_models * asked.seeds, len(record.runs), 1)


def _by_model(record: JobRecord, states: Sequence[RunState]) -> list[tuple[str, RunState]]:
    """The runs that still exist, each with the key of its model."""
    keys = dict(zip(record.runs, cycle([model.key for model in record.models] or [""])))
    return [(keys.get(state.id, ""), state) for state in states]


def _why_disabled(status: str, *, has_report: bool) -> str:
    """Why some buttons are disabled."""
    found = (
        []
        if has_report
        else [
            "The report and the data are available once all runs have been trained and evaluated."
        ]
    )
    found += ["Stop the benchmark before deleting it."] if status in GOING else []
    return note(" ".join(found)) if found else ""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise UserError("This benchmark has no report yet: it is written at the end.") from None


def _set(widget: w.HTML, value: str) -> None:
    if widget.value != value:
        widget.value = value


def _words(job: Job, record: JobRecord) -> str:
    try:
        asked = job.request()
    except UserError:
        return f"{job.id} (damaged)"
    label = (
        catalog.benchmarks[asked.lineup].label
        if asked.lineup in catalog.benchmarks
        else asked.lineup
    )
    made = datetime.fromtimestamp(record.created).strftime("%d %b %H:%M")
    effort = f", effort {asked.effort:g}" if asked.effort != 1 else ""
    return (
        f"{label}, {asked.seeds} seed{'s' if asked.seeds > 1 else ''}{effort} · {made} · "
        f"{record.status}"
    )


def _trainings(states: Sequence[RunState]) -> str:
    rows = [
        (
            "",
            [
                esc(s.name),
                pill(str(s.status)),
                f"{s.step} / {s.total}" if s.total else "–",
                esc(duration(s.seconds)),
                esc(s.message),
            ],
        )
        for s in states
    ]
    return table(["Run", "Status", "Step", "Time", ""], rows)
