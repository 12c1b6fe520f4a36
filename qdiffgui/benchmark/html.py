"""A benchmark as one HTML page that needs no network: verdict, tables, figures, methods, citations, provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import jinja2

from qdiffgui import catalog
from qdiffgui.benchmark.costs import DEFINITIONS
from qdiffgui.benchmark.figures import Section, sections
from qdiffgui.benchmark.measure import MEMORY, TAGGER, Measurement
from qdiffgui.benchmark.result import Result
from qdiffgui.benchmark.tables import tables
from qdiffgui.evaluation.columns import MEAN, Cell
from qdiffgui.evaluation.heading import heading
from qdiffgui.evaluation.number import number
from qdiffgui.plots.export import library
from qdiffgui.plots.standalone import as_script

_WIDE_TABLE = 8

OWN_METRICS = {
    MEAN: "W1, mean of observables: W1 of each observable in units of its scale (between the two classes where any observable tells them "
    "apart, else its standard deviation), averaged.",
    MEMORY: "Memorisation: chance that a generated sample lies nearer to its nearest training sample than a held-out one does to its own; "
    ".5 without memorisation, 1 for copies.",
    TAGGER: "Tagger transfer AUC: of a boosted tagger that is trained on generated samples of both classes and tested on real ones.",
}


def page(result: Result, measurements: Sequence[Measurement]) -> str:
    """The page; text of data sets and runs is escaped. Figures are of the first seed, tables of all."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qdiffgui.benchmark", ""), autoescape=True, undefined=jinja2.StrictUndefined
    )
    parts, written = sections(result, measurements), tables(result)
    named = {f"figure-{i}": figure for i, figure in enumerate(figure for part in parts for figure in part.figures)}
    return environment.get_template("report.html.j2").render(
        result=result, made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), tables=_tables(result),
        costs=written["costs"], blanks=written["blanks"],
        sections=_numbered(parts), figures=as_script(named), library=library(), methods=_methods(result), citations=_citations(result),
        provenance=_provenance(result), generator_level=result.about["shipped"],
    )  # fmt: skip


def _tables(result: Result) -> list[dict[str, Any]]:
    """Each class in tables of at most ``_WIDE_TABLE`` columns."""
    made = []
    for name, rows in result.table.items():
        columns = [c for c in result.columns if any(cells.get(c.key) is not None for cells in rows.values())]
        for start in range(0, len(columns), _WIDE_TABLE):
            some = columns[start : start + _WIDE_TABLE]
            heads = [f"{c.label}{' / ' + c.unit if c.unit else ''}" for c in some]
            title = heading(name, ", ")
            made.append({
                "title": f"{title}{some[0].label} to {some[-1].label}", "heads": heads,
                "rows": [_row(result, key, [cells.get(c.key) for c in some]) for key, cells in rows.items()],
            })  # fmt: skip
    return made


def _row(result: Result, key: str, cells: Sequence[Cell]) -> dict[str, Any]:
    models = {model.key for model in result.models}
    kind = "floor" if key == "floor" else "model" if key in models else "trivial"
    return {"label": result.labels.get(key, key), "kind": kind, "cells": ["—" if c is None else number(c) for c in cells]}


def _numbered(parts: Sequence[Section]) -> list[dict[str, Any]]:
    made, i = [], 0
    for part in parts:
        figures = []
        for figure in part.figures:
            figures.append({"id": f"figure-{i}", "height": figure.layout.height or 380})
            i += 1
        made.append({"title": part.title, "text": part.text, "figures": figures})
    return made


def _methods(result: Result) -> list[str]:
    about = result.about
    return [
        "Every model was trained on the same training samples and is judged on the same held-out ones, split by the seed before any "
        "scaler was fitted. All distances are between equal numbers of samples. Representation: "
        f"{about['representation']['kind']}.",
        "The classifier test is a gradient-boosted classifier, cross-validated, that tries to tell generated from real samples: area under "
        "its ROC curve, .5 where it cannot. W1 is given in the unit of the observable and in units of its scale (see below). "
        "Trivial generators and the floor are drawn anew for each seed.",
        *DEFINITIONS,
        *_metric_texts(result),
        "Two figures are called different where they are more than two combined standard deviations apart.",
    ]  # fmt: skip


def _metric_texts(result: Result) -> list[str]:
    """What each metric of the table is, from the registry."""
    given = {key for rows in result.table.values() for cells in rows.values() for key, cell in cells.items() if cell is not None}
    keys = dict.fromkeys(column.key.split(":")[0] for column in result.columns if column.key in given)
    entries = [catalog.metrics[key] for key in keys if key in catalog.metrics]
    own = [text for key, text in OWN_METRICS.items() if key in given]
    return [f"{entry.label}: {entry.summary}" for entry in entries] + own


def _citations(result: Result) -> list[str]:
    kinds = {model.kind for model in result.models}
    papers = {
        entry.facts["paper"]: entry.label for entry in catalog.models.values() if entry.key in kinds and entry.facts.get("paper")
    }
    for column in result.columns:
        entry = catalog.metrics.get(column.key.split(":")[0]) if column.key.split(":")[0] in catalog.metrics else None
        if entry is not None and entry.facts.get("paper"):
            papers.setdefault(entry.facts["paper"], entry.label)
    data = ["PYTHIA 8.3: arXiv:2203.11601", "Recipe of the jets: arXiv:1810.05165"] if result.about["shipped"] else []
    return data + [f"{label}: {paper}" for paper, label in papers.items()]


def _provenance(result: Result) -> list[tuple[str, str]]:
    about: Mapping[str, Any] = result.about
    rows = [("data", f"{about['data']}, digest {about['data_digest']}"), ("seeds", ", ".join(map(str, result.seeds)))]
    rows += [(name, version) for name, version in about["versions"].items()]
    return rows + [(model.label, ", ".join(model.runs)) for model in result.models]
