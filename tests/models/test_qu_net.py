"""QU-Net: its circuits are called, and trained; the public code of the paper never calls them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import QUNet as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.qu_net import QUNet

TRUTH = np.random.default_rng(1).dirichlet(np.full(16, 0.4)).reshape(4, 4).astype(np.float32)


def _model(
    iterations: int = 60, classes: dict[int, str] | None = None, seed: int = 0, **settings: Any
) -> QUNet:
    config = Settings(
        **({"channels": 2, "n_layers": 2, "schedule": {"kind": "blend", "n_steps": 4}} | settings)
    )
    training = Training(iterations=iterations, batch_size=16, learning_rate=0.05)
    return QUNet(config, Spec("map", (4, 4), classes or {}), training, seed)


def _fitted(**settings: Any) -> QUNet:
    model = _model(**settings)
    model.fit(
        Encoded(np.repeat(TRUTH[None], 64, axis=0), np.full(64, -1, dtype=np.int8), model.spec)
    )
    return model


def test_every_angle_of_every_circuit_gets_a_gradient() -> None:
    model = _fitted()
    model.step(0)
    for name, convolution in model.convolutions.items():
        gradient = convolution.layer.angles.grad
        assert gradient is not None, name
        assert (gradient.abs() > 0).float().mean() > 0.9, name
        assert torch.linalg.vector_norm(gradient) > 1e-5, name


def test_the_circuits_make_the_answer() -> None:
    """Other angles in any one of them, another answer."""
    model = _model()
    pixels = torch.rand(3, 16, generator=torch.Generator().manual_seed(0))
    context = model.tell(np.full(3, -1, dtype=np.int8))
    before = model.predict(pixels, context).detach()
    for convolution in model.convolutions.values():
        with torch.no_grad():
            kept = convolution.layer.angles.clone()
            convolution.layer.angles.add_(0.3)
            assert (model.predict(pixels, context) - before).abs().max() > 1e-3
            convolution.layer.angles.copy_(kept)


def test_it_learns_one_image() -> None:
    model = _fitted()
    untrained = np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean()
    for i in range(60):
        model.step(i)
    assert np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean() < 0.6 * untrained


def test_frozen_circuits_stay_and_are_exported() -> None:
    model = _fitted(circuit="frozen")
    before = model.circuits()[0].weights.copy()
    for i in range(3):
        model.step(i)
    np.testing.assert_array_equal(model.circuits()[0].weights, before)
    assert model.facts()["circuit_parameters"] > model.n_parameters
    other = _model(circuit="frozen", seed=5)
    assert not np.array_equal(other.circuits()[0].weights, before)
    other.load_weights(model.weights())
    np.testing.assert_array_equal(other.sample(5, seed=2).x, model.sample(5, seed=2).x)


def test_separable_circuits_have_one_qubit_gates_alone() -> None:
    for info in _model(circuit="separable").circuits():
        assert {len(gate["wires"]) for gate in info.gates} == {1}


def test_it_counts_its_patches() -> None:
    assert _model().facts()["circuit_runs_an_image"] == 3 * 16 + 2 * 4


def test_what_it_cannot_use_is_refused() -> None:
    with pytest.raises(ConfigError, match="learns images"):
        QUNet(Settings(), Spec("vector", (4,)), Training(), 0)
