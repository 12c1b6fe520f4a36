"""The selected runs as the table of a paper: seeds as one row, differences, copies."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import ipywidgets as w

from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.evaluation.run_differences import (
    budget_note,
    difference,
    difference_sentence,
    seed_note,
)
from qdiffgui.evaluation.run_table import (
    EvaluatedRun,
    RunTable,
    TableRow,
    build_table,
    settings_key,
)
from qdiffgui.exports.comparison_tables import as_text, cpu_seconds, row_of
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import (
    CHECKBOX,
    INLINE,
    box,
    bullets,
    card,
    code,
    copier,
    duration,
    esc,
    folded,
    format_number,
    note,
    table,
    title,
    view,
)
from qdiffgui.ui.panels.report_card import value_cell

_GIVEN = ""
_FORMATS = (("LaTeX", ".tex"), ("Markdown", ".md"), ("CSV", ".csv"))
_SENTENCES = 6
_ABOUT = "mean ± standard deviation over seeds; for one seed, ± error of the sampling"
Runs = Mapping[str, LiveRun]


class TableCard:
    """``show(runs, baseline)`` draws comparable runs with reports; ``baseline`` is the name of one
    of them or "".
    """

    def __init__(self) -> None:
        self._runs: Runs = {}
        self._baseline = ""
        self._seconds: dict[str, float | None] = {}
        self.grouped = w.Checkbox(
            value=True, description="Seeds as one row", indent=False, layout=CHECKBOX
        )
        self.all_metrics = w.Checkbox(
            value=False, description="Every observable", indent=False, layout=CHECKBOX
        )
        self.sort = w.Dropdown(options=[("as selected", _GIVEN)], description="Sort by", **INLINE)
        for control in (self.grouped, self.all_metrics, self.sort):
            control.observe(lambda _: self._draw(), "value")
        self.content, self.notes, self.copies = view(""), view(""), view("")
        controls = box([self.sort, self.grouped, self.all_metrics], "qd-row")
        self.root = card(title("Table", _ABOUT), controls, self.content, self.notes, self.copies)

    def show(self, runs: Runs, baseline: str) -> None:
        """Show these runs, relative to the run of the name ``baseline``."""
        self._runs, self._baseline = runs, baseline
        labels = {
            column["key"]: column["label"]
            for run in self._evaluated()
            for column in run.report["columns"]
        }
        options = (("as selected", _GIVEN), *((label, key) for key, label in labels.items()))
        if options != tuple(self.sort.options):
            kept = self.sort.value
            self.sort.options = options
            self.sort.value = kept if kept in labels else _GIVEN
        self._draw()

    def table(self) -> RunTable:
        """The table as it is shown."""
        runs = self._evaluated()
        keys = dict.fromkeys(c["key"] for run in runs for c in run.report["columns"])
        return build_table(
            runs,
            metrics=keys if self.all_metrics.value else None,
            group_seeds=self.grouped.value,
            sort=self.sort.value or None,
        )

    def _evaluated(self) -> list[EvaluatedRun]:
        return [self._read(name, run) for name, run in self._runs.items() if run.report is not None]

    def _read(self, name: str, run: LiveRun) -> EvaluatedRun:
        if run.is_file:
            return EvaluatedRun(name, run.config.seed, run.id, run.report or {})
        if run.id not in self._seconds:
            self._seconds[run.id] = cpu_seconds(run.run)
        return EvaluatedRun(
            name,
            run.config.seed,
            settings_key(run.config),
            run.report or {},
            n_parameters=run.state.n_parameters or None,
            n_steps=run.state.step or None,
            seconds=self._seconds[run.id],
        )

    def _draw(self) -> None:
        made = self.table()
        base = self._base(made)
        self.content.value = "".join(_class_table(made, name, base) for name in made.classes)
        lines = [text for text in (budget_note(made.models), seed_note(made.models)) if text]
        self.notes.value = bullets(_sentences(made, base, self.sort.value), "qd-verdict") + "".join(
            note(line) for line in lines
        )
        name = base.label if base is not None else ""
        buttons = " ".join(
            copier(f"the table as {words}", as_text(made, ending, name), words=f"Copy {words}")
            for words, ending in _FORMATS
        )
        self.copies.value = f"<div>{buttons}</div>{self._code(base)}"

    def _base(self, made: RunTable) -> TableRow | None:
        """The row of the baseline or, of two models without one, the first."""
        chosen = row_of(made, self._baseline) if self._baseline else None
        if chosen is None and len(made.models) == 2:
            return made.models[0]
        return chosen if len(made.models) > 1 else None

    def _code(self, base: TableRow | None) -> str:
        """How to write the table without the page, of the runs without the files of samples."""
        stored = {name: run for name, run in self._runs.items() if not run.is_file}
        if not stored:
            return ""
        folders = {run.run.path.parent for run in stored.values()}
        one = len(folders) == 1
        ids = {name: run.run.id if one else str(run.run.path) for name, run in stored.items()}
        first = next((name for name in (base.runs if base is not None else ()) if name in ids), "")
        where = str(next(iter(folders))) if one else ""
        command = f"qdiffgui export {shlex.join(ids.values())} --comparison table.tex"
        command += f" --baseline {shlex.quote(ids[first])}" if first else ""
        command += f" --runs {shlex.quote(where)}" if where else ""
        place = f", {where!r}" if where else ""
        lines = ["from qdiffgui import exports", "", f"names = {list(ids.values())!r}"]
        lines.append(f"runs = [exports.open_run(name{place}) for name in names]")
        chosen = f", baseline=runs[{list(ids).index(first)}]" if first else ""
        lines.append(f'exports.comparison_table(runs, "table.tex"{chosen})')
        return folded(
            "The table from the command line or Python",
            code("On the command line (.tex, .md or .csv):", command)
            + code("In Python:", "\n".join(lines)),
            keep="comparison-table",
        )


def _class_table(made: RunTable, class_name: str, base: TableRow | None) -> str:
    columns = made.columns_of(class_name)
    head = [
        "Model",
        *(
            f"{esc(c['label'])}{'<br>/ ' + esc(c['unit']) if c.get('unit') else ''}"
            for c in columns
        ),
    ]
    rows = []
    for row in made.rows:
        css = "is-floor" if row.key == "floor" else "is-baseline" if row is base else ""
        cells = [value_cell(row.cell(class_name, column["key"])) for column in columns]
        rows.append((css, [_label(row), *cells]))
    for row in made.models if base is not None else ():
        if base is not None and row is not base:
            cells = [_difference(row, base, class_name, column) for column in columns]
            label = f"{esc(row.label)}<small>minus {esc(base.label)}</small>"
            rows.append(("", [f'<span class="qd-two-lines">{label}</span>', *cells]))
    caption = "All samples" if class_name == "all" else class_name[:1].upper() + class_name[1:]
    return table(head, rows, caption)


def _label(row: TableRow) -> str:
    if row.key != "model":
        return esc(row.label)
    parts = [f"{len(row.seeds)} seeds" if len(row.seeds) > 1 else f"seed {row.seeds[0]}"]
    parts += [f"{format_number(row.n_parameters)} parameters"] if row.n_parameters else []
    parts += [f"{format_number(round(row.n_steps))} steps"] if row.n_steps is not None else []
    parts += [f"{duration(row.seconds)} CPU"] if row.seconds is not None else []
    small = f"<small>{esc(' · '.join(parts))}</small>"
    return f'<span class="qd-two-lines">{esc(row.label)}{small}</span>'


def _difference(row: TableRow, base: TableRow, class_name: str, column: Mapping[str, str]) -> str:
    found = difference(
        row.cell(class_name, column["key"]), base.cell(class_name, column["key"]), column["better"]
    )
    if found is None:
        return "–"
    text = esc(("+" if found.value >= 0 else "") + format_with_error(found.plain()))
    return f'{text} <span class="qd-{found.verdict or "level"}">{found.verdict}</span>'


def _sentences(made: RunTable, base: TableRow | None, column: str) -> list[str]:
    """The differences by the column of the sorting or the first one, in words."""
    if base is None or not made.columns:
        return []
    about = next((c for c in made.columns if c["key"] == column), made.columns[0])
    found = [
        difference_sentence(row, base, about, name)
        for name in made.classes
        for row in made.models
        if row is not base
    ]
    return [text for text in found if text][:_SENTENCES]
