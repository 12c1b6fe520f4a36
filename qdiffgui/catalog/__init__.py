"""Everything a user can choose, as registries, one a file. Imports neither torch nor PennyLane: entries name their code."""

from __future__ import annotations

from qdiffgui.catalog._ansatze import ansatze
from qdiffgui.catalog._benchmarks import benchmarks
from qdiffgui.catalog._datasets import datasets
from qdiffgui.catalog._encodings import encodings
from qdiffgui.catalog._lessons import lessons
from qdiffgui.catalog._metrics import metrics
from qdiffgui.catalog._models import models
from qdiffgui.catalog._presets import presets
from qdiffgui.catalog._representations import representations
from qdiffgui.catalog._reproductions import reproductions
from qdiffgui.catalog._schedules import schedules
from qdiffgui.registry import Registry

ALL: dict[str, Registry] = {
    registry.name: registry
    for registry in (
        presets,
        datasets,
        representations,
        models,
        ansatze,
        encodings,
        schedules,
        metrics,
        reproductions,
        benchmarks,
        lessons,
    )
}

__all__ = [
    "ALL",
    "ansatze",
    "benchmarks",
    "datasets",
    "encodings",
    "lessons",
    "metrics",
    "models",
    "presets",
    "representations",
    "reproductions",
    "schedules",
]
