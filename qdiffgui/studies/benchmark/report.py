"""A benchmark as one HTML page that works offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.evaluation.columns import MEAN, MEMORY, TAGGER
from qdiffgui.evaluation.metric_value import Cell, class_prefix
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.exports.report_page import ReportTable, render_report
from qdiffgui.plots.theme import with_unit
from qdiffgui.studies.benchmark.costs import DEFINITIONS
from qdiffgui.studies.benchmark.measure import Measurement
from qdiffgui.studies.benchmark.report_plots import sections
from qdiffgui.studies.benchmark.result import BenchmarkResult
from qdiffgui.studies.benchmark.tables import tables

_WIDE_TABLE = 8

OWN_METRICS = {
    MEAN: (
        "W1, mean of observables: the W1 of each observable in units of its scale, averaged. The "
        "scale is the W1 between the two classes if any observable separates them, and the "
        "standard deviation otherwise."
    ),
    MEMORY: (
        "Memorization: the probability that a generated sample is closer to its nearest training "
        "sample than a held-out sample is to its own. It is 0.5 without memorization and 1 for "
        "copies."
    ),
    TAGGER: (
        "Tagger transfer AUC: a boosted tagger is trained on generated samples of both classes and "
        "tested on held-out ones."
    ),
}


def benchmark_page(result: BenchmarkResult, measurements: Sequence[Measurement]) -> str:
    """The HTML page of a benchmark; all text of data sets and runs is escaped.

    Plots show the first seed, tables all seeds.
    """
    written = tables(result)
    costs, blanks = written["costs"], written["blanks"]
    return render_report(
        "qdiffgui.studies.benchmark",
        "benchmark.html.j2",
        title=result.label,
        summary=result.verdict,
        sections=sections(result, measurements),
        methods=_methods(result),
        notes=result.notes,
        citations=_citations(result),
        provenance=_provenance(result),
        result=result,
        tables=_quality_tables(result),
        costs=ReportTable(
            costs["heads"], [row["cells"] for row in costs["rows"]], text_columns=(0, 1)
        ),
        blanks=blanks,
        blank_table=None if blanks is None else _blank_table(blanks),
    )


def _quality_tables(result: BenchmarkResult) -> list[ReportTable]:
    """Each class in tables of at most ``_WIDE_TABLE`` metrics."""
    made = []
    for name, rows in result.table.items():
        columns = [
            c
            for c in result.columns
            if any(cells.get(c.key) is not None for cells in rows.values())
        ]
        for start in range(0, len(columns), _WIDE_TABLE):
            some = columns[start : start + _WIDE_TABLE]
            made.append(
                ReportTable(
                    ("model", *(with_unit(c.label, c.unit) for c in some)),
                    [
                        (result.labels.get(key, key), *(_cell(cells.get(c.key)) for c in some))
                        for key, cells in rows.items()
                    ],
                    title=f"{class_prefix(name, ', ')}{some[0].label} to {some[-1].label}",
                    kinds=[_kind(result, key) for key in rows],
                )
            )
    return made


def _kind(result: BenchmarkResult, key: str) -> str:
    if key == "floor":
        return "floor"
    own = key in result.files or any(model.key == key for model in result.models)
    return "" if own else "trivial"


def _cell(cell: Cell) -> str:
    return "—" if cell is None else format_with_error(cell)


def _blank_table(blanks: Mapping[str, Any]) -> ReportTable:
    return ReportTable(
        ("metric", *blanks["heads"]), [(row["label"], *row["cells"]) for row in blanks["rows"]]
    )


def _methods(result: BenchmarkResult) -> list[str]:
    return [
        "Every model was trained on the same training samples and is judged on the same held-out "
        "samples. The seed sets the split, before any scaler is fitted. All distances compare "
        f"equal numbers of samples. Representation: {result.about['representation']['kind']}.",
        "The classifier test trains a gradient-boosted classifier with cross-validation to "
        "separate generated from held-out samples. Its score is the area under the ROC curve: 0.5 "
        "if it cannot separate them. W1 is given in the unit of the observable and in units of its "
        "scale (see below). Trivial generators and the floor are drawn again for each seed.",
        *DEFINITIONS,
        *_metric_texts(result),
        "Two values differ if they are more than two combined standard deviations apart.",
    ]


def _metric_texts(result: BenchmarkResult) -> list[str]:
    """The definition of each metric of the table, from the registry."""
    given = {
        key
        for rows in result.table.values()
        for cells in rows.values()
        for key, cell in cells.items()
        if cell is not None
    }
    keys = dict.fromkeys(
        column.key.split(":")[0] for column in result.columns if column.key in given
    )
    entries = [catalog.metrics[key] for key in keys if key in catalog.metrics]
    own = [text for key, text in OWN_METRICS.items() if key in given]
    return [f"{entry.label}: {entry.summary}" for entry in entries] + own


def _citations(result: BenchmarkResult) -> list[str]:
    kinds = {model.kind for model in result.models}
    papers = {
        entry.facts["paper"]: entry.label
        for entry in catalog.models.values()
        if entry.key in kinds and entry.facts.get("paper")
    }
    for column in result.columns:
        entry = (
            catalog.metrics.get(column.key.split(":")[0])
            if column.key.split(":")[0] in catalog.metrics
            else None
        )
        if entry is not None and entry.facts.get("paper"):
            papers.setdefault(entry.facts["paper"], entry.label)
    data = (
        ["PYTHIA 8.3: arXiv:2203.11601", "Recipe of the jets: arXiv:1810.05165"]
        if result.about["shipped"]
        else []
    )
    return data + [f"{label}: {paper}" for paper, label in papers.items()]


def _provenance(result: BenchmarkResult) -> list[tuple[str, str]]:
    about = result.about
    rows = [
        ("data", f"{about['data']}, digest {about['data_digest']}"),
        ("seeds", ", ".join(map(str, result.seeds))),
    ]
    rows += [(name, version) for name, version in about["versions"].items()]
    rows += [(result.labels[key], file) for key, file in result.files.items()]
    return rows + [(model.label, ", ".join(model.runs)) for model in result.models]
