"""The ablation study as plots, as tables and as one HTML page that works offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from qdiffgui import catalog, plots
from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.exports.report_page import PlotSection, ReportTable, render_report
from qdiffgui.plots.theme import with_unit
from qdiffgui.studies.ablation.result import AblationStudy
from qdiffgui.studies.ablation.variants import BASE

_N_PLOTTED = 4
_ROLES = {BASE: "quantum", "no-entanglement": "quantum", "frozen": "quantum", "twin": "matched"}
METHODS = (
    "Every variant has the data, representation, evaluation, optimizer and number of steps of the "
    "run. Without entangling gates: all gates on several qubits are removed, with their angles. "
    "Frozen circuit: its angles stay at their random first values, and everything else is trained. "
    "Classical twin: a network of about as many parameters in the same diffusion process, or in a "
    "classical one on the same data where the process has no classical counterpart. Untrained: the "
    "first weights.",
    "A variant differs if its mean change is larger than two errors. The error is the standard "
    "deviation over seeds of the changes, each between two runs of equal seed, or the error of a "
    "single measurement where that is larger. The seed decides the split of the data, the first "
    "weights and the batches.",
    "No quantum advantage is claimed or implied: all circuits were simulated exactly and without "
    "noise.",
)


def ablation_plots(found: AblationStudy) -> list[tuple[str, go.Figure]]:
    """Titled plots: each metric of all variants, with the floor and the trivial generators."""
    return [
        (column["label"], _plot(found, column))
        for column in found.shown()[:_N_PLOTTED]
        if any(column["key"] in row["values"] for row in found.rows)
    ]


def _plot(found: AblationStudy, column: Mapping[str, str]) -> go.Figure:
    key = column["key"]
    rows = [
        (row["label"], _ROLES.get(row["key"], ""), row["values"].get(key)) for row in found.rows
    ]
    rows += [
        (found.labels[name], "", cells.get(key))
        for name, cells in found.baselines.items()
        if name != "floor"
    ]
    title = with_unit(column["label"], column["unit"])
    return plots.ranking(rows, found.baselines.get("floor", {}).get(key), title, column["better"])


def tables(found: AblationStudy) -> tuple[ReportTable, ReportTable]:
    """All values, and the changes of the variants."""
    shown = found.shown()
    heads = [with_unit(column["label"], column["unit"]) for column in shown]
    rows = [
        (row["label"], format_number(row["n_parameters"]), f"{row['seconds']:.3g}", row["values"])
        for row in found.rows
    ]
    kinds = ["model" if row["key"] == BASE else "" for row in found.rows]
    for key, cells in found.baselines.items():
        rows.append((found.labels[key], "", "", cells))
        kinds.append("floor" if key == "floor" else "trivial")
    values = ReportTable(
        ("variant", "parameters", "training time / s", *heads),
        [(*row[:3], *(_cell(row[3].get(column["key"])) for column in shown)) for row in rows],
        kinds=kinds,
    )
    changes = ReportTable(
        ("variant", *heads),
        [
            (row["label"], *(_cell(row["changes"].get(column["key"])) for column in shown))
            for row in found.rows[1:]
        ],
    )
    return values, changes


def _cell(cell: Mapping[str, float] | None) -> str:
    return "—" if cell is None else format_with_error(cell)


def ablation_page(found: AblationStudy) -> str:
    """The HTML page: verdict, tables, plots, methods; all text is escaped."""
    values, changes = tables(found)
    return render_report(
        "qdiffgui.studies.ablation",
        "ablation.html.j2",
        title=f"{found.name}: ablation",
        summary=found.verdict,
        sections=[PlotSection(title, plots=[plot]) for title, plot in ablation_plots(found)],
        methods=METHODS,
        notes=found.notes,
        citations=_citations(found),
        provenance=_provenance(found),
        found=found,
        table=values,
        changes=changes,
    )


def _citations(found: AblationStudy) -> list[str]:
    entry = catalog.models.get(found.kind)
    paper = entry.facts.get("paper") if entry is not None else None
    return [f"{entry.label}: {paper}"] if entry is not None and paper else []


def _provenance(found: AblationStudy) -> list[tuple[str, str]]:
    rows: list[tuple[str, Any]] = [
        ("data", f"{found.data}, digest {found.data_digest}"),
        ("training seeds", ", ".join(map(str, found.seeds))),
        ("share of the optimizer steps", f"{found.effort:g}"),
        *found.versions.items(),
    ]
    return rows + [(row["label"], ", ".join(row["runs"])) for row in found.rows]
