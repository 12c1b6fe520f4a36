"""The noise curve of an experiment, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.config import Experiment


def schedule(config: Experiment) -> dict[str, Any]:
    """The noise curve of the model's schedule: ``kind``, ``process`` and ``values`` by diffusion step; no values without a schedule."""
    settings = getattr(config.model, "schedule", None)
    if settings is None:
        return {"kind": "", "process": "", "values": []}
    entry = catalog.schedules[settings.kind]
    process = getattr(config.model, "process", entry.facts["process"])
    return {"kind": settings.kind, "process": process, "values": np.asarray(entry.load()(settings)).tolist()}
