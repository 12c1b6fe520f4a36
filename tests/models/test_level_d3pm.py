"""D3PM on levels: its loss is a bound on the likelihood, and steps build up correlations."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import LevelD3PM as Settings
from qdiffgui.config.schedules import Cosine
from qdiffgui.data.types import Encoded
from qdiffgui.diffusion.level_noise import LevelNoise
from qdiffgui.models.level_d3pm import LevelD3PM
from tests.models.level_maps import agreement, pairs

TRAINING = Training(iterations=100, batch_size=64, learning_rate=0.02)


def trained(train: Encoded, **settings) -> LevelD3PM:
    given = {"n_levels": 4, "n_hidden": 16, "schedule": Cosine(n_steps=20), **settings}
    model = LevelD3PM(Settings(**given), train.spec, TRAINING, 0)
    model.fit(train)
    for i in range(model.n_steps):
        model.step(i)
    return model


@pytest.mark.parametrize("noise", ["absorbing", "uniform"])
def test_many_steps_learn_what_one_step_cannot(noise: str) -> None:
    train = pairs(classes=True)
    model = trained(train, noise=noise)
    first, second = (agreement(model.sample(1000, label, seed=0).x) for label in (0, 1))
    assert first > 0.7 > 0.3 > second
    at_once = trained(train, noise=noise, sampling_steps=1)
    assert agreement(at_once.sample(1000, 0, seed=0).x) == pytest.approx(0.5, abs=0.06)


def test_the_loss_is_the_mean_surprise_over_all_orders() -> None:
    model = trained(pairs())
    levels = torch.tensor([[1, 2]])
    label = np.full(1, -1, np.int8)

    def log_p(share: int, given: list[int]) -> float:
        logits = model._logits(torch.tensor([given]), label, torch.ones(1, dtype=torch.int64))
        return float(logits[0, share].log_softmax(0)[levels[0, share]])

    m = model.masked
    with torch.no_grad():
        forward = log_p(0, [m, m]) + log_p(1, [1, m])
        backward = log_p(1, [m, m]) + log_p(0, [m, 2])
        drawn = model._loss(levels.repeat(20_000, 1), label.repeat(20_000))
    assert float(drawn) == pytest.approx(-(forward + backward) / 2, rel=0.03)


@pytest.mark.parametrize("sampler", ["counted", "ancestral"])
def test_levels_that_are_filled_in_stay(sampler: str) -> None:
    model = trained(pairs(), schedule=Cosine(n_steps=4), sampler=sampler)
    frames = model.sample(30, seed=0, trajectory=True).trajectory
    np.testing.assert_allclose(frames[0], 1 / 3, atol=1e-6)
    shares = frames[:, :, 0, 0]
    for before, after in itertools.pairwise(shares):
        filled = np.abs(before - 1 / 3) > 1e-6
        np.testing.assert_array_equal(after[filled], before[filled])


def test_counted_steps_fill_in_what_the_schedule_expects() -> None:
    noise, generator = LevelNoise(torch.linspace(1, 0, 4), 4, "absorbing"), torch.Generator()
    x = noise.pure((50, 6), generator)
    for t in (3, 2, 1):
        chosen = noise.counted(x, t - 1, t, generator)
        assert (chosen.sum(1) == 2).all()
        assert (x[chosen] == 4).all()
        assert len(chosen.unique(dim=0)) > 1 or t == 1
        x = torch.where(chosen, 0, x)
    assert (x == 0).all()
