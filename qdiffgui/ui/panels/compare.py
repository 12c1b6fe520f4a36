"""All runs: their state and figures, several side by side; benchmarks; what was deleted and what comes in from elsewhere."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from qdiffgui import catalog
from qdiffgui.config import Config
from qdiffgui.errors import UserError
from qdiffgui.evaluation.number import NARROW
from qdiffgui.runs.bin import KEPT_DAYS
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Following, follow
from qdiffgui.ui.labels import metric_label
from qdiffgui.ui.markup import box, card, duration, quantity, title, visible
from qdiffgui.ui.panels.benchmarks import Benchmarks
from qdiffgui.ui.panels.bin import BinCard, Import
from qdiffgui.ui.panels.chosen import Chosen
from qdiffgui.ui.panels.judged import judged_on
from qdiffgui.ui.widgets import RunTable

_BUTTONS = [("resume", "Resume"), ("cancel", "Stop"), ("copy", "Use"), ("delete", "Delete")]
_DECIDING = ""
RUNS, BENCHMARKS, BIN = "Runs", "Benchmarks", "Import and bin"


class Compare(Area):
    """Three parts under one tab: the table of runs and those that are ticked, benchmarks, import and bin."""

    name = "Compare"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.runs: list[Following] = []
        self._states: list[RunState] = []
        self._judged: dict[str, tuple[Config, ...]] = {}  # of a run that is there it never changes
        self._tidied = False
        self.table = RunTable(self._act)
        self.table.observe(lambda change: self._ticked(list(change["new"])), "selected")
        self.metric = w.Dropdown(
            options=[("what decides", _DECIDING)], description="Quality by", style={"description_width": "initial"}
        )
        self.metric.layout.width = "auto"
        self.metric.observe(lambda _: self._tabulate(), "value")
        self.side_by_side = Chosen()
        self.benchmarks = Benchmarks(host)
        self.bin = BinCard(host)
        self.parts = {
            RUNS: box([card(title("Runs"), box([self.metric], "qd-row"), self.table), self.side_by_side.root], "qd-panel"),
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

    def listed(self, states: Sequence[RunState]) -> None:
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
        """Once a page: deleted runs whose time is over are freed, in a thread of its own."""
        if not self._tidied:
            self._tidied = True
            free = self.host.store.bin.free
            threading.Thread(target=lambda: free(older_than_days=KEPT_DAYS), daemon=True, name="qdiffgui-bin").start()

    def _tabulate(self) -> None:
        self._offer_metrics()
        known = {state.id: state for state in self._states}
        baseline = known.get(self.table.baseline)
        if baseline is None and self.table.baseline:
            self.table.baseline = ""
        rows = [_row(state, self.metric.value, baseline, self._like(state, baseline)) for state in self._states]
        columns = [{"key": "model", "label": "Model"}, {"key": "metric", "label": self._heading()}]
        kept = [name for name in self.table.selected if name in known]
        current = self.host.run.id if self.host.run else ""
        for name, value in {"columns": columns, "rows": rows, "current": current, "selected": kept}.items():
            if getattr(self.table, name) != value:
                setattr(self.table, name, value)

    def _like(self, state: RunState, baseline: RunState | None) -> bool:
        """Whether figures of the two may be compared."""
        if baseline is None:
            return False
        for name in (state.id, baseline.id):
            if name not in self._judged:
                with contextlib.suppress(UserError):
                    self._judged[name] = judged_on(self.host.store.get(name).config())
        return state.id in self._judged and self._judged[state.id] == self._judged.get(baseline.id)

    def _heading(self) -> str:
        return "Quality" if self.metric.value == _DECIDING else metric_label(self.metric.value)

    def _offer_metrics(self) -> None:
        keys = dict.fromkeys(key for state in self._states for key in state.metrics)
        options = (("what decides", _DECIDING), *((metric_label(key), key) for key in keys))
        if options != tuple(self.metric.options):
            kept = self.metric.value
            self.metric.options = options
            self.metric.value = kept if kept in keys else _DECIDING

    def _act(self, op: str, name: str) -> None:
        """Pinning and the baseline belong to this table; the rest to the page."""
        if op == "pin":
            self.host.alerts.catch(lambda: self._pin(name))
        elif op == "baseline":
            self.table.baseline = "" if self.table.baseline == name else name
            self._tabulate()
            self._show_chosen()
        else:
            self.host.act(op, name)

    def _pin(self, name: str) -> None:
        run = self.host.store.get(name)
        run.annotate(pinned=not run.state().pinned)
        self._states = self.host.store.list()
        self._tabulate()

    # ---- those that are ticked

    def tick(self, name: str) -> None:
        """Show the report of the run ``name``, and of nothing else."""
        self.choice.value = RUNS
        self.table.selected = [name]

    def _ticked(self, names: Sequence[str]) -> None:
        def choose() -> None:
            there = {run.id: run for run in self.runs}
            self.runs = [there.get(name) or follow(self.host.store.get(name)) for name in names]
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
    return {
        "id": state.id, "name": state.name, "status": str(state.status), "pinned": state.pinned,
        "progress": f"{state.step} / {state.total} · {duration(state.seconds).replace(' ', NARROW)}" if state.total else "",
        "detail": f"{state.data} · {state.representation} · seed {state.seed}",
        "values": {"model": [model, f"{state.n_parameters} parameters"], "metric": _quality(state, key, bool(metric), baseline, like)},
        "order": {"name": state.name, "status": str(state.status), "model": model, "metric": value},
        "actions": [["open", "Open"], *([op, text] for op, text in _BUTTONS if op in state.actions)],
    }  # fmt: skip


def _quality(state: RunState, key: str, is_named: bool, baseline: RunState | None, like: bool) -> list[str]:
    """The figure, and below it which one it is (where the heading does not say), its floor, and how far it is from the baseline's, where
    the two are ``like``."""
    value, floor = state.metrics.get(key), state.floor.get(key)
    if value is None:
        return ["–", ""]
    said = [] if is_named else [metric_label(key)]
    said += [f"floor {quantity(floor)}"] if floor is not None else []
    if baseline is not None and baseline.id != state.id and key in baseline.metrics:
        gap = value - baseline.metrics[key]
        said.append(
            f"{'+' if gap >= 0 else '−'}{quantity(abs(gap))} to the baseline" if like else "not comparable to the baseline"
        )
    return [quantity(value), ", ".join(said)]
