"""All runs with their state and metrics, several runs side by side, benchmarks, imports and the
bin.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import ipywidgets as w

from qdiffgui import catalog
from qdiffgui.config import Config
from qdiffgui.errors import UserError
from qdiffgui.evaluation.number_format import NARROW
from qdiffgui.evaluation.run_table import comparison_basis
from qdiffgui.runs.bin import KEPT_DAYS
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.examples import is_example
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.labels import live_words, metric_label
from qdiffgui.ui.live_run import LiveRun, follow
from qdiffgui.ui.markup import INLINE, box, card, duration, format_number, title, visible
from qdiffgui.ui.panels.benchmarks import Benchmarks
from qdiffgui.ui.panels.bin import BinCard, Import
from qdiffgui.ui.panels.file_samples import FileSamplesCard
from qdiffgui.ui.panels.run_groups import MODES, STUDIES, RunGroups, rows_of_groups
from qdiffgui.ui.panels.selected_runs import SelectedRuns
from qdiffgui.ui.widgets import RunTable

_BUTTONS = [("resume", "Resume"), ("cancel", "Stop"), ("copy", "Reuse"), ("delete", "Delete")]
_HEADLINE = ""
_LONGEST_NOTE = 2000
RUNS, BENCHMARKS, BIN = "Runs", "Benchmarks", "Import and bin"


class Compare(Area):
    """Three parts under one tab: the table of runs and those that are selected, benchmarks, import
    and bin.
    """

    name = "Compare"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.runs: list[LiveRun] = []
        self._states: list[RunState] = []
        self._bases: dict[str, tuple[Config, ...]] = {}  # constant for the lifetime of a run
        self._places: dict[str, str] = {}  # folder of each run of the table
        self._tidied = False
        self.table = RunTable(self._act, self._annotate, modes=[list(mode) for mode in MODES])
        self.table.observe(lambda change: self._ticked(list(change["new"])), "selected")
        self.table.observe(lambda _: self._tabulate(), "grouping")
        self._groups = RunGroups(host.store)
        self.metric = w.Dropdown(
            options=[("headline metric", _HEADLINE)],
            description="Rank by",
            **INLINE,
        )
        self.metric.observe(lambda _: self._tabulate(), "value")
        self.side_by_side = SelectedRuns(host)
        self.benchmarks = Benchmarks(host)
        self.bin = BinCard(host)
        self.files = FileSamplesCard(host, self._run_to_compare_with, self._files_changed)
        self.parts = {
            RUNS: box(
                [
                    card(title("Runs"), box([self.metric], "qd-row"), self.table),
                    self.files.root,
                    self.side_by_side.root,
                ],
                "qd-panel",
            ),
            BENCHMARKS: self.benchmarks.root,
            BIN: box([Import(host).root, self.bin.root], "qd-panel"),
        }
        self.choice = w.ToggleButtons(options=list(self.parts), value=RUNS)
        self.choice.add_class("qd-chips")
        self.choice.observe(lambda _: self._show_part(), "value")
        self.root = box([self.choice, *self.parts.values()], "qd-panel")
        self._show_part()

    def _show_part(self) -> None:
        for name, part in self.parts.items():
            visible(part, name == self.choice.value)
        if self.choice.value == BIN:
            self.bin.refresh()
        elif self.choice.value == BENCHMARKS:
            self.benchmarks.refresh()

    # ---- the table

    def runs_listed(self, states: Sequence[RunState]) -> None:
        """Show the runs; only what changed travels to the browser."""
        self._states = list(states)
        self._tidy()
        self._tabulate()
        if self.choice.value == BIN:
            self.bin.refresh()
        elif self.choice.value == BENCHMARKS:
            self.benchmarks.refresh()
        news = [run for run in self.runs if run.state.status in ACTIVE or run.report is None]
        polled = [run.poll() for run in news]
        if any(changes.losses[0] or changes.metrics or changes.report for changes in polled):
            self._show_chosen()

    def _tidy(self) -> None:
        """Once per page: free expired deleted runs in a background thread."""
        if not self._tidied:
            self._tidied = True
            free = self.host.store.bin.free
            threading.Thread(
                target=lambda: free(older_than_days=KEPT_DAYS), daemon=True, name="qdiffgui-bin"
            ).start()

    def _tabulate(self) -> None:
        files, mode = self.files.runs(), self.table.grouping
        listed = [*self._states, *(self._groups.nested() if mode == STUDIES else ())]
        self._bases |= {file.id: comparison_basis(file.config) for file in files}
        self._offer_metrics()
        known = {state.id: state for state in [*listed, *(file.state for file in files)]}
        self._places = {state.id: state.directory for state in listed}
        baseline = known.get(self.table.baseline)
        if baseline is None and self.table.baseline:
            self.table.baseline = ""

        def make(state: RunState) -> dict[str, Any]:
            return _row(state, self.metric.value, baseline, self._like(state, baseline))

        groups = self._groups.assign(mode, listed)
        named = rows_of_groups(groups, mode, listed, self.metric.value)
        rows = [file.row(make) for file in files]
        for state in listed:
            key = groups.get(state.id, ("", ""))[0]
            rows.append(make(state) | {"group": key if key in named else ""})
        columns = [
            {"key": "date", "label": "Date"},
            {"key": "model", "label": "Model"},
            {"key": "metric", "label": self._heading()},
        ]
        kept = [name for name in self.table.selected if name in known]
        current = self.host.run.id if self.host.run else ""
        for name, value in {
            "columns": columns,
            "groups": named,
            "rows": rows,
            "current": current,
            "selected": kept,
        }.items():
            if getattr(self.table, name) != value:
                setattr(self.table, name, value)

    def _find(self, name: str) -> RunDirectory:
        """A run of the table, also one of a sweep or a study; raises ``UserError``."""
        place = self._places.get(name)
        return RunDirectory(place) if place is not None else self.host.store.get(name)

    def _follow(self, name: str) -> LiveRun:
        run = follow(self._find(name))
        run.id = name  # runs of different sweeps can have equal ids
        return run

    def _like(self, state: RunState, baseline: RunState | None) -> bool:
        """Whether the metrics of the two runs are comparable."""
        if baseline is None:
            return False
        for name in (state.id, baseline.id):
            if name not in self._bases:
                with contextlib.suppress(UserError):
                    self._bases[name] = comparison_basis(self._find(name).config())
        return state.id in self._bases and self._bases[state.id] == self._bases.get(baseline.id)

    def _heading(self) -> str:
        return "Quality" if self.metric.value == _HEADLINE else metric_label(self.metric.value)

    def _offer_metrics(self) -> None:
        keys = dict.fromkeys(key for state in self._states for key in state.metrics)
        options = (("headline metric", _HEADLINE), *((metric_label(key), key) for key in keys))
        if options != tuple(self.metric.options):
            kept = self.metric.value
            self.metric.options = options
            self.metric.value = kept if kept in keys else _HEADLINE

    def _act(self, op: str, name: str) -> None:
        """Pinning, the baseline and files belong to this table; the rest to the page."""
        if op == "forget":
            self.files.remove(name)
        elif op == "pin":
            self.host.alerts.catch(lambda: self._pin(name))
        elif op == "baseline":
            self.table.baseline = "" if self.table.baseline == name else name
            self._tabulate()
            self._show_chosen()
        else:
            self.host.act(op, name)

    def _run_to_compare_with(self) -> str | None:
        """The baseline, or the first of the selected runs."""
        runs = {state.id for state in self._states}
        return next((n for n in (self.table.baseline, *self.table.selected) if n in runs), None)

    def _files_changed(self) -> None:
        self._tabulate()
        self._ticked(list(self.table.selected))

    def _pin(self, name: str) -> None:
        if self.files.find(name) is not None:
            raise UserError("Only runs can be pinned; this row is a file.")
        run = self._find(name)
        run.annotate(pinned=not run.state().pinned)
        self._states = self.host.runs()
        self._tabulate()

    def _annotate(self, name: str, new: str, tags: list[str], note: str) -> None:
        """Store what was typed about a run. An empty name stays as it was."""

        def store() -> None:
            run = self._find(name)
            run.annotate(tags=tags, note=note.strip()[:_LONGEST_NOTE])
            if new.strip() and new.strip() != run.state().name:
                RunStore(run.path.parent).rename(run.id, new)
            self.runs_listed(self.host.runs())
            self._ticked(list(self.table.selected))

        self.host.alerts.catch(store)

    # ---- the selected runs

    def show_report(self, name: str) -> bool:
        """Show the report of the run ``name`` alone."""
        self.choice.value = RUNS
        self.table.selected = [name]
        return True

    def _ticked(self, names: Sequence[str]) -> None:
        def choose() -> None:
            there = {run.id: run for run in self.runs}
            self.runs = [
                there.get(name) or self.files.find(name) or self._follow(name) for name in names
            ]
            for run in self.runs:
                run.poll()
            self._show_chosen()

        self.host.writer.post("compare", choose)

    def _show_chosen(self) -> None:
        self.side_by_side.show(self.runs, self.table.baseline)


def _row(state: RunState, metric: str, baseline: RunState | None, like: bool) -> dict[str, Any]:
    key = metric or next(iter(state.metrics), "")
    value, known = state.metrics.get(key), catalog.models
    model = known[state.model].label if state.model in known else state.model
    size = f"{format_number(state.n_parameters)} parameters" if state.n_parameters else ""
    return {
        "id": state.id,
        "name": state.name,
        "status": str(state.status),
        "pinned": state.pinned,
        "progress": _progress(state),
        "detail": f"{state.data} · {state.representation} · seed {state.seed}",
        "tags": list(state.tags),
        "note": state.note,
        "editable": not is_example(Path(state.directory)),
        "values": {
            "date": list(_date(state.created)),
            "model": [model or "Samples from a file", size],
            "metric": _quality(state, key, bool(metric), baseline, like),
        },
        "order": {
            "name": state.name,
            "status": str(state.status),
            "date": state.created or None,
            "model": model,
            "metric": value,
        },
        "group": "",
        "actions": [
            ["open", "Open"],
            *([op, text] for op, text in _BUTTONS if op in state.actions and _is_free(state, op)),
        ],
    }


def _progress(state: RunState) -> str:
    if not state.total:
        return ""
    took = duration(state.seconds).replace(" ", NARROW)
    return f"{format_number(state.step)} / {format_number(state.total)} · {took}"


def _is_free(state: RunState, op: str) -> bool:
    """Whether the action leaves sweeps and studies whole: their runs are only copied."""
    return "/" not in state.id or op == "copy"


def _date(created: float) -> tuple[str, str]:
    """Day and time of day, local; of a run whose record was lost neither is known."""
    if not created:
        return "–", ""
    when = datetime.fromtimestamp(created)
    return when.strftime("%Y-%m-%d"), when.strftime("%H:%M")


def _quality(
    state: RunState, key: str, is_named: bool, baseline: RunState | None, like: bool
) -> list[str]:
    """The value and, below it, the name of the metric (unless it is the heading), the floor,
    and the difference from the baseline, where the two runs are comparable (``like``).
    """
    value, floor = state.metrics.get(key), state.floor.get(key)
    if value is None:
        return ["–", live_words(state)]
    parts = [] if is_named else [metric_label(key)]
    parts += [f"floor {format_number(floor)}"] if floor is not None else []
    if baseline is not None and baseline.id != state.id and key in baseline.metrics:
        gap = value - baseline.metrics[key]
        parts.append(
            f"{'+' if gap >= 0 else '−'}{format_number(abs(gap))} vs. baseline"
            if like
            else "not comparable with the baseline"
        )
    return [format_number(value), ", ".join(parts)]
