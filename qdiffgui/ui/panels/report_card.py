"""The report of one run: the verdict in words, then one table per class, folded if there are
many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.evaluation.check_tables import HEADS, rows_of_tests, thorough_tables
from qdiffgui.evaluation.metric_value import class_prefix
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.ui.markup import bullets, card, esc, folded, format_number, note, table, title, view

MANY_CLASSES = 2
Report = Mapping[str, Any]


def report_card(name: str, report: Report | None, *, is_open: bool = True) -> Any:
    """The card of a run. With ``is_open`` false, everything but the first sentence is folded."""
    if report is None:
        return card(
            title(name), view(note("This run has no report yet: it is written when training ends."))
        )
    classes = list(dict.fromkeys(row["class"] for row in report["rows"]))
    names = f"classes: {', '.join(classes)}" if len(classes) <= 4 else f"{len(classes)} classes"
    generated, held_out = (format_number(report[key]) for key in ("n_generated", "n_test"))
    about = title(name, f"{generated} generated, {held_out} held out; {names}")
    words = _words(report, classes)
    rest = _tables(report, classes) + _checks(report)
    if is_open:
        return card(about, view(words), view(rest), css="qd-report")
    return card(
        about, view(_first(report)), view(folded("Full report", words + rest)), css="qd-report"
    )


def conclusions(report: Report) -> list[str]:
    """The first sentence of each class: whether the model is beyond the trivial generators."""
    verdict = list(report["verdict"])
    firsts = [
        next((line for line in verdict if line.startswith(class_prefix(name, ": "))), "")
        for name in dict.fromkeys(row["class"] for row in report["rows"])
    ]
    return list(dict.fromkeys(line for line in firsts if line))


def _first(report: Report) -> str:
    """The conclusion on each class, or on the first of many."""
    found = conclusions(report) or report["verdict"]
    return bullets(found[: len(found) if len(found) <= MANY_CLASSES else 1], "qd-verdict")


def _words(report: Report, classes: Sequence[str]) -> str:
    verdict = list(report["verdict"])
    notes = bullets(report.get("notes", []), "qd-note")
    if len(classes) <= MANY_CLASSES:
        return bullets(verdict, "qd-verdict") + notes
    shown = conclusions(report)
    others = [line for line in verdict if line not in shown]
    more = (
        folded(f"{len(others)} more conclusions", bullets(others, "qd-verdict")) if others else ""
    )
    return bullets(shown, "qd-verdict") + more + notes


def _tables(report: Report, classes: Sequence[str]) -> str:
    if len(classes) <= MANY_CLASSES:
        return "".join(class_table(report, name) for name in classes)
    single = "".join(folded(_caption(name), class_table(report, name)) for name in classes)
    return summary_table(report, classes) + single


def _checks(report: Report) -> str:
    """Tests, mismodeling and thorough checks, folded; old reports have none."""
    findings = report.get("findings")
    if not findings:
        return ""
    tests = [("", [esc(cell) for cell in row]) for row in rows_of_tests(report)]
    inside = bullets(findings, "qd-note")
    if tests:
        inside += table(["Class", *HEADS], tests, "Two-sample tests")
    for caption, heads, rows in thorough_tables(report):
        inside += table(heads, [("", [esc(cell) for cell in row]) for row in rows], caption)
    return folded("Tests with p-values, mismodeling and checks", inside)


def summary_table(report: Report, classes: Sequence[str]) -> str:
    """One row per class: model, floor and the best trivial generator in the first column's
    metric.
    """
    column = report["columns"][0]
    rows = []
    for name in classes:
        cells = {
            row["key"]: row["values"].get(column["key"])
            for row in report["rows"]
            if row["class"] == name
        }
        labels = {row["key"]: row["label"] for row in report["rows"] if row["class"] == name}
        trivial = [
            (_distance(cell, column["better"]), key)
            for key, cell in cells.items()
            if key not in ("model", "floor") and cell
        ]
        best = min(trivial, default=(0.0, ""))[1]
        best_cell = f"{value_cell(cells[best])} <small>{esc(labels[best])}</small>" if best else "–"
        rows.append(
            (
                "",
                [
                    esc(_caption(name)),
                    value_cell(cells.get("model")),
                    value_cell(cells.get("floor")),
                    best_cell,
                ],
            )
        )
    return table(
        ["Class", "Model", "Floor", "Best trivial generator"],
        rows,
        f"{column['label']} of each class",
    )


def class_table(report: Report, name: str) -> str:
    """All generators of one class with all their metrics."""
    mine = [row for row in report["rows"] if row["class"] == name]
    columns = [
        c for c in report["columns"] if any(row["values"].get(c["key"]) for row in mine)
    ] or report["columns"]
    head = [
        "Generator",
        *(f"{esc(c['label'])}{' / ' + esc(c['unit']) if c.get('unit') else ''}" for c in columns),
    ]
    rows = [
        (
            f"is-{row['key']}" if row["key"] in ("model", "floor") else "",
            [esc(row["label"]), *(value_cell(row["values"].get(c["key"])) for c in columns)],
        )
        for row in mine
    ]
    return table(head, rows, "" if name == "all" else _caption(name))


def value_cell(found: Mapping[str, Any] | None) -> str:
    """A value with its error as markup."""
    if not found or found.get("value") is None:
        return "–"
    if not found.get("error"):
        return format_number(found["value"])
    value, _, error = format_with_error(found).partition(" ± ")
    return f'{value} <span class="error">± {error}</span>'


def _distance(cell: Mapping[str, float], better: str) -> float:
    return (
        abs(cell["value"] - 0.5)
        if better == "half"
        else -cell["value"]
        if better == "higher"
        else cell["value"]
    )


def _caption(name: str) -> str:
    return "All samples" if name == "all" else name[:1].upper() + name[1:]
