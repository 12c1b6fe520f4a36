"""All runs: their state and figures, several side by side, and the verdict on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui import catalog, plots
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Following, follow
from qdiffgui.ui.markup import box, bullets, card, duration, empty, esc, note, quantity, table, title, view, visible
from qdiffgui.ui.widgets import Plot, RunTable

_COLUMNS = [
    {"key": "model", "label": "Model"}, {"key": "metric", "label": "Quality"},
]  # fmt: skip
_BUTTONS = [("resume", "Resume"), ("cancel", "Stop"), ("copy", "Use"), ("delete", "Delete")]


class Compare(Area):
    """The table of all runs, and those of them that are ticked, side by side."""

    name = "Compare"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.runs: list[Following] = []
        self.table = RunTable(host.act, columns=_COLUMNS)
        self.table.observe(lambda change: self._ticked(list(change["new"])), "selected")
        self.hint = view(empty("Tick one or more finished runs to see them beside the floor and the trivial generators."))
        self.curves = Plot(height=300, label="Losses of the chosen runs")
        self.curves_card = card(title("Losses"), self.curves)
        self.reports = box([], "qd-panel")
        self.figures = Plot(height=380, label="Figures of merit of the chosen runs, beside floor and trivial generators")
        self.left_out = view("")
        about = title("Side by side", "floor and trivial generators in grey and green")
        self.figures_card = card(about, self.figures, self.left_out)
        parts = [card(title("Runs"), self.table), self.hint, self.figures_card, self.reports, self.curves_card]
        self.root = box(parts, "qd-panel")
        visible(self.figures_card, False)
        visible(self.curves_card, False)

    def _ticked(self, names: Sequence[str]) -> None:
        def choose() -> None:
            self.runs = [follow(self.host.store.get(name)) for name in names]
            for run in self.runs:
                run.poll()
            self.show(self.runs)

        self.host.writer.post("compare", choose)

    def listed(self, states: Sequence[RunState]) -> None:
        """Show the runs; only what changed travels to the browser."""
        self._tabulate(states, self.host.run.id if self.host.run else "")
        news = [run for run in self.runs if run.state.status in ACTIVE or run.report is None]
        polled = [run.poll() for run in news]
        if any(changes.losses[0] or changes.report for changes in polled):
            self.show(self.runs)

    def _tabulate(self, states: Sequence[RunState], current: str) -> None:
        rows = [_row(state) for state in states]
        if rows != self.table.rows:
            self.table.rows = rows
        if current != self.table.current:
            self.table.current = current
        known = {state.id for state in states}
        kept = [name for name in self.table.selected if name in known]
        if kept != list(self.table.selected):
            self.table.selected = kept

    def show(self, runs: Sequence[Following]) -> None:
        """Draw the chosen runs."""
        visible(self.hint, not runs)
        visible(self.curves_card, bool(runs))
        if runs:
            self.curves.show(plots.loss({name: run.losses for name, run in named(runs).items()}))
        reported = {name: run for name, run in named(runs).items() if run.report is not None}
        together, others = comparable(reported)
        visible(self.figures_card, bool(together))
        if together:
            self.left_out.value = note(_apart(others)) if others else ""
            figure = plots.comparison({name: run.report for name, run in together.items()})
            self.figures.height = int(figure.layout.height or 380)
            self.figures.show(figure)
        self.reports.children = [report_card(name, run.report) for name, run in named(runs).items()]


def report_card(name: str, report: dict[str, Any] | None) -> Any:
    """The comparison table of one run with its verdict in words."""
    if report is None:
        return card(title(name), view(note("This run has no report yet: it is written when training ends.")))
    classes = [str(c) for c in report.get("classes") or ["all"]]
    tables = "".join(_table(report, one) for one in dict.fromkeys(row["class"] for row in report["rows"]))
    words = bullets(report["verdict"], "qd-verdict") + bullets(report.get("notes", []), "qd-note")
    about = f"{report['n_generated']} generated, {report['n_test']} held out; classes: {', '.join(classes)}"
    return card(title(name, about), view(words), view(tables), css="qd-report")


def _table(report: dict[str, Any], one: str) -> str:
    columns = report["columns"]
    head = ["Generator", *(f"{esc(c['label'])}{' / ' + esc(c['unit']) if c.get('unit') else ''}" for c in columns)]
    rows = []
    for row in report["rows"]:
        if row["class"] != one:
            continue
        cells = [esc(row["label"]), *(_cell(row["values"].get(c["key"])) for c in columns)]
        rows.append((f"is-{row['key']}" if row["key"] in ("model", "floor") else "", cells))
    return table(head, rows, "" if one == "all" else f"{one.capitalize()} jets")


def _cell(found: dict[str, Any] | None) -> str:
    if not found or found.get("value") is None:
        return "–"
    error = f' <span class="error">± {quantity(found["error"], 2)}</span>' if found.get("error") else ""
    return f"{quantity(found['value'])}{error}"


def comparable(runs: Mapping[str, Following]) -> tuple[dict[str, Following], list[str]]:
    """The runs on the data and representation of the first, which floor and trivial generators belong to, and the names of the others."""
    first = next(iter(runs.values()), None)
    same = {
        name: run
        for name, run in runs.items()
        if first is not None and (run.config.data, run.config.representation) == (first.config.data, first.config.representation)
    }
    return same, [name for name in runs if name not in same]


def _apart(names: Sequence[str]) -> str:
    stand = "stands" if len(names) == 1 else "stand"
    return f"{', '.join(names)} {stand} apart, below: trained on other data or another representation, and so not comparable."


def named(runs: Sequence[Following]) -> dict[str, Following]:
    """The runs under names that differ: the seed, then the id, tells equal ones apart."""
    made: dict[str, Following] = {}
    for run in runs:
        name = run.state.name
        twins = [other for other in runs if other.state.name == name]
        if len(twins) > 1:
            seeds = {other.state.seed for other in twins}
            name += f" (seed {run.state.seed})" if len(seeds) == len(twins) else f" ({run.id[:15]})"
        made[name if name not in made else f"{name} {run.id}"] = run
    return made


def _row(state: RunState) -> dict[str, Any]:
    metric = next(iter(state.metrics), None)
    floor = state.floor.get(metric) if metric else None
    known = catalog.models
    return {
        "id": state.id, "name": state.name, "status": str(state.status),
        "progress": f"{state.step} / {state.total} · {duration(state.seconds)}" if state.total else "",
        "detail": f"{state.data} · {state.representation} · seed {state.seed}",
        "values": {
            "model": [known[state.model].label if state.model in known else state.model, f"{state.n_parameters} parameters"],
            "metric": [quantity(state.metrics[metric]), f"{metric}, floor {quantity(floor)}"] if metric else ["–", ""],
        },
        "actions": [["open", "Open"], *([op, text] for op, text in _BUTTONS if op in state.actions)],
    }  # fmt: skip
