"""The lesson of the preset lesson-mmd-blind, on its own data and without training: MMD cannot tell
the circle from noise, W can.
"""

from __future__ import annotations

import numpy as np
import torch

from qdiffgui import catalog, engine
from qdiffgui.evaluation import quantum
from qdiffgui.experiment.prepare import prepare


def test_mmd_takes_haar_states_for_the_circle_and_wasserstein_does_not() -> None:
    config = catalog.presets["lesson-mmd-blind"].load()
    assert config.model.loss == "mmd"
    circles = [prepare(config.model_copy(update={"seed": seed})).train.x for seed in range(8)]
    generator = torch.Generator().manual_seed(0)
    haar = [engine.haar_states(len(circle), 1, generator).numpy() for circle in circles]
    noise = 1 / len(
        circles[0]
    )  # (1 - E F) · 2/n of two equal ensembles, with E F = 1/2 (see quantum.mmd)
    assert 0.3 * noise < np.mean([quantum.mmd(a, b) for a, b in zip(haar, circles)]) < 3 * noise
    tilted = circles[0] * np.array([1, 0.5])
    tilted /= np.linalg.norm(tilted, axis=1, keepdims=True)
    assert quantum.mmd(haar[0], tilted) > 50 * noise  # another mean is no secret
    for a, b in zip(haar[:2], circles):
        few, others = b[:1000], b[1000:2000]  # transport grows with the cube
        assert quantum.wasserstein(a[:1000], few) > 0.1
        assert quantum.wasserstein(others, few) < 0.01
