"""Benchmarks in the page: choose a line-up, start it in the background, follow, stop or resume
it, view and save the result.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import ipywidgets as w
from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.errors import UserError
from qdiffgui.runs.record import RunState
from qdiffgui.studies.benchmark.jobs import GOING, BenchmarkRequest, Job, JobRecord, Jobs
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
from qdiffgui.ui.panels.benchmark_result import ResultCards
from qdiffgui.ui.widgets import BoundedNumber, Document

_HTML, _JSON = "text/html", "application/json"


class Benchmarks:
    """``refresh`` is called once a second while the card is visible."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.jobs = Jobs(host.store)
        self._shown: tuple[str, float | None] | None = None
        self.results = ResultCards()
        self.root = box([self._asking(), self._following(), self.results.root], "qd-panel")

    # ---- a new one

    def _asking(self) -> w.Widget:
        entries = [(entry.label, key) for key, entry in catalog.benchmarks.items()]
        self.lineup = w.Dropdown(options=entries, description="Line-up", **INLINE)
        self.seeds = w.BoundedIntText(value=3, min=1, max=100, description="Seeds", **INLINE)
        self.effort = BoundedNumber(1.0, low=0.001, high=100, description="Effort", **INLINE)
        self.file = w.Text(
            value="",
            placeholder="empty: the line-up's own data",
            description="Data file",
            continuous_update=False,
            **INLINE,
        )
        self.about, self.command = view(""), view("")
        self.start = button(
            "Start benchmark", self._guarded(self._start), "qd-primary qd-benchmark-start"
        )
        for widget in (self.lineup, self.seeds, self.effort, self.file):
            widget.observe(lambda _: self._describe(), "value")
        row = box([self.lineup, self.seeds, self.effort, self.file], "qd-row qd-benchmark-form")
        words = note(
            "Compares quantum and classical models on the same data and held-out samples. "
            "Effort scales the training iterations of all models: 1 is the published "
            "benchmark, 0.1 a quick check."
        )
        return card(
            title("New benchmark"),
            view(words),
            row,
            self.about,
            box([self.start], "qd-row"),
            self.command,
            css="qd-changes",
        )

    def _describe(self) -> None:
        entry = catalog.benchmarks[self.lineup.value]
        models = entry.load().contestants
        n = len(models) * self.seeds.value
        few = " Fewer than 3 seeds are not conclusive." if self.seeds.value < 3 else ""
        names = folded(
            f"{len(models)} models, {n} runs",
            "".join(note(f"{m.label} ({m.role})") for m in models),
        )
        self.about.value = note(f"{entry.summary}{few}") + names
        words = (
            f"qdiffgui benchmark {self.lineup.value} --seeds {self.seeds.value} --effort "
            f"{self.effort.value:g}"
        )
        words += f" --data {shlex.quote(self.file.value)}" if self.file.value else ""
        self.command.value = folded(
            "Command line",
            code(
                "On the command line:",
                f"{words} --html report.html --runs {shlex.quote(str(self.jobs.store.root))}",
            ),
        )

    def _start(self) -> None:
        try:
            asked = BenchmarkRequest(
                lineup=self.lineup.value,
                seeds=self.seeds.value,
                effort=self.effort.value,
                data=self.file.value.strip(),
            )
        except ValidationError as error:
            raise UserError(f"This benchmark cannot start: {error.errors()[0]['msg']}.") from None
        job = self.jobs.create(asked)
        job.start()
        self.refresh(chosen=job.id)
        self.host.browser.announce("Benchmark started.")

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
        self.state, self.trainings = view(""), view("")
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
            [self.choice, self.state, row, self.disabled_note, self.document, self.trainings],
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
        if not self.about.value:
            self._describe()
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
            self._show(None, None)
            return
        states = job.states()
        n_models = (
            len(catalog.benchmarks[job.request().lineup].load().contestants)
            if job.request().lineup in catalog.benchmarks
            else 0
        )
        expected = max(n_models * job.request().seeds, len(states), 1)
        fraction = (
            1.0 if record.status == "done" else sum(state.fraction for state in states) / expected
        )
        doing = (
            (f"{record.doing}, {sum(s.status == 'done' for s in states)} of {expected} runs done")
            if record.doing
            else record.message
        )
        took = duration((record.ended or record.updated) - record.created) if record.ended else ""
        parts = " · ".join(part for part in (doing, took) if part)
        bar = progress(fraction, "Benchmark progress") if record.status in GOING else ""
        _set(self.state, f"<p>{pill(record.status)} {esc(parts)}</p>{bar}")
        _set(
            self.trainings,
            folded(f"{len(states)} runs", _trainings(states)) if states else "",
        )
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
        self._show(job, record.ended if record.status == "done" else None)

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
