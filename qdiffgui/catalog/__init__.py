"""Everything a user can choose: one registry per file. Entries name their code, so that this
package needs neither torch nor PennyLane.
"""

from __future__ import annotations

from qdiffgui.catalog._ansatze import ansatze
from qdiffgui.catalog._benchmarks import benchmarks
from qdiffgui.catalog._datasets import datasets
from qdiffgui.catalog._encodings import encodings
from qdiffgui.catalog._formats import formats
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
        formats,
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
    "formats",
    "lessons",
    "metrics",
    "models",
    "presets",
    "representations",
    "reproductions",
    "schedules",
]
