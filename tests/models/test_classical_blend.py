"""The classical twins of the image models: as large, and of the same recipe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalBlend as Settings
from qdiffgui.config.models import QDense as QuantumSettings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.models.classical_blend import ClassicalBlend
from qdiffgui.models.q_dense import QDense

SPEC = Spec("map", (8, 8), {0: "gluon", 1: "quark"})


def _model(spec: Spec = SPEC, iterations: int = 100, **settings: Any) -> ClassicalBlend:
    return ClassicalBlend(
        Settings(**settings),
        spec,
        Training(iterations=iterations, batch_size=20, learning_rate=0.02),
        0,
    )


@pytest.mark.parametrize("network", ["dense", "unet"])
@pytest.mark.parametrize("n_parameters", [846, 987])
def test_it_is_as_large_as_its_quantum_twin(network: str, n_parameters: int) -> None:
    assert _model(network=network, n_parameters=n_parameters).n_parameters == pytest.approx(
        n_parameters, rel=0.06
    )


def test_it_sees_the_noise_and_the_blend_that_q_dense_sees() -> None:
    quantum = QDense(QuantumSettings(n_layers=1), SPEC, Training(iterations=1, batch_size=20), 0)
    x = np.random.default_rng(0).dirichlet(np.ones(64), 5).reshape(5, 8, 8).astype(np.float32)
    for found, expected in zip(
        _model().forward_process(x, seed=3), quantum.forward_process(x, seed=3), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def test_it_is_blind_to_the_scale_as_the_circuit_is() -> None:
    model = _model()
    pixels = torch.rand(3, 64, generator=torch.Generator().manual_seed(0))
    context = model.tell(np.array([0, 1, 1], dtype=np.int8))
    torch.testing.assert_close(model.predict(pixels, context), model.predict(3 * pixels, context))


@pytest.mark.parametrize("reading", ["squares", "pixels"])
@pytest.mark.parametrize("network", ["dense", "unet"])
def test_it_learns_one_image(network: str, reading: str) -> None:
    truth = np.random.default_rng(1).dirichlet(np.full(64, 0.3)).reshape(8, 8).astype(np.float32)
    model = _model(
        Spec("map", (8, 8)),
        network=network,
        reading=reading,
        schedule={"kind": "blend", "n_steps": 4},
    )
    model.fit(
        Encoded(np.repeat(truth[None], 64, axis=0), np.full(64, -1, dtype=np.int8), model.spec)
    )
    untrained = np.abs(model.sample(50, seed=1).x - truth).sum(axis=(1, 2)).mean()
    for i in range(100):
        model.step(i)
    assert np.abs(model.sample(50, seed=1).x - truth).sum(axis=(1, 2)).mean() < 0.5 * untrained
