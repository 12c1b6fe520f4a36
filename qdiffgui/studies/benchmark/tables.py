"""Cost and blank images as tables of text, shared by the report, the command line and the app."""

from __future__ import annotations

from typing import Any

from qdiffgui.evaluation.number_format import format_number
from qdiffgui.studies.benchmark import blank_verdict
from qdiffgui.studies.benchmark.costs import DEFINITIONS, HEADS, cost_cells
from qdiffgui.studies.benchmark.lineup import ROLES
from qdiffgui.studies.benchmark.report_plots import models_to_show
from qdiffgui.studies.benchmark.result import BenchmarkResult, ModelResult

COSTS = (
    "model",
    "role",
    *(head for _, head in HEADS),
    "training time / CPU s",
    "1000 samples / CPU s",
)
_SIDES = (
    "Without: no blank images. Data with: blank images in the data only. Both with: as many added "
    "to the model's samples. All classes together, with equal numbers of images on both sides."
)


def tables(result: BenchmarkResult) -> dict[str, Any]:
    """The tables as JSON.

    ``costs`` has heads, rows (role, cells) and definitions. ``blanks`` has heads, rows (label,
    cells), a verdict and an explanation of the heads; it is ``None`` if there were no blank images.
    """
    rows = [{"role": model.role, "cells": list(cost_row(model))} for model in result.models]
    return {
        "costs": {"heads": list(COSTS), "rows": rows, "about": list(DEFINITIONS)},
        "blanks": blank_table(result),
    }


def cost_row(model: ModelResult) -> tuple[str, ...]:
    """The cells of a model under ``COSTS``, with a dash for a cost that does not exist."""
    seconds = map(format_number, (model.training_seconds, model.sampling_seconds))
    return (model.label, ROLES[model.role], *cost_cells(model.costs), *seconds)


def blank_table(result: BenchmarkResult) -> dict[str, Any] | None:
    """The effect of blank images on the best quantum and the best classical model."""
    if result.blanks is None:
        return None
    models = models_to_show(result, next(iter(result.table)))[:2]
    heads = [
        f"{result.labels[key]}, {text}"
        for key in models
        for text in ("without", "data with", "both with")
    ]
    return {
        "heads": ["floor, without", "floor, with", *heads],
        "rows": [
            {
                "label": f"{c.label}{' / ' + c.unit if c.unit else ''}",
                "cells": blank_verdict.row(result.blanks, c, models),
            }
            for c in result.blanks.columns
        ],
        "words": list(blank_verdict.sentences(result.blanks, models, result.labels)),
        "about": _SIDES,
    }
