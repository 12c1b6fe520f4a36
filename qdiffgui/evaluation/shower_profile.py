"""Distances between samples of longitudinal shower profiles: the energy of each layer over the
incident energy, (n, n_layers).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.types import Showers
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.wasserstein import w1

Array = NDArray[Any]
N_BATCHES = 5


def profile(showers: Showers) -> Array:
    """Longitudinal profile E_i / E_inc of each shower, (n, n_layers) float64."""
    incident = showers.incident.astype(np.float64)[:, None]
    return np.asarray(showers.layers / np.where(incident > 0, incident, 1))


def layers_w1(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """Mean over the layers of the W1 of E_i / E_inc."""
    return _batched(
        lambda a, b: float(np.mean([w1(one, other) for one, other in zip(a.T, b.T)])),
        generated,
        real,
        seed,
    )


def mean_profile(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """½ Σ |difference of the mean profiles|: the mean fraction of E_inc in the wrong layer."""
    return _batched(
        lambda a, b: float(np.abs(a.mean(axis=0) - b.mean(axis=0)).sum() / 2), generated, real, seed
    )


def _batched(
    distance: Callable[[Array, Array], float], generated: Array, real: Array, seed: int
) -> MetricValue:
    """The distance of all samples, and its standard deviation over resamplings."""
    rng = np.random.default_rng(seed)
    drawn = [
        distance(*(side[rng.integers(len(side), size=len(side))] for side in (generated, real)))
        for _ in range(N_BATCHES)
    ]
    return MetricValue(distance(generated, real), float(np.std(drawn, ddof=1)))
