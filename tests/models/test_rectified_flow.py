"""Rectified flow: what it learns of distributions whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import RectifiedFlow as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.rectified_flow import RectifiedFlow

CLASSES = {0: "low", 1: "high"}


def _trained(
    x: np.ndarray, label: np.ndarray, spec: Spec, n_steps: int = 400, **settings: Any
) -> RectifiedFlow:
    model = RectifiedFlow(
        Settings(**settings), spec, Training(iterations=n_steps, batch_size=256), 0
    )
    model.fit(Encoded(x.astype(np.float32), label, spec))
    for i in range(n_steps):
        model.step(i)
    return model


@pytest.mark.parametrize("sampler", ["euler", "heun"])
def test_two_classes_and_a_correlation_are_learned(sampler: str) -> None:
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 4000).astype(np.int8)
    x = rng.multivariate_normal([0, 0], [[0.36, 0.3], [0.3, 0.36]], size=4000) + 0.8 * (
        2 * label[:, None] - 1
    )
    model = _trained(x, label, Spec("vector", (2,), CLASSES), n_parameters=200, sampler=sampler)
    for known, mean in ((0, -0.8), (1, 0.8)):
        drawn = model.sample(3000, known, seed=1).x
        np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.12)
        assert np.corrcoef(drawn.T)[0, 1] > 0.6


def test_the_learned_velocity_is_the_ideal_one_of_a_gaussian() -> None:
    mean, sigma = 0.5, 0.6
    x0 = np.random.default_rng(0).normal(mean, sigma, (20_000, 1))
    model = _trained(
        x0, np.full(len(x0), -1, np.int8), Spec("vector", (1,)), 1500, n_parameters=120
    )
    for s in (0.1, 0.5, 0.9):
        variance = (1 - s) ** 2 * sigma**2 + s**2
        x = torch.linspace(-1.5, 1.5, 13)[:, None] * variance**0.5 + (1 - s) * mean
        ideal = -mean + (s - (1 - s) * sigma**2) / variance * (x - (1 - s) * mean)
        with torch.no_grad():
            found = model.velocity(x, torch.full((len(x),), s), torch.zeros(len(x), 0))
        np.testing.assert_allclose(found, ideal, atol=0.15)


def test_maps_keep_their_mean() -> None:
    rng = np.random.default_rng(0)
    x = rng.dirichlet([8, 1, 1, 2, 2, 1, 1, 4], size=2000).reshape(-1, 4, 2)
    model = _trained(
        x,
        np.full(len(x), -1, dtype=np.int8),
        Spec("map", (4, 2)),
        120,
        network="unet",
        n_parameters=800,
    )
    np.testing.assert_allclose(model.sample(2000, seed=1).x.mean(axis=0), x.mean(axis=0), atol=0.03)


def test_cost_is_said_and_what_it_cannot_do_is_refused() -> None:
    spec = Spec("vector", (2,))
    calls = [
        RectifiedFlow(Settings(sampler=s), spec, Training(), 0).facts()["denoiser_calls_a_sample"]
        for s in ("euler", "heun")
    ]
    assert calls == [20, 40]
    with pytest.raises(ConfigError, match="choose the MLP"):
        RectifiedFlow(Settings(network="unet"), spec, Training(), 0)
