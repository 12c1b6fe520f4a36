"""How long a sweep will take, from a few real optimiser steps at some of its points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qdiffgui.sweeps.plan import Plan, Point

_LOOKED_AT = 4


def expected(plan: Plan, points: Sequence[Point], workers: int) -> float:
    """Seconds of training of all runs with ``workers`` at a time; data, evaluation and previews are not counted.

    Raises ``DataError`` or ``ConfigError`` where a point looked at cannot be run.
    """
    from qdiffgui.experiment.inspect import estimate

    at = np.linspace(0, len(points) - 1, min(_LOOKED_AT, len(points))).round().astype(int)
    configs = [plan.config(points[i].values) for i in np.unique(at)] or [plan.base]
    mean = float(np.mean([estimate(config)["seconds"] for config in configs]))
    count = len(points) or plan.n_runs
    return mean * -(-count // max(1, min(workers, count)))
