"""Whitened starts: the way back is exact, classes have their own, and an answer 0 is the copula."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser
from qdiffgui.config.schedules import Trigonometric
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, DataError
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.models.ddpm import ClassicalDDPM as ClassicalModel
from qdiffgui.models.denoising import DenoisingModel
from qdiffgui.models.quantum_denoiser import QuantumDenoiser as QuantumModel
from qdiffgui.models.stored_weights import load_weights
from qdiffgui.models.target_pool import BLOCK, TargetPool
from qdiffgui.models.whitening import Whitening

SPEC = Spec("vector", (3,), {0: "gluon", 1: "quark"}, ("a", "b", "c"))
RECIPE = {
    "start": "copula",
    "prediction": "velocity",
    "envelope": True,
    "targets": "posterior-mean",
    "sampler": "heun",
    "schedule": Trigonometric(n_steps=20),
}
TRAINING = Training(iterations=20, batch_size=64, learning_rate=1e-2)


def data(n: int = 3000) -> Encoded:
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, n).astype(np.int8)
    z = rng.standard_normal((n, 3)) @ [[1, 0.8, 0], [0, 0.6, 0.3], [0, 0, 1]]
    x = np.where(label[:, None] == 1, np.sinh(z), z + np.array([1, -1, 0]))
    return Encoded(x.astype(np.float32), label, SPEC)


def models() -> list[DenoisingModel]:
    circuit = QuantumDenoiser(n_qubits=3, n_layers=2, uploads="mixed", **RECIPE)
    return [
        QuantumModel(circuit, SPEC, TRAINING, 1),
        ClassicalModel(ClassicalDDPM(n_parameters=200, **RECIPE), SPEC, TRAINING, 1),
    ]


@pytest.mark.parametrize("scores", [False, True])
def test_each_class_goes_its_own_way_and_back(scores: bool) -> None:
    train = data()
    whitening = Whitening(SPEC, scores=scores)
    whitening.fit(train.x, train.label)
    z = whitening.encode(train.x, train.label)
    for label in (0, 1):
        own = z[torch.from_numpy(train.label == label)]
        np.testing.assert_allclose(np.cov(own.numpy(), rowvar=False), np.eye(3), atol=1e-3)
    back = whitening.decode(z, None, train.label)
    np.testing.assert_allclose(back, train.x, atol=1e-4)
    together = whitening.decode(whitening.encode(train.x))
    np.testing.assert_allclose(together, train.x, atol=1e-4)


@pytest.mark.parametrize("model", models(), ids=["circuit", "network"])
def test_an_answer_of_zero_is_the_gaussian_copula(model: DenoisingModel) -> None:
    train = data()
    model.fit(train)
    with torch.no_grad():
        for parameter in model.network.parameters():
            parameter.zero_()
    for label in (0, 1):
        drawn, real = model.sample(3000, label, seed=2).x, train.x[train.label == label]
        for k in range(3):
            assert w1(drawn[:, k], real[:, k]) < 0.12 * real[:, k].std()
        np.testing.assert_allclose(
            np.corrcoef(np.argsort(np.argsort(drawn, axis=0), axis=0), rowvar=False),
            np.corrcoef(np.argsort(np.argsort(real, axis=0), axis=0), rowvar=False),
            atol=0.06,
        )


@pytest.mark.parametrize("model", models(), ids=["circuit", "network"])
def test_a_saved_model_samples_the_same(model: DenoisingModel) -> None:
    model.fit(data())
    for i in range(5):
        model.step(i)
    again = next(other for other in models() if type(other) is type(model))
    again.load_weights(model.weights())
    np.testing.assert_array_equal(again.sample(50, seed=3).x, model.sample(50, seed=3).x)


@pytest.mark.parametrize("model", models(), ids=["circuit", "network"])
def test_training_resumes_bit_for_bit(model: DenoisingModel) -> None:
    model.fit(data())
    for i in range(4):
        model.step(i)
    again = next(other for other in models() if type(other) is type(model))
    again.fit(data())
    again.load_state(model.state())
    assert [again.step(i).loss for i in (4, 5)] == [model.step(i).loss for i in (4, 5)]


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "heun"])
@pytest.mark.parametrize("prediction", ["epsilon", "x0", "velocity"])
@pytest.mark.parametrize("targets", ["sample", "posterior-mean"])
def test_settings_compose(sampler: str, prediction: str, targets: str) -> None:
    settings = RECIPE | {"sampler": sampler, "prediction": prediction, "targets": targets}
    model = ClassicalModel(ClassicalDDPM(n_parameters=200, **settings), SPEC, TRAINING, 1)
    model.fit(data(600))
    assert all(np.isfinite(model.step(i).loss) for i in range(3))
    assert np.isfinite(model.sample(40, 1, seed=0).x).all()


def test_the_pool_has_both_classes_and_every_angle() -> None:
    data_, features = torch.randn(400, 2), torch.tensor([[-1.0], [1.0]]).repeat(200, 1)
    angles = torch.linspace(0, 1.57, 21)
    pool = TargetPool(data_, features, angles, 1000, torch.Generator().manual_seed(0))
    pool.complete(1)
    assert pool.x.shape == pool.velocity.shape == (1000, 2)
    assert pool.features.sum() == 0
    assert 0.2 < pool.t.min() < 0.3
    assert 19.9 < pool.t.max() <= 20
    assert torch.isfinite(pool.velocity).all()


def test_targets_are_computed_as_training_gets_to_them() -> None:
    data_, features = torch.randn(300, 2), torch.tensor([[-1.0], [1.0]]).repeat(150, 1)
    angles = torch.linspace(0, 1.57, 21)
    one, other = (
        TargetPool(data_, features, angles, 2 * BLOCK + 10, torch.Generator().manual_seed(0))
        for _ in range(2)
    )
    one.complete(2)
    assert (one.n_known, one.n_blocks) == (2 * BLOCK, 3)
    assert (one.velocity[2 * BLOCK :] == 0).all()
    one.complete(3)
    other.complete(3)
    assert torch.equal(one.velocity, other.velocity)
    assert (one.velocity[-10:] != 0).all()
    early = one.t[:BLOCK].sort().values
    assert early.diff().max() < 0.5  # every angle from the first block on


def test_data_of_one_class_have_a_pool() -> None:
    pool = TargetPool(
        torch.randn(100, 2), torch.zeros(100, 0), torch.linspace(0, 1.57, 21), 50, torch.Generator()
    )
    pool.complete(1)
    assert pool.features.shape == (50, 0)
    assert (pool.velocity != 0).all()


def test_setting_up_is_timed_on_a_part_and_then_left_out() -> None:
    settings = ClassicalDDPM(n_parameters=200, **RECIPE)
    training = Training(iterations=100, batch_size=64)
    model = ClassicalModel(settings, SPEC, training, 1)
    assert model.setup_seconds(lambda: 0.0) == 0
    model.fit(data(600))
    times = iter([1.0, 3.0])
    assert model.setup_seconds(lambda: next(times)) == 2 * 7 / 2
    assert np.isfinite(model.step(99).loss)


def test_maps_are_not_whitened() -> None:
    spec = Spec("map", (4, 4), {}, ())
    with pytest.raises(ConfigError, match=r"model\.start"):
        ClassicalModel(ClassicalDDPM(start="white"), spec, TRAINING, 0)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.config.kind)
def test_a_stored_copula_is_loaded_whole_or_refused(model: DenoisingModel) -> None:
    model.fit(data())
    weights = {name: np.asarray(values) for name, values in model.weights().items()}
    again = type(model)(model.config, SPEC, TRAINING, 5)
    load_weights(again, weights)
    np.testing.assert_array_equal(again.sample(20, seed=1).x, model.sample(20, seed=1).x)
    for name, wrong in (
        ("transform/1/factor", np.zeros((5, 5))),
        ("transform/1/levels", np.zeros(3)),
        ("transform/0/mean", np.full(3, np.nan)),
        ("transform/classes", np.array([0, 1, 7])),
        ("transform/2/mean", np.zeros(3)),
    ):
        with pytest.raises(DataError):
            load_weights(type(model)(model.config, SPEC, TRAINING, 5), weights | {name: wrong})
