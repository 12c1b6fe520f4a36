"""The report on samples made elsewhere as one HTML page that works offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui.exports.report_page import PlotSection, render_report
from qdiffgui.exports.run_plots import report_plots
from qdiffgui.exports.run_report import check_tables, tables
from qdiffgui.model_card.citations import citation_lines

_TITLES = {
    "comparison": "Compared",
    "histograms": "Distributions",
    "mismodeling": "Where generated and reference samples differ",
    "classifier": "Calibration and weights of the classifier",
}


def comparison_page(report: Mapping[str, Any]) -> str:
    """The HTML page of a report of ``evaluation.samples``; all text is escaped."""
    name = report["generated"]
    drawn = report_plots(name, report)
    sections = [
        PlotSection(title, plots=[drawn[key]], name=key)
        for key, title in _TITLES.items()
        if key in drawn
    ]
    provenance = [("generated", name), ("reference", report["reference"])]
    return render_report(
        "qdiffgui.exports",
        "comparison.html.j2",
        title=f"{name} against {report['reference']}",
        summary=report["verdict"],
        sections=sections,
        citations=citation_lines(report),
        provenance=[*provenance, ("training", report["train"] or "not given")],
        report=report,
        tables=list(tables(report)),
        findings=report.get("findings", []),
        check_tables=list(check_tables(report)),
    )
