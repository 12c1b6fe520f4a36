"""The report of a run as one HTML page that works offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qdiffgui.evaluation.check_tables import HEADS, rows_of_tests, thorough_tables
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.exports.report_page import PlotSection, ReportTable, flat_settings, render_report
from qdiffgui.exports.run_plots import draw_plots
from qdiffgui.model_card.citations import citation_lines
from qdiffgui.plots.theme import with_unit
from qdiffgui.runs.directory import RunDirectory

_TITLES = {
    "comparison": "Compared with the floor and trivial generators",
    "histograms": "Distributions",
    "profile": "Mean maps",
    "mismodeling": "Where generated and held-out samples differ",
    "classifier": "Calibration and weights of the classifier",
    "loss": "Loss",
    "schedule": "Schedule",
    "samples": "Generated and held-out samples",
    "populations": "Populations",
}
OPEN_CLASSES = 2
"""If there are more classes than this, only the first table is open."""


def run_page(run: RunDirectory, report: Mapping[str, Any]) -> str:
    """The HTML page of a run and its comparison (``metrics.json``); all text is escaped."""
    drawings = draw_plots(run)
    config = run.config().model_dump(mode="json")
    return render_report(
        "qdiffgui.exports",
        "run.html.j2",
        title=run.state().name,
        summary=report["verdict"],
        sections=[
            PlotSection(title, plots=[drawings[name]], name=name)
            for name, title in _TITLES.items()
            if name in drawings
        ],
        citations=citation_lines(report, config),
        provenance=flat_settings(run.environment() or {}),
        state=run.state(),
        report=report,
        tables=list(tables(report)),
        settings=flat_settings(config),
        findings=report.get("findings", []),
        check_tables=list(check_tables(report)),
    )


def tables(report: Mapping[str, Any]) -> Iterator[ReportTable]:
    """One table per class; columns without any value are left out."""
    classes = list(dict.fromkeys(row["class"] for row in report["rows"]))
    for i, name in enumerate(classes):
        rows = [row for row in report["rows"] if row["class"] == name]
        columns = [c for c in report["columns"] if any(row["values"].get(c["key"]) for row in rows)]
        yield ReportTable(
            ("Generator", *(with_unit(c["label"], c["unit"]) for c in columns)),
            [
                (row["label"], *(_cell(row["values"].get(c["key"])) for c in columns))
                for row in rows
            ],
            title="All samples" if name == "all" else name.capitalize(),
            kinds=[row["key"] for row in rows],
            is_folded=i > 0 if len(classes) > OPEN_CLASSES else None,
        )


def check_tables(report: Mapping[str, Any]) -> Iterator[ReportTable]:
    """Two-sample tests, then the tables of the thorough checks."""
    rows = rows_of_tests(report)
    if rows:
        yield ReportTable(("Class", *HEADS), rows, title="Two-sample tests", text_columns=(0, 1))
    for title, heads, cells in thorough_tables(report):
        yield ReportTable(heads, cells, title=title, is_folded=not title.startswith("Classifiers"))


def _cell(cell: Mapping[str, float] | None) -> str:
    return "—" if cell is None else format_with_error(cell)
