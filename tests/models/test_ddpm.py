"""Classical DDPM and DDIM: what they learn of distributions whose answer is known, and of jets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.ddpm import ClassicalDDPM

CLASSES = {0: "low", 1: "high"}


def _trained(
    x: np.ndarray, label: np.ndarray, spec: Spec, n_steps: int = 400, **settings: Any
) -> ClassicalDDPM:
    model = ClassicalDDPM(
        Settings(**settings), spec, Training(iterations=n_steps, batch_size=256), 0
    )
    model.fit(Encoded(x, label, spec))
    for i in range(n_steps):
        model.step(i)
    return model


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"prediction": "x0"},
        {"sampler": "ddim", "sampling_steps": 10},
        {"sampler": "ddim", "eta": 1.0},
    ],
)
def test_two_classes_and_a_correlation_are_learned(options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 4000).astype(np.int8)
    x = rng.multivariate_normal([0, 0], [[0.36, 0.3], [0.3, 0.36]], size=4000) + 0.8 * (
        2 * label[:, None] - 1
    )
    model = _trained(
        x.astype(np.float32), label, Spec("vector", (2,), CLASSES), n_parameters=200, **options
    )
    for known, mean in ((0, -0.8), (1, 0.8)):
        drawn = model.sample(3000, known, seed=1).x
        np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.12)
        assert np.corrcoef(drawn.T)[0, 1] > 0.6


@pytest.mark.parametrize("network", ["mlp", "unet"])
def test_maps_keep_their_mean(network: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.dirichlet([8, 1, 1, 2, 2, 1, 1, 4], size=2000).reshape(-1, 4, 2).astype(np.float32)
    label = np.full(len(x), -1, dtype=np.int8)
    model = _trained(x, label, Spec("map", (4, 2)), 120, network=network, n_parameters=800)
    drawn = model.sample(2000, seed=1).x
    np.testing.assert_allclose(drawn.mean(axis=0), x.mean(axis=0), atol=0.03)
    assert model.facts()["network"] == network


def test_large_requests_go_through_in_slices() -> None:
    model = ClassicalDDPM(
        Settings(schedule={"kind": "cosine", "n_steps": 3}),
        Spec("vector", (2,), CLASSES),
        Training(),
        0,
    )
    drawn = model.sample(9000, seed=1)
    assert drawn.x.shape == (9000, 2)
    assert len(np.unique(drawn.x[:, 0])) > 8900


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(ConfigError, match="choose the MLP"):
        ClassicalDDPM(Settings(network="unet"), Spec("vector", (2,)), Training(), 0)
    with pytest.raises(UserError, match="fitted"):
        ClassicalDDPM(Settings(), Spec("vector", (2,)), Training(), 0).step(0)
    unknown = ClassicalDDPM(Settings(sampling_steps=41), Spec("vector", (2,)), Training(), 0)
    with pytest.raises(UserError, match="at most"):
        unknown.sample(3)


def test_a_long_schedule_is_shown_in_few_frames() -> None:
    model = ClassicalDDPM(
        Settings(schedule={"kind": "linear", "n_steps": 1000}), Spec("vector", (2,)), Training(), 0
    )
    frames, times = model.forward_process(np.zeros((5, 2), dtype=np.float32))
    assert (times[0], times[-1], len(times)) == (0, 1000, 51)
    assert abs(float(frames[-1].std()) - 1) < 0.5
