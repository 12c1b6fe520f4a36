"""The schedule of an experiment, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.config import Experiment


def schedule(config: Experiment) -> dict[str, Any]:
    """Compute the schedule of an experiment's model.

    Parameters
    ----------
    config : Experiment
        The settings.

    Returns
    -------
    dict
        "kind" and "process" (keys), "values" by diffusion step from step "first" (0 or 1), and
        "signal" and "noise": what a value means, and 1 minus a value. "values" is empty if the
        model has no schedule.

    Examples
    --------
    >>> import qdiffgui
    >>> curve = schedule(qdiffgui.preset("jets-observables-quantum"))
    >>> curve["process"], curve["values"][0]
    ('gaussian', 1.0)
    """
    settings, process = getattr(config.model, "schedule", None), config.model.process
    if settings is None or process is None:
        return {"kind": "", "process": "", "values": []}
    values = np.asarray(catalog.schedules[settings.kind].load()(settings)).tolist()
    return {
        "kind": settings.kind,
        "process": process.key,
        "values": values,
        "first": 0 if process.step else 1,
        "signal": process.signal,
        "noise": process.noise,
    }
