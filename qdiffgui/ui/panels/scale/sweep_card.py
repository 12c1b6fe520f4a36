"""One sweep: progress, table and plots; stop, resume and save."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w
import plotly.graph_objects as go

from qdiffgui.config.setting_labels import choice_label, setting_label
from qdiffgui.errors import UserError
from qdiffgui.studies.sweep.columns import FLOOR
from qdiffgui.studies.sweep.directory import ClientRecord, SweepDirectory, counts, sweeps
from qdiffgui.studies.sweep.drive import launch
from qdiffgui.studies.sweep.plan import Plan
from qdiffgui.studies.sweep.report import (
    Reports,
    point_words,
    read_reports,
    summary,
    sweep_plots,
)
from qdiffgui.studies.sweep.table import Row, about_columns, rows
from qdiffgui.studies.sweep.write import as_csv, write_table
from qdiffgui.ui.area import Host
from qdiffgui.ui.labels import metric_label
from qdiffgui.ui.markup import (
    box,
    button,
    card,
    duration,
    empty,
    esc,
    format_number,
    labeled,
    note,
    pill,
    plain,
    progress,
    table,
    title,
    view,
    visible,
)
from qdiffgui.ui.widgets import Plot

_SHOWN = 100
_AT_WORK = ("starting", "running", "stopping")
_STATE = {
    "stopping": "cancelling",
    "stopped": "interrupted",
    "waiting": "queued",
    "starting": "queued",
}
CSV, HDF5, HTML = "text/csv", "application/x-hdf5", "text/html"


class SweepCard:
    """``open`` shows a sweep; ``refresh`` reads its files, rarely enough to stay cheap."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.sweep: SweepDirectory | None = None
        self._after = 0.0
        self._started: list[subprocess.Popen[bytes]] = []
        self._known: tuple[str, ...] = ()
        self._drawn: list[tuple[str, Any]] = []
        self._seen: Any = None
        self._best = ""
        self.choice = w.Dropdown(options=[])
        self.choice.add_class("qd-sweep-choice")
        self.choice.observe(lambda change: self._chosen(change["new"]), "value")
        self.none = view(empty("No sweeps yet. Set one up above or run 'qdiffgui sweep'."))
        self.head, self.words, self.table = view(""), view(""), view("")
        catch = host.alerts.catch
        self.stop = button(
            "Stop", lambda: catch(self._stop), "qd-sweep-stop", "Stop after saving checkpoints"
        )
        self.resume = button(
            "Resume",
            lambda: catch(self._resume),
            "qd-sweep-resume",
            "Continue with the unfinished runs",
        )
        self.csv = button(
            "Save table (CSV)", lambda: catch(lambda: self._save("csv")), "qd-sweep-csv"
        )
        self.hdf5 = button(
            "Save table (HDF5)", lambda: catch(lambda: self._save("h5")), "qd-sweep-h5"
        )
        self.html = button(
            "Save plots (HTML)", lambda: catch(lambda: self._save("html")), "qd-sweep-html"
        )
        self.run = w.Dropdown(options=[])
        self.run.add_class("qd-sweep-run")
        self.open_run = button(
            "Open run",
            lambda: self._open_run(str(self.run.value)),
            "qd-sweep-open",
            "Open this run as any other: its samples, its report and its exports",
        )
        self.open_best = button(
            "Open best run", lambda: self._open_run(self._best), "qd-sweep-open-best"
        )
        self.figure = w.Dropdown(options=[])
        self.figure.observe(lambda _: self._show_figure(), "value")
        self.plot = Plot(height=400, label="Quality versus the settings of the sweep")
        self.log_y = w.Checkbox(False, description="Logarithmic metric axis", indent=False)
        self.log_y.observe(lambda _: self._show_figure(), "value")
        self.figure_box = box(
            [labeled("Plot", self.figure), self.log_y, self.plot], "qd-scale-figure"
        )
        buttons = box([self.stop, self.resume, self.csv, self.hdf5, self.html], "qd-row")
        sweep = labeled("Sweep", self.choice)
        runs = labeled("Run", self.run)
        self.runs_box = box(
            [runs, box([self.open_run, self.open_best], "qd-row")], "qd-scale-figure"
        )
        self.body = box(
            [sweep, self.head, self.words, buttons, self.figure_box, self.runs_box, self.table],
            "qd-scale-sweep",
        )
        self.root = card(title("Sweeps", "with floor and trivial generators"), self.none, self.body)
        visible(self.body, False)

    def start(
        self, sweep: SweepDirectory, *, workers: int | None = None, scheduler: str = ""
    ) -> None:
        """Start the process that drives a sweep, and show it."""
        self._started = [process for process in self._started if process.poll() is None]
        self._started.append(launch(sweep, workers=workers, scheduler=scheduler))
        self.open(sweep)

    def open(self, sweep: SweepDirectory) -> None:
        """Show this sweep."""
        self._list()
        self.choice.value = sweep.id
        self._after = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Read new results; the interval grows with the cost of reading."""
        now = time.monotonic()
        if now < self._after:
            return
        self._list()
        if self.sweep is not None:
            self._show()
        self._after = time.monotonic() + max(0.8, 20 * (time.monotonic() - now))

    def _list(self) -> None:
        known = {sweep.id: sweep for sweep in sweeps(self.host.store.root)}
        visible(self.none, not known)
        visible(self.body, bool(known))
        if tuple(known) != self._known:
            self._known = tuple(known)
            before = self.choice.value
            self.choice.options = [
                (f"{_called(sweep)} · {name}", name) for name, sweep in known.items()
            ]
            self.choice.value = before if before in known else next(iter(known), None)

    def _chosen(self, name: str | None) -> None:
        self.sweep = SweepDirectory(self.host.store.root / name) if name else None
        self._seen = None
        if self.sweep is not None:
            self._show()

    def _show(self) -> None:
        sweep = self.sweep
        if sweep is None or not sweep.exists():
            return
        try:
            self._show_files(sweep)
        except (
            UserError
        ) as error:  # its files are damaged: shown here, not as a new alert at every refresh
            self._seen = None
            self.head.value, self.words.value, self.table.value = "", note(str(error)), ""
            visible(self.figure_box, False)
            visible(self.runs_box, False)
            self.stop.disabled = self.resume.disabled = True

    def _show_files(self, sweep: SweepDirectory) -> None:
        states, plan, client = sweep.states(), sweep.plan(), sweep.client()
        found = rows(sweep, states)
        number = counts(sweep, states)
        planned = plan.n_runs if plan.search == "optuna" else number["planned"]
        self._progress(client, number, planned)
        seen = [(row["run"], row["status"], row["step"]) for row in found]
        if seen == self._seen:
            return
        is_new_figure = self._seen is None or [s for _, s, _ in seen] != [
            s for _, s, _ in self._seen
        ]
        self._seen = seen
        self.words.value = note(summary(plan, found))
        self.table.value = runs_table(plan, found)
        if is_new_figure:
            self._offer_runs(plan, found, read_reports(sweep, plan, found))
            self._drawn = sweep_plots(sweep, found, plan)
            options = [title for title, _ in self._drawn]
            before = self.figure.value
            if tuple(options) != tuple(self.figure.options):
                self.figure.options = options
            self.figure.value = before if before in options else next(iter(options), None)
            visible(self.figure_box, bool(self._drawn))
            self._show_figure()

    def _offer_runs(self, plan: Plan, found: Sequence[Row], reports: Reports | None) -> None:
        """The runs that have started, the best finished one first."""
        options, self._best = run_options(plan, found, reports)
        visible(self.runs_box, bool(options))
        self.open_best.disabled = not self._best
        if options != list(self.run.options):
            kept = self.run.value
            self.run.options = options
            names = [run for _, run in options]
            self.run.value = kept if kept in names else next(iter(names), None)

    def _open_run(self, name: str) -> None:
        self.host.act("open", f"{self._open_sweep().id}/{name}")

    def _progress(self, client: ClientRecord, number: Mapping[str, int], planned: int) -> None:
        ended = number["done"] + number["failed"] + number["cancelled"]
        words = [f"{number['done']} of {planned} done", f"{number['running']} running"]
        words += [
            f"{number[key]} {key}" for key in ("failed", "cancelled", "stopped") if number[key]
        ]
        words += (
            [f"{client.workers} worker{'s' * (client.workers > 1)}"]
            if client.phase == "running" and client.workers
            else []
        )
        state = (
            '<span class="qd-status" '
            f'data-state="{_STATE.get(client.phase, client.phase)}">{esc(client.phase)}</span>'
        )
        message = note(client.message) if client.message else ""
        bar = progress(ended / max(planned, 1), "Finished runs of the sweep")
        markup = (
            f'<div class="qd-sweep-head">{state}<span '
            f'class="qd-num">{esc(" · ".join(words))}</span></div>{bar}{message}'
        )
        if self.head.value != markup:
            self.head.value = markup
        queue_card = client.phase in _AT_WORK
        self.stop.disabled = not queue_card or client.phase == "stopping"
        self.resume.disabled = queue_card or (ended == planned and not number["failed"])

    def _show_figure(self) -> None:
        chosen = next((figure for title, figure in self._drawn if title == self.figure.value), None)
        if chosen is not None:
            self.plot.label = str(self.figure.value)
            self.log_y.disabled = not can_be_log(chosen)
            is_log = self.log_y.value and not self.log_y.disabled
            self.plot.show(go.Figure(chosen).update_yaxes(type="log") if is_log else chosen)

    # ---- what a person asks

    def _open_sweep(self) -> SweepDirectory:
        if self.sweep is None or not self.sweep.exists():
            raise UserError("This sweep no longer exists: choose another one.")
        return self.sweep

    def _stop(self) -> None:
        self._open_sweep().request("stop")
        self._after = 0.0
        self.refresh()

    def _resume(self) -> None:
        sweep = self._open_sweep()
        before = sweep.client()
        self.start(
            sweep,
            workers=None if before.scheduler else before.workers or None,
            scheduler=before.scheduler,
        )

    def _save(self, kind: str) -> None:
        sweep = self._open_sweep()
        if kind == "csv":
            return self.host.browser.download(f"{sweep.id}.csv", as_csv(rows(sweep)).encode(), CSV)
        if kind == "h5":
            found = rows(sweep)
            write_table(sweep.hdf5_file, found, sweep.id, about_columns(sweep, found))
            return self.host.browser.download(f"{sweep.id}.h5", sweep.hdf5_file.read_bytes(), HDF5)
        from qdiffgui.studies.sweep.report import sweep_page

        return self.host.browser.download(
            f"{sweep.id}.html", sweep_page(sweep, rows(sweep)).encode(), HTML
        )


def _called(sweep: SweepDirectory) -> str:
    try:
        return sweep.plan().name or "sweep"
    except UserError:
        return "damaged"


def can_be_log(plot: go.Figure) -> bool:
    """Whether a plot has curves, all of positive values, so that its y axis can be logarithmic."""
    curves = [trace.y for trace in plot.data if trace.type == "scatter" and trace.y is not None]
    values = [value for y in curves for value in y if value is not None]
    return bool(values) and min(values) > 0


def run_options(
    plan: Plan, found: Sequence[Row], reports: Reports | None
) -> tuple[list[tuple[str, str]], str]:
    """Label and id of the runs of a sweep that have started, best first, and the id of the best
    finished one ("" if none is finished).
    """
    started = [row for row in found if row["status"] != "waiting"]
    done = [row for row in started if row["status"] == "done"] if reports is not None else []
    quality = {
        row["run"]: (reports.distance(row), f"{reports.label} {format_number(row[reports.goal])}")
        for row in done
        if reports is not None and row.get(reports.goal) is not None
    }
    best = sorted(quality, key=lambda run: quality[run][0])
    rows_by_run = {row["run"]: row for row in started}
    options = []
    for run in [*best, *(run for run in rows_by_run if run not in quality)]:
        row = rows_by_run[run]
        words = quality[run][1] if run in quality else row["status"]
        options.append((f"{point_words(plan, row)} · {words} · {run[:6]}", run))
    return options, next(iter(best), "")


def runs_table(plan: Plan, found: Sequence[Row]) -> str:
    """The runs with their settings, progress and first metrics."""
    if not found:
        return note("Optuna plans its first runs once workers have connected.")
    metrics = [name.removeprefix(FLOOR) for name in found[0] if name.startswith(FLOOR)][:4]
    fields = [axis.field for axis in plan.axes]
    names = list(dict.fromkeys((*fields, *(["seed"] if "seed" in found[0] else []))))
    heads = [
        "Run",
        "Status",
        *(esc(setting_label(plan.base, name)) for name in names),
        "Step",
        "Time",
        *(esc(metric_label(name)) for name in metrics),
    ]
    lines = []
    for row in found[:_SHOWN]:
        step = f"{plain(row['step'])} / {plain(row['total'])}" if row["total"] else "–"
        trained = "–" if row["training_seconds"] is None else duration(row["training_seconds"])
        cells = [
            f'<code class="qd-code">{esc(row["run"])}</code>',
            pill(row["status"]),
            *(esc(choice_label(name, row[name])) for name in names),
        ]
        lines.append(("", [*cells, step, trained, *(format_number(row[name]) for name in metrics)]))
    more = (
        note(f"Showing the first {_SHOWN} of {len(found)} runs; the saved table has all of them.")
        if len(found) > _SHOWN
        else ""
    )
    return table(heads, lines) + more
