"""The report of a run as one HTML page that needs no network: verdict, tables, figures, settings, provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import jinja2

from qdiffgui.evaluation.number import number
from qdiffgui.exports.pictures import drawn
from qdiffgui.plots.export import library
from qdiffgui.plots.standalone import as_script
from qdiffgui.runs.directory import RunDirectory

_TITLES = {
    "comparison": "Beside floor and trivial generators", "histograms": "Distributions", "profile": "Mean maps", "loss": "Loss",
    "schedule": "Schedule", "samples": "Generated and held-out samples", "populations": "Populations",
}  # fmt: skip
OPEN_CLASSES = 2
"""With more classes than this their tables are folded."""


def page(run: RunDirectory, report: Mapping[str, Any]) -> str:
    """The page; every word of the run is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qdiffgui.exports", ""), autoescape=True, undefined=jinja2.StrictUndefined
    )
    state = run.state()
    figures = {name: figure for name, figure in drawn(run).items() if name in _TITLES}
    order = [name for name in _TITLES if name in figures]
    return environment.get_template("run.html.j2").render(
        state=state, report=report, made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), tables=list(_tables(report)),
        is_folded=len({row["class"] for row in report["rows"]}) > OPEN_CLASSES,
        figures=[{"id": f"figure-{name}", "title": _TITLES[name], "height": figures[name].layout.height or 380} for name in order],
        content=as_script({f"figure-{name}": figures[name] for name in order}), library=library(),
        settings=list(_flat(run.config().model_dump(mode="json"))), provenance=list(_flat(run.environment() or {})),
    )  # fmt: skip


def _tables(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One table a class; columns that no row of it has are left out."""
    for name in dict.fromkeys(row["class"] for row in report["rows"]):
        rows = [row for row in report["rows"] if row["class"] == name]
        columns = [c for c in report["columns"] if any(row["values"].get(c["key"]) for row in rows)]
        yield {
            "title": "All samples" if name == "all" else name.capitalize(),
            "heads": [f"{c['label']}{' / ' + c['unit'] if c['unit'] else ''}" for c in columns],
            "rows": [
                {"kind": row["key"], "label": row["label"],
                 "cells": ["—" if row["values"].get(c["key"]) is None else number(row["values"][c["key"]]) for c in columns]}
                for row in rows
            ],
        }  # fmt: skip


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)
