"""USS: the power of one unitary is the walk, and what a unitary can and cannot do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui import engine
from qdiffgui.config import Training
from qdiffgui.config.models import USS as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion import blend
from qdiffgui.errors import ConfigError
from qdiffgui.models.uss import USS


def _model(
    classes: dict[int, str] | None = None, shape: tuple[int, int] = (2, 4), **settings: Any
) -> USS:
    spec = Spec("map", shape, classes or {})
    config = Settings(
        **({"n_layers": 3, "schedule": {"kind": "blend", "n_steps": 5, "power": 1.0}} | settings)
    )
    return USS(config, spec, Training(iterations=150, batch_size=20, learning_rate=0.05), 0)


def _noise(model: USS, n: int = 40) -> torch.Tensor:
    noise = blend.noise_images(n, model.spec.size, torch.Generator().manual_seed(1))
    return model.states(noise, model.tell(np.zeros(n, dtype=np.int8)))


def test_one_matrix_is_all_the_steps() -> None:
    model = _model({0: "gluon", 1: "quark"})
    exact = engine.compile(model.program, dtype=torch.complex128, backend="torch")
    theta = model.theta.detach().double()
    psi = _noise(model).to(torch.complex128)
    at_once = psi @ torch.linalg.matrix_power(exact.unitary(theta), model.n_diffusion_steps).T
    for _ in range(model.n_diffusion_steps):
        psi = exact.state(theta, psi=psi)
    assert torch.linalg.vector_norm(at_once - psi, dim=1).max() < 1e-10
    torch.testing.assert_close(
        _noise(model) @ model.matrix().T, psi.to(torch.complex64), atol=1e-5, rtol=0
    )


def test_overlaps_are_those_of_the_noise() -> None:
    """What no training can change: generated states are as much alike as the noise images were."""
    model = _model()
    noise = _noise(model)
    drawn = noise @ model.matrix().T
    torch.testing.assert_close(drawn.conj() @ drawn.T, noise.conj() @ noise.T, atol=1e-5, rtol=0)


@pytest.mark.parametrize("loss", ["distance", "infidelity"])
def test_it_learns_one_image(loss: str) -> None:
    truth = np.array([[0.5, 0.1, 0.05, 0.05], [0.05, 0.05, 0.1, 0.1]], dtype=np.float32)
    model = _model(loss=loss)
    model.fit(
        Encoded(np.repeat(truth[None], 64, axis=0), np.full(64, -1, dtype=np.int8), model.spec)
    )
    untrained = np.abs(model.sample(50, seed=1).x.mean(axis=0) - truth).sum()
    for i in range(150):
        model.step(i)
    assert np.abs(model.sample(50, seed=1).x.mean(axis=0) - truth).sum() < 0.5 * untrained


def test_the_mean_step_is_toward_the_target() -> None:
    """The loss is that of state vectors: |U x_t - x_{t-1}|²."""
    model = _model()
    x, y = torch.rand(2, 6, 8, generator=torch.Generator().manual_seed(0))
    context = model.tell(np.full(6, -1, dtype=np.int8))
    image = model.states(x, context) @ model.matrix(1).T
    expected = (image - model.states(y, context)).abs().square().sum(dim=1).mean()
    torch.testing.assert_close(model._loss(x, y, context).detach(), expected)


def test_what_it_cannot_use_is_refused() -> None:
    with pytest.raises(ConfigError, match="amplitudes"):
        _model(ansatz="re-uploading")
    with pytest.raises(ConfigError, match="learns images"):
        USS(Settings(), Spec("vector", (4,)), Training(), 0)
