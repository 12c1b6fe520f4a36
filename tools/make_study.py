"""Measure the gradient variances that the lesson on barren plateaus shows, into assets/studies.

    python tools/make_study.py

It is the part of ``qdiffgui scale quddpm-cluster-2q`` on reference circuits, with the same draws
and seed. Takes some CPU minutes; the values do not depend on the machine's speed.
``tests/studies/test_shipped.py`` fails when the preset has changed since.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import chain
from pathlib import Path

from qdiffgui import catalog
from qdiffgui.model_file import versions
from qdiffgui.plots.export import titled
from qdiffgui.studies.scaling import report_plots, verdict
from qdiffgui.studies.scaling.trainability import (
    N_DRAWS,
    N_ENSEMBLE_DRAWS,
    circuit_decays,
    ensemble_decays,
)
from qdiffgui.studies.shipped import FIGURES, RESULT

TARGET = Path(__file__).resolve().parents[1] / "assets" / "studies" / "gradients"
PRESET = "quddpm-cluster-2q"
_TITLES = ("One circuit", "QuDDPM's steps and one deep circuit, MMD", "The same, Wasserstein")


def main() -> int:
    """Measure and write both files."""
    config = catalog.presets[PRESET].load()
    begun = time.process_time()
    decays = []
    for decay in chain(
        circuit_decays(config.model.ansatz, N_DRAWS, config.seed),
        ensemble_decays(N_ENSEMBLE_DRAWS, config.seed),
    ):
        decays.append(decay)
        print(decay.label, [f"{v.value:.2g}" for v in decay.variances], flush=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    result = {
        "preset": PRESET,
        "config": config.model_dump(mode="json"),
        "verdict": list(verdict.gradient_sentences(decays)),
        "decays": [decay.plain() for decay in decays],
        "about": {
            "draws": N_DRAWS,
            "ensemble_draws": N_ENSEMBLE_DRAWS,
            "cpu_seconds": round(time.process_time() - begun),
            "versions": versions(),
        },
    }
    (TARGET / RESULT).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    figures = zip(_TITLES, report_plots.gradient_variances(decays), strict=True)
    (TARGET / FIGURES).write_text(
        titled((f"Gradient variance: {title}", figure) for title, figure in figures),
        encoding="utf-8",
    )
    for file in (RESULT, FIGURES):
        print(file, (TARGET / file).stat().st_size, "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
