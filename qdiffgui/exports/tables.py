"""The metrics of a run as a table for a paper: LaTeX or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.exports.latex import latex_number, latex_text
from qdiffgui.exports.write import write_text
from qdiffgui.runs.directory import RunDirectory

_LEFT_OUT_OF_LATEX = "w1-relative"
"""Columns that say in other units what another column says."""


def table(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write the metrics of a run, its floor and the trivial generators as a table.

    Parameters
    ----------
    run : RunDirectory
        The run. For an unfinished run, the metrics are computed now, from the last checkpoint.
    target : Path or str
        The file: ``.tex`` (one booktabs table per class) or ``.csv`` (one row per class, generator
        and metric, with errors and p-values of the tests).

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the run has no checkpoint yet, the name has another ending, or the file cannot be
        written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.table(run, "results.tex")]
    ['results.tex']
    """
    from qdiffgui.runs.reports import report_of_run

    target = Path(target)
    if target.suffix not in (".tex", ".csv"):
        raise UserError(f"Expected a table file ending in .tex or .csv; found '{target.name}'.")
    run.require_readable()
    report = report_of_run(run)
    content = latex_tables(report, run.state().name) if target.suffix == ".tex" else as_csv(report)
    return [write_text(target, content)]


def latex_tables(report: Mapping[str, Any], name: str) -> str:
    """One table for each class, for ``\\usepackage{booktabs}``; ASCII only."""
    parts = ["% Needs \\usepackage{booktabs}. Errors are one standard deviation."]
    for class_name in dict.fromkeys(row["class"] for row in report["rows"]):
        parts.append(_latex_table(report, name, class_name))
    return "\n\n".join(parts) + "\n"


def _latex_table(report: Mapping[str, Any], name: str, class_name: str) -> str:
    rows = [row for row in report["rows"] if row["class"] == class_name]
    columns = [
        column
        for column in report["columns"]
        if not column["key"].startswith(_LEFT_OUT_OF_LATEX)
        and any(row["values"].get(column["key"]) for row in rows)
    ]
    heads = ["Generator", *(latex_text(column["label"]) for column in columns)]
    units = ["", *(_unit(column["unit"]) for column in columns)]
    body = []
    for row in rows:
        label = name if row["key"] == "model" else row["label"]
        cells = (row["values"].get(column["key"]) for column in columns)
        numbers = [latex_number(format_with_error(cell)) if cell else "---" for cell in cells]
        body.append(" & ".join([latex_text(label), *numbers]) + r" \\")
        if row["key"] == "floor":
            body.append(r"\midrule")
    of_class = "" if class_name == "all" else f" ({latex_text(class_name)})"
    caption = (
        f"{rows[0]['n']} generated against as many held-out samples{of_class}. Floor: training "
        "against held-out samples. Below: trivial generators."
    )
    lines = [
        r"\begin{table}",
        r"\centering",
        r"\small",
        rf"\caption{{{caption}}}",
        rf"\begin{{tabular}}{{l{'r' * len(columns)}}}",
        r"\toprule",
        " & ".join(heads) + r" \\",
        *([" & ".join(units) + r" \\"] if any(units) else []),
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines)


def _unit(unit: str) -> str:
    return f"[{latex_text(unit)}]" if unit else ""


def as_csv(report: Mapping[str, Any]) -> str:
    """One line for each class, generator and metric, and for each test."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("class", "generator", "metric", "unit", "value", "error", "p", "n"))
    writer.writerows(_lines(report))
    return text.getvalue()


def _lines(report: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in report["rows"]:
        for column in report["columns"]:
            cell = row["values"].get(column["key"])
            if cell is not None:
                of = (row["class"], row["label"], column["label"], column["unit"])
                yield (*of, cell["value"], cell["error"], "", row["n"])
    for test in report.get("tests", ()):
        of = (test["class"], "Model", test["label"], "")
        yield (*of, test["value"], "", test["p"], test["n"])
