"""Masked diffusion of shares: likelihood, sampling, and what a predictor may see."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import MaskedNetwork as NetworkSettings
from qdiffgui.config.models import MaskedQuantum as CircuitSettings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.masked import MaskedDiffusion
from qdiffgui.models.masked_network import MaskedNetwork
from qdiffgui.models.masked_quantum import MaskedQuantum
from qdiffgui.presets import masked

SPEC = Spec("map", (3, 1))
SMALL: dict[str, Any] = {"n_qubits": 2, "n_layers": 2}


def maps(n: int = 400, seed: int = 0) -> Encoded:
    """Maps of three cells: the second is empty where the first is small."""
    rng = np.random.default_rng(seed)
    x = rng.dirichlet([1, 1, 1], n)
    x[x[:, 0] < 0.2, 1] = 0
    x[::7, 1:] = 0
    x = (x / x.sum(axis=1, keepdims=True)).astype(np.float32)
    return Encoded(x[:, :, None], np.full(n, -1, np.int8), SPEC)


def circuits(iterations: int = 20, spec: Spec = SPEC, **settings: Any) -> MaskedDiffusion:
    config = CircuitSettings(**(SMALL | settings))
    training = Training(iterations=iterations, batch_size=64, learning_rate=0.03)
    return MaskedQuantum(config, spec, training, 0)


def networks(iterations: int = 20, spec: Spec = SPEC, **settings: Any) -> MaskedDiffusion:
    config = NetworkSettings(**({"n_levels": 4, "n_parameters": 200} | settings))
    training = Training(iterations=iterations, batch_size=64, learning_rate=0.03)
    return MaskedNetwork(config, spec, training, 0)


def trained(model: MaskedDiffusion) -> MaskedDiffusion:
    model.fit(maps())
    for i in range(model.n_steps):
        model.step(i)
    return model


ALL_LEVELS = np.array([p for p in itertools.product(range(4), repeat=2) if p[0] != 3 or p[1] == 0])


@pytest.mark.parametrize("make", [circuits, networks])
def test_the_likelihood_is_normalized_and_is_that_of_the_samples(make) -> None:
    model = trained(make())
    x = model.codec.decode(ALL_LEVELS, np.random.default_rng(0))
    p = np.exp(model.log_likelihood(x, np.full(len(x), -1)))
    assert p.sum() == pytest.approx(1, abs=1e-4)
    drawn = model.codec.encode(model.sample(20_000, seed=1).x)
    frequency = (drawn[:, None] == ALL_LEVELS[None]).all(axis=2).mean(axis=0)
    np.testing.assert_allclose(frequency, p, atol=0.015)


def test_training_raises_the_likelihood_above_that_of_independent_shares() -> None:
    held_out, model = maps(2000, seed=1), trained(circuits(150, uploads="every"))
    levels = model.codec.encode(held_out.x)
    decided = np.cumsum(levels == 3, axis=1) - (levels == 3) > 0
    independent = 0.0
    for level, done in zip(levels.T, decided.T):
        share = np.bincount(level[~done], minlength=4) / (~done).sum()
        independent += np.log(share[level[~done]]).sum() / len(levels)
    own = model.log_likelihood(held_out.x, held_out.label).mean()
    assert own > independent + 0.05


@pytest.mark.parametrize("make", [circuits, networks])
def test_in_random_order_masked_shares_are_not_seen(make) -> None:
    model = make(order="random")
    model.fit(maps())
    seen = torch.tensor([[model.masked, 2], [model.masked, model.masked]])
    before = [model._inputs(0, model._features(seen), torch.zeros(2, 0))]
    assert before[0].shape == (2, model.n_inputs[0])
    assert before[0][0, -1] == 0
    assert before[0][1, -1] == 1
    torch.manual_seed(0)
    known, weight = model._hidden(512)
    assert (known.sum(dim=1) < 2).all()
    np.testing.assert_allclose(weight, 2 / (2 - known.sum(dim=1)))
    assert known.float().mean() == pytest.approx(0.25, abs=0.05)


def test_in_random_order_a_correlation_is_learned_too() -> None:
    model = trained(circuits(200, order="random", uploads="every"))
    drawn = model.codec.encode(model.sample(4000, seed=2).x)
    empty = [(drawn[drawn[:, 0] == level, 1] == 0).mean() for level in (1, 2)]
    true = model.codec.encode(maps(4000, 5).x)
    expected = [(true[true[:, 0] == level, 1] == 0).mean() for level in (1, 2)]
    assert expected[0] > expected[1] + 0.3
    np.testing.assert_allclose(empty, expected, atol=0.15)


@pytest.mark.parametrize("make", [circuits, networks])
def test_a_predictor_can_see_what_the_shares_before_it_left_over(make) -> None:
    model = make(features="shares")
    model.fit(maps())
    levels = model._levels[:5]
    changed = levels.clone()
    changed[:, 1] = (changed[:, 1] + 1) % 4
    features = model._features(levels)
    assert features.shape == (5, 2, 5)
    assert model.n_inputs == (0, 5)
    assert torch.equal(features[:, 0], model._features(changed)[:, 0])
    assert not torch.equal(features[:, 1], model._features(changed)[:, 1])
    left = 1 - model.codec.shares()[0, levels[:, 0]]
    np.testing.assert_allclose(features[:, 0, 3], np.log(left + 1e-3) / 2, rtol=1e-5)


@pytest.mark.parametrize("make", [circuits, networks])
@pytest.mark.parametrize(("order", "seen"), [("fixed", [3, 4]), ("random", [3, 4, 6])])
def test_a_share_sees_no_further_than_its_reach(make, order: str, seen: list[int]) -> None:
    spec = Spec("map", (8, 1))
    model = make(spec=spec, reach=2, order=order, features="scores")
    x = np.random.default_rng(0).dirichlet(np.ones(8), 50)[:, :, None].astype(np.float32)
    model.fit(Encoded(x, np.full(50, -1, np.int8), spec))
    levels = torch.full((7, 7), 1) + torch.eye(7, dtype=torch.int64)
    inputs = model._inputs(5, model._features(levels), torch.zeros(7, 0))
    assert inputs.shape == (7, model.n_inputs[5])
    assert torch.nonzero((inputs != inputs[0]).any(1))[:, 0].tolist() == seen


@pytest.mark.parametrize("make", [circuits, networks])
def test_weight_decay_shrinks_the_weights_of_features_only(make) -> None:
    plain, decayed = (trained(make(1, weight_decay=decay)) for decay in (0.0, 0.5))
    for name, parameter in plain.network.named_parameters():
        other = decayed.network.get_parameter(name)
        multiplies = name.endswith(("scale", "weight"))
        assert torch.equal(parameter, other) != multiplies, name


def test_all_shares_at_once_are_the_shares_one_by_one() -> None:
    model = circuits()
    model.fit(maps())
    features = model._features(model._levels[:9])
    inputs = [model._inputs(k, features, torch.zeros(9, 0)) for k in range(2)]
    for k, log_p in enumerate(model.network.every(inputs)):
        assert torch.equal(log_p, model.network(k, inputs[k]))


@pytest.mark.parametrize("make", [circuits, networks])
def test_training_can_start_at_the_frequencies_of_levels(make) -> None:
    model = make(start="marginals")
    model.fit(maps())
    drawn = ~model._decided(model._levels)
    features = model._features(model._levels)
    for k in range(2):
        p = model.network(k, 0 * model._inputs(k, features, torch.zeros(400, 0))).exp()
        levels = model._levels[drawn[:, k], k]
        found = torch.bincount(levels, minlength=4) / len(levels)
        np.testing.assert_allclose(p[0].detach(), found, atol=0.02)


def test_mirrored_maps_are_trained_on() -> None:
    spec = Spec("map", (1, 2))
    data = Encoded(
        np.tile(np.array([[[1.0, 0.0]]], np.float32), (40, 1, 1)), np.full(40, -1, np.int8), spec
    )
    for mirror, share in ((False, 1.0), (True, 0.5)):
        model = circuits(60, spec=spec, mirror=mirror)
        model.fit(data)
        for i in range(model.n_steps):
            model.step(i)
        assert model.sample(500, seed=0).x[:, 0, 0].mean() == pytest.approx(share, abs=0.1)


def test_nothing_follows_what_took_all_that_was_left() -> None:
    model = trained(networks())
    levels = model.codec.encode(model.sample(2000, seed=3).x)
    assert (levels[:, 0] == 3).any()
    assert (levels[levels[:, 0] == 3, 1] == 0).all()


def test_a_trajectory_unmasks_from_the_center() -> None:
    model = trained(circuits(3))
    drawn = model.sample(50, seed=4, trajectory=True)
    assert drawn.times == (2, 1, 0)
    assert drawn.trajectory is not None
    np.testing.assert_allclose(drawn.trajectory[0], 1 / 3, rtol=1e-6)
    np.testing.assert_array_equal(drawn.trajectory[1][:, 0], drawn.x[:, 0])
    np.testing.assert_allclose(drawn.trajectory[1][:, 1], drawn.trajectory[1][:, 2], rtol=1e-5)


def test_what_cannot_be_built() -> None:
    with pytest.raises(ConfigError, match="maps of at least two cells"):
        circuits(spec=Spec("vector", (3,)))
    with pytest.raises(ConfigError, match="uploads data itself"):
        circuits(uploads="every", ansatz="re-uploading")
    with pytest.raises(UserError, match="must be fitted"):
        circuits().step(0)
    with pytest.raises(UserError, match="sum over all orders"):
        circuits(order="random").log_likelihood(maps().x, maps().label)


@pytest.mark.parametrize("name", ["JETS_RADIAL_MASKED", "JETS_4X4_MASKED", "JETS_MAPS_MASKED"])
def test_the_twins_of_the_presets_have_as_many_parameters(name: str) -> None:
    experiment, twin = (getattr(masked, key) for key in (name, f"{name}_NETWORK"))
    rows, columns = {"JETS_RADIAL_MASKED": (16, 1), "JETS_4X4_MASKED": (4, 4)}.get(name, (16, 4))
    spec = Spec("map", (rows, columns), {0: "gluon"})
    n = MaskedQuantum(experiment.model, spec, experiment.training, 0).n_parameters
    assert n == twin.model.n_parameters
    assert MaskedNetwork(twin.model, spec, twin.training, 0).n_parameters == pytest.approx(n, 0.03)
