"""Distances between samples of calorimeter showers voxel by voxel: energies over the incident
energy, (n, n_voxels).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.classifier import classifier_auc
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.wasserstein import w1_with_error

Array = NDArray[Any]
MOST_VOXELS = 512


def voxel_auc(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """AUC of the quick classifier on voxels: at most the 512 that are brightest on average in the
    real sample.
    """
    brightest = np.sort(np.argsort(-real.mean(axis=0))[:MOST_VOXELS])
    return classifier_auc(generated[:, brightest], real[:, brightest], seed=seed)


def lit_voxels_w1(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """W1 of the fraction of voxels with energy: the sparsity of the showers."""
    lit = ((side > 0).mean(axis=1) for side in (generated, real))
    return w1_with_error(*lit, seed=seed)


def brightest_voxel_w1(generated: Array, real: Array, *, seed: int = 0) -> MetricValue:
    """W1 of the share of the deposited energy that is in the brightest voxel."""
    return w1_with_error(_largest_share(generated), _largest_share(real), seed=seed)


def _largest_share(voxels: Array) -> Array:
    total = voxels.sum(axis=1, dtype=np.float64)
    return np.asarray(voxels.max(axis=1) / np.where(total > 0, total, 1))
