"""Quick figures of merit equal the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.experiment.live import live_metrics


def test_w1_is_scipys_in_units_of_the_spread() -> None:
    rng = np.random.default_rng(0)
    spec = Spec("vector", (3,), names=("a", "b", "c"))
    train, test = (Encoded(rng.normal(size=(600, 3)), np.zeros(600, np.int8), spec) for _ in range(2))
    x = rng.normal(1, 2, size=(700, 3))
    values, floor = live_metrics(x, test, train)
    a, b = x[:512], test.x[:512]
    assert values["w1"] == pytest.approx(np.mean([wasserstein_distance(a[:, i], b[:, i]) / b[:, i].std() for i in range(3)]))
    assert floor["w1"] < 0.2 < values["w1"]


def test_empty_cells_count_for_nothing() -> None:
    spec = Spec("map", (1, 2))
    ones = np.tile(np.array([[[1.0, 0.0]]], np.float32), (50, 1, 1))
    encoded = Encoded(ones, np.zeros(50, np.int8), spec)
    assert live_metrics(ones, encoded, encoded)[0] == {"w1": 0.0}
