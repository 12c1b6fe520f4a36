"""MADE: an exact likelihood, the order of the shares, and samples that follow the likelihood."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import MADE as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.made import MADE
from tests.models.level_maps import agreement, pairs

TRAINING = Training(iterations=60, batch_size=64, learning_rate=0.02)


def trained(train: Encoded, **settings) -> MADE:
    given = {"n_levels": 4, "n_hidden": 16, **settings}
    model = MADE(Settings(**given), train.spec, TRAINING, 0)
    model.fit(train)
    for i in range(model.n_steps):
        model.step(i)
    return model


def strings(model: MADE) -> torch.Tensor:
    levels = itertools.product(range(model.codec.n_levels), repeat=model.codec.n_shares)
    return torch.tensor(list(levels))


def chances(model: MADE, label: int) -> np.ndarray:
    """p of each of ``strings``."""
    levels = strings(model)
    with torch.no_grad():
        return model._log_p(levels, np.full(len(levels), label, np.int8)).exp().numpy()


@pytest.mark.parametrize("classes", [False, True])
def test_probabilities_add_up_to_1_and_samples_follow_them(classes: bool) -> None:
    model = trained(pairs(classes=classes))
    label = 1 if classes else -1
    p = chances(model, label)
    assert p.sum() == pytest.approx(1, abs=1e-5)
    assert p.max() > 0.3  # something was learned
    x = model.sample(20_000, label if classes else None, seed=1).x
    codes = model.codec.encode(x) @ np.array([model.codec.n_levels, 1])
    np.testing.assert_allclose(np.bincount(codes, minlength=16) / 20_000, p, atol=0.012)


def test_a_share_sees_the_shares_before_it_and_no_other() -> None:
    rng = np.random.default_rng(0)
    x = rng.dirichlet(np.ones(6), 200).reshape(200, 3, 2).astype(np.float32)
    model = trained(Encoded(x, np.full(200, -1, np.int8), Spec("map", (3, 2))), n_blocks=2)
    levels = torch.from_numpy(model.codec.encode(x[:1]))
    condition, place = torch.zeros(1, 0), torch.zeros(1, dtype=torch.int64)

    def logits(given: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return model.network(model._see(given), condition, place)[0]

    before = logits(levels)
    for k in range(5):
        changed = levels.clone()
        changed[0, k] = (changed[0, k] + 2) % 4
        differs = (logits(changed) != before).any(1).tolist()
        assert differs == [j > k for j in range(5)]
        alone = model.network.logits_of(k, model._see(levels), condition, place)[0]
        torch.testing.assert_close(alone.detach(), before[k])


def test_it_starts_from_the_marginals_and_learns_what_they_lack() -> None:
    train = pairs()
    model = MADE(Settings(n_levels=4, n_hidden=16), train.spec, TRAINING, 0)
    model.fit(train)
    assert agreement(model.sample(2000, seed=0).x) == pytest.approx(0.5, abs=0.05)
    untrained = model.log_likelihood(train.x, train.label)
    frequencies = np.log(np.maximum(model.codec.frequencies, 1e-6))
    by_hand = frequencies[np.arange(2), model.codec.encode(train.x)].sum(1)
    np.testing.assert_allclose(untrained, by_hand, rtol=1e-4)
    model = trained(train)
    decoded = agreement(model._decode(model._levels, seed=0))
    assert agreement(model.sample(2000, seed=0).x) == pytest.approx(decoded, abs=0.05)
    assert model.log_likelihood(train.x, train.label).mean() > untrained.mean() + 0.25


def test_classes_are_learned() -> None:
    model = trained(pairs(classes=True))
    first, second = (agreement(model.sample(1000, label, seed=0).x) for label in (0, 1))
    assert first > 0.8 > 0.2 > second


def test_a_trajectory_fills_in_one_share_after_another() -> None:
    model = trained(pairs())
    drawn = model.sample(5, seed=0, trajectory=True)
    assert drawn.times == (2, 1, 0)
    np.testing.assert_allclose(drawn.trajectory[0], 1 / 3, atol=1e-6)
    np.testing.assert_array_equal(drawn.trajectory[1][:, 0], drawn.x[:, 0])
    np.testing.assert_allclose(drawn.trajectory[1][:, 1], drawn.trajectory[1][:, 2], atol=1e-6)


def test_mirrored_maps_are_trained_on() -> None:
    x = np.tile(np.array([[[0.9, 0.1]]], np.float32), (40, 1, 1))
    train = Encoded(x, np.full(40, -1, np.int8), Spec("map", (1, 2)))
    for mirror, share in ((False, 1.0), (True, 0.5)):
        drawn = trained(train, mirror=mirror).sample(500, seed=0).x
        assert (drawn[:, 0, 0] > 0.5).mean() == pytest.approx(share, abs=0.08)


def test_other_data_and_a_step_before_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match="kind 'vector'"):
        MADE(Settings(), Spec("vector", (4,)), TRAINING, 0)
    with pytest.raises(UserError, match="fitted"):
        MADE(Settings(), Spec("map", (2, 2)), TRAINING, 0).step(0)


def test_the_held_out_loss_is_its_likelihood() -> None:
    data = pairs()
    model = trained(data)
    found = model.held_out_loss(data)
    assert np.array_equal(found.values, -model.log_likelihood(data.x, data.label))
