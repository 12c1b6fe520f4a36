"""Several runs as one table for a paper: LaTeX, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.errors import DataError, UserError
from qdiffgui.evaluation.metric_value import Cell
from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.evaluation.run_differences import difference
from qdiffgui.evaluation.run_table import (
    EvaluatedRun,
    RunTable,
    TableRow,
    build_table,
    comparison_basis,
    settings_key,
)
from qdiffgui.exports.latex import latex_number, latex_text
from qdiffgui.exports.write import write_text
from qdiffgui.runs.directory import RunDirectory

ENDINGS = (".tex", ".md", ".csv")
_NONE = "–"


def comparison_table(
    runs: Sequence[RunDirectory],
    target: Path | str,
    *,
    metrics: Iterable[str] | None = None,
    group_seeds: bool = True,
    sort: str | None = None,
    baseline: RunDirectory | None = None,
) -> list[Path]:
    """Write the metrics of several runs, the floor and the trivial generators as one table.

    Runs that differ only in their seeds are one row, with mean and standard deviation over seeds.

    Parameters
    ----------
    runs : sequence of RunDirectory
        Runs on the same data, in the same representation, with the same evaluation. For an
        unfinished run, the metrics are computed now, from the last checkpoint.
    target : Path or str
        The file: ``.tex`` (booktabs), ``.md`` or ``.csv``.
    metrics : iterable of str, optional
        Columns. Default: the metrics of whole samples and the mean W1.
    group_seeds : bool
        Whether runs that differ only in their seeds are one row.
    sort : str, optional
        Metric by which models are sorted, the best first.
    baseline : RunDirectory, optional
        One of the runs. The table gets the differences of the other models from its row.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the runs are not comparable, a run has no checkpoint yet, no run has the metric, the
        baseline is none of the runs, the name has another ending, or the file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.comparison_table([run], "table.md")]
    ['table.md']
    """
    target = Path(target)
    if target.suffix not in ENDINGS:
        raise UserError(
            f"Expected a table file ending in {', '.join(ENDINGS)}; found '{target.name}'."
        )
    found = comparable_runs(runs)
    known = [column["key"] for run in found for column in run.report["columns"]]
    chosen = None if metrics is None else list(metrics)
    for key in [*(chosen or ()), *([sort] if sort else ())]:
        if key not in known:
            raise UserError(
                f"No run reports the metric '{key}'; they report {', '.join(dict.fromkeys(known))}."
            )
    table = build_table(found, metrics=chosen, group_seeds=group_seeds, sort=sort)
    if baseline is not None and baseline not in runs:
        raise UserError(f"The baseline '{baseline.id}' is none of the runs in the table.")
    base = "" if baseline is None else found[list(runs).index(baseline)].name
    return [write_text(target, as_text(table, target.suffix, base))]


def evaluated_run(run: RunDirectory, name: str = "") -> EvaluatedRun:
    """A run with its report, the computed one if it has ended."""
    from qdiffgui.runs.reports import report_of_run

    run.require_readable()
    state, config = run.state(), run.config()
    return EvaluatedRun(
        name=name or state.name,
        seed=config.seed,
        settings=settings_key(config),
        report=report_of_run(run),
        n_parameters=state.n_parameters or None,
        n_steps=state.step or None,
        seconds=cpu_seconds(run),
    )


def cpu_seconds(run: RunDirectory) -> float | None:
    """CPU time of the training in seconds, from the model file; None if it is not known."""
    try:
        with open_untrusted(run.model_file) as file:
            found = json.loads(str(file.attrs["facts"])).get("training_cpu_seconds")
    except (DataError, OSError, KeyError, ValueError, TypeError, AttributeError):
        return None
    return float(found) if isinstance(found, (int, float)) else None


def comparable_runs(runs: Sequence[RunDirectory]) -> list[EvaluatedRun]:
    """Runs with their reports. Raises ``UserError`` if there is none or their floors differ."""
    if not runs:
        raise UserError("There is no run to put into the table: name at least one.")
    first = runs[0].config()
    for run in runs[1:]:
        config = run.config()
        pairs = zip(("data", "representation", "evaluation"), comparison_basis(first))
        other = dict(zip(("data", "representation", "evaluation"), comparison_basis(config)))
        if parts := [part for part, value in pairs if value != other[part]]:
            raise UserError(
                f"The runs '{runs[0].id}' and '{run.id}' differ in the settings of "
                f"{' and '.join(parts)}, so that their floors differ, too: write a table for each."
            )
    states = [run.state() for run in runs]
    names = [state.name for state in states]
    return [
        evaluated_run(run, name if names.count(name) == 1 else f"{name} (seed {state.seed})")
        for run, state, name in zip(runs, states, names)
    ]


def row_of(table: RunTable, name: str) -> TableRow | None:
    """The row of the model that the run ``name`` belongs to, or whose label it is."""
    return next((row for row in table.models if name in (row.label, *row.runs)), None)


# ---- as text


def as_text(table: RunTable, ending: str, baseline: str = "") -> str:
    """The table as LaTeX, Markdown or CSV, by the ending ``.tex``, ``.md`` or ``.csv``.

    ``baseline`` is the name of a run from whose row the differences are added; "" for none.
    """
    if ending == ".csv":
        return _csv(table, baseline)
    made = [_block(table, name, baseline) for name in table.classes]
    if ending == ".md":
        return "\n\n".join(_markdown(block) for block in made) + "\n"
    head = "% Needs \\usepackage{booktabs}. " + _errors(table)
    return "\n\n".join([head, *(_latex(block) for block in made)]) + "\n"


def _csv(table: RunTable, baseline: str) -> str:
    """One line per class and row; each metric has a column for its value and one for its error."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads = [
        name for column in table.columns for name in (_title(column), f"{_title(column)} error")
    ]
    facts = ("class", "generator", "kind", "seeds", "parameters", "steps", "training CPU s")
    writer.writerow([*facts, *heads])
    base = row_of(table, baseline) if baseline else None
    for name in table.classes:
        for row in table.rows:
            cells = [row.cell(name, column["key"]) for column in table.columns]
            numbers = [part for cell in cells for part in _pair(cell)]
            kind = row.key if row.key in ("model", "floor") else "trivial"
            steps = None if row.n_steps is None else round(row.n_steps)
            about = (len(row.seeds), row.n_parameters, steps, row.seconds)
            writer.writerow(
                [name, row.label, kind, *("" if a is None else a for a in about), *numbers]
            )
        for row in _others(table, base):
            cells = [_difference(row, base, name, column) for column in table.columns]
            numbers = [part for cell in cells for part in _pair(cell)]
            writer.writerow([name, _minus(row, base), "difference", "", "", "", "", *numbers])
    return text.getvalue()


def _pair(cell: Cell) -> tuple[Any, Any]:
    return ("", "") if cell is None else (cell["value"], cell["error"])


class _Block:
    """The table of one class as cells: heads, units, and groups of rows with a rule between."""

    def __init__(self, class_name: str, table: RunTable) -> None:
        self.class_name = class_name
        self.columns = table.columns_of(class_name)
        self.has_seeds = any(len(row.seeds) > 1 for row in table.models)
        self.has_sizes = any(row.n_parameters for row in table.models)
        self.groups: list[list[list[str]]] = []
        self.about = _errors(table)

    @property
    def facts(self) -> list[str]:
        """Heads of the columns before the metrics."""
        return [
            "Generator",
            *(["Seeds"] if self.has_seeds else []),
            *(["Parameters"] if self.has_sizes else []),
        ]

    def row(self, label: str, row: TableRow | None, cells: Sequence[Cell]) -> list[str]:
        is_model = row is not None and row.key == "model"
        seeds = str(len(row.seeds)) if row is not None and is_model else ""
        size = format_number(row.n_parameters) if row is not None and row.n_parameters else ""
        return [
            label,
            *([seeds] if self.has_seeds else []),
            *([size] if self.has_sizes else []),
            *(_number(cell, sign=row is None) for cell in cells),
        ]


def _number(cell: Cell, *, sign: bool = False) -> str:
    if cell is None:
        return _NONE
    return f"{'+' if sign and cell['value'] > 0 else ''}{format_with_error(cell)}"


def _block(table: RunTable, class_name: str, baseline: str) -> _Block:
    block = _Block(class_name, table)
    base = row_of(table, baseline) if baseline else None

    def cells(row: TableRow) -> list[Cell]:
        return [row.cell(class_name, column["key"]) for column in block.columns]

    kinds = {"model": [], "floor": [], "trivial": []}  # type: dict[str, list[list[str]]]
    for row in table.rows:
        kind = row.key if row.key in kinds else "trivial"
        kinds[kind].append(block.row(row.label, row, cells(row)))
    gaps = [
        block.row(
            _minus(row, base),
            None,
            [_difference(row, base, class_name, column) for column in block.columns],
        )
        for row in _others(table, base)
    ]
    if gaps:
        block.about += " Last: differences with their standard errors."
    block.groups = [rows for rows in (*kinds.values(), gaps) if rows]
    return block


def _others(table: RunTable, base: TableRow | None) -> list[TableRow]:
    return [] if base is None else [row for row in table.models if row is not base]


def _minus(row: TableRow, base: TableRow | None) -> str:
    return f"{row.label} − {base.label}" if base is not None else row.label


def _difference(
    row: TableRow, base: TableRow | None, class_name: str, column: Mapping[str, str]
) -> Cell:
    if base is None:
        return None
    found = difference(
        row.cell(class_name, column["key"]), base.cell(class_name, column["key"]), column["better"]
    )
    return None if found is None else found.plain()


def _errors(table: RunTable) -> str:
    """What the errors are."""
    sizes = [len(row.seeds) for row in table.models]
    if not sizes or max(sizes) == 1:
        return "Errors are one standard deviation of the sampling."
    several = "Values are means over seeds, errors their standard deviation"
    return f"{several}." if min(sizes) > 1 else f"{several}; with one seed, that of the sampling."


def _title(column: Mapping[str, str]) -> str:
    return f"{column['label']} [{column['unit']}]" if column.get("unit") else column["label"]


def _markdown(block: _Block) -> str:
    heads = [*block.facts, *(_title(column) for column in block.columns)]
    lines = [_line(heads), _line(["---", *("---:" for _ in heads[1:])])]
    lines += [_line(row) for group in block.groups for row in group]
    caption = "" if block.class_name == "all" else f"{block.class_name.capitalize()}. "
    return "\n".join([*lines, "", f"{caption}{block.about}"])


def _line(cells: Sequence[str]) -> str:
    safe = (cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(safe)} |"


def _latex(block: _Block) -> str:
    heads = [*block.facts, *(column["label"] for column in block.columns)]
    units = [*("" for _ in block.facts), *(_latex_unit(column) for column in block.columns)]
    body: list[str] = []
    for i, group in enumerate(block.groups):
        body += [r"\midrule"] if i else []
        for label, *cells in group:
            numbers = [
                "" if not cell else "---" if cell == _NONE else latex_number(cell) for cell in cells
            ]
            body.append(" & ".join([latex_text(label), *numbers]) + r" \\")
    of = "" if block.class_name == "all" else f" ({latex_text(block.class_name)})"
    caption = (
        f"Metrics of generated against held-out samples{of}. {block.about} Floor: training against "
        "held-out samples. Below: trivial generators."
    )
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            r"\small",
            rf"\caption{{{caption}}}",
            rf"\begin{{tabular}}{{l{'r' * (len(heads) - 1)}}}",
            r"\toprule",
            " & ".join(latex_text(head) for head in heads) + r" \\",
            *([" & ".join(units) + r" \\"] if any(units) else []),
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def _latex_unit(column: Mapping[str, str]) -> str:
    return f"[{latex_text(column['unit'])}]" if column.get("unit") else ""
