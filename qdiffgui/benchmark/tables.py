"""Cost and blank images as tables in words: the report, the command line and the page show the same ones."""

from __future__ import annotations

from typing import Any

from qdiffgui.benchmark import blank_words
from qdiffgui.benchmark.costs import DEFINITIONS, HEADS, written
from qdiffgui.benchmark.figures import best
from qdiffgui.benchmark.lineup import ROLES
from qdiffgui.benchmark.result import Model, Result
from qdiffgui.evaluation.number import quantity

COSTS = ("model", "role", *(head for _, head in HEADS), "training / CPU s", "1000 samples / CPU s")
_SIDES = (
    "Without: blank images left out everywhere. Data with: put back among the real images, and the model makes none. Both with: as many "
    "put among the model's. All classes together, as many images on each side of every comparison."
)


def tables(result: Result) -> dict[str, Any]:
    """``costs``: heads, rows (role, cells) and the sentences that define them; ``blanks``: heads, rows (label, cells), the sentences that
    follow and what the heads mean, ``None`` where the data held no blank images."""
    rows = [{"role": model.role, "cells": list(cost_row(model))} for model in result.models]
    return {"costs": {"heads": list(COSTS), "rows": rows, "about": list(DEFINITIONS)}, "blanks": blank_table(result)}


def cost_row(model: Model) -> tuple[str, ...]:
    """A model under ``COSTS``; a dash where a cost does not exist."""
    seconds = map(quantity, (model.training_seconds, model.sampling_seconds))
    return (model.label, ROLES[model.role], *written(model.costs), *seconds)


def blank_table(result: Result) -> dict[str, Any] | None:
    """The table and the words of what blank images do, for the best quantum and the best classical model."""
    if result.blanks is None:
        return None
    models = best(result, next(iter(result.table)))[:2]
    heads = [f"{result.labels[key]}, {text}" for key in models for text in ("without", "data with", "both with")]
    return {
        "heads": ["real, without", "real, with", *heads],
        "rows": [
            {"label": f"{c.label}{' / ' + c.unit if c.unit else ''}", "cells": blank_words.row(result.blanks, c, models)}
            for c in result.blanks.columns
        ],
        "words": list(blank_words.sentences(result.blanks, models, result.labels)), "about": _SIDES,
    }  # fmt: skip
