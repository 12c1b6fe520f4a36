"""The quark/gluon model as intended: what the public code of arXiv:2412.21082 gets wrong, ours does
not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.config.models import QGUNet as Settings
from qdiffgui.config.representation import Image
from qdiffgui.data.representations.image import Image as ImageRepresentation
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.qg_unet import QGUNet

TRUTH = np.random.default_rng(1).dirichlet(np.full(16, 0.4)).reshape(4, 4).astype(np.float32)
VARIANTS: list[dict[str, Any]] = [
    {"variant": "classical"},
    {"variant": "hybrid"},
    {"variant": "quantum"},
    {"variant": "quantum", "encoding": "angle-patches"},
]
QUANTUM = VARIANTS[1:]


def _model(
    iterations: int = 80, shape: tuple[int, int] = (4, 4), seed: int = 0, **settings: Any
) -> QGUNet:
    config = Settings(
        **(
            {"n_qubits": 3, "n_layers": 3, "width": 4, "schedule": {"kind": "haar", "n_steps": 5}}
            | settings
        )
    )
    return QGUNet(
        config,
        Spec("map", shape),
        Training(iterations=iterations, batch_size=32, learning_rate=0.03),
        seed,
    )


def _fitted(**settings: Any) -> QGUNet:
    model = _model(**settings)
    model.fit(
        Encoded(np.repeat(TRUTH[None], 64, axis=0), np.full(64, -1, dtype=np.int8), model.spec)
    )
    return model


def _input(
    model: QGUNet, seed: int = 0, t: int = 2
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    pieces, d = model.denoiser.pieces
    x = model.process.noise(
        6 * pieces, d.bit_length() - 1, torch.Generator().manual_seed(seed)
    ).reshape(6, pieces, d)
    steps = torch.full((6,), t)
    return x, model._condition(steps, torch.zeros(6, 0)), steps


@pytest.mark.parametrize("settings", QUANTUM, ids=str)
def test_every_angle_of_the_circuit_gets_a_gradient(settings: dict[str, Any]) -> None:
    model = _fitted(**settings)
    model.step(0)
    assert model.denoiser.layer is not None
    gradient = model.denoiser.layer.angles.grad
    assert gradient is not None
    assert (gradient.abs() > 0).float().mean() > 0.9
    assert torch.linalg.vector_norm(gradient) > 1e-5


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_the_answer_depends_on_the_input_and_on_t(settings: dict[str, Any]) -> None:
    model = _model(**settings)
    answer = model.denoiser(*_input(model))
    assert (answer - model.denoiser(*_input(model, seed=1))).abs().max() > 1e-3
    assert (answer - model.denoiser(*_input(model, t=4))).abs().max() > 1e-4


def test_the_bottleneck_sees_the_image() -> None:
    """Other features before the circuit, others after it."""
    model = _model(variant="hybrid")
    seen: list[torch.Tensor] = []
    hook = model.denoiser.network.bottleneck.register_forward_hook(
        lambda module, given, out: seen.append(out)
    )
    x, condition, t = _input(model)
    model.denoiser(x, condition, t)
    hook.remove()
    assert seen[0].shape == (6, 6)
    assert model.denoiser.network.bottleneck.words == ["ZII", "IZI", "IIZ", "XII", "IXI", "IIX"]
    assert seen[0].std(dim=0).min() > 1e-4


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_decode_after_encode_is_the_identity(settings: dict[str, Any]) -> None:
    model = _model(**settings, shape=(4, 3))
    x = torch.from_numpy(
        np.random.default_rng(2).dirichlet(np.full(12, 0.2), 20).astype(np.float32)
    )
    torch.testing.assert_close(
        model.denoiser.decode(model.denoiser.encode(x)), x, atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("noise", ["haar", "haar-patches", "linear-angles", "cosine", "sigmoid"])
@pytest.mark.parametrize("variant", ["hybrid", "quantum"])
def test_it_learns_one_image_from_any_noise(variant: str, noise: str) -> None:
    model = _fitted(variant=variant, n_ancillas=3, schedule={"kind": noise, "n_steps": 5})
    untrained = np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean()
    for i in range(80):
        model.step(i)
    # a circuit alone forgets no more of the noise than its ancillas carry away
    assert (
        np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean()
        < (0.6 if variant == "hybrid" else 0.75) * untrained
    )


def test_angle_patches_learn_one_image() -> None:
    model = _fitted(variant="quantum", encoding="angle-patches", n_ancillas=3)
    untrained = np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean()
    for i in range(80):
        model.step(i)
    assert np.abs(model.sample(50, seed=1).x - TRUTH).sum(axis=(1, 2)).mean() < 0.93 * untrained


def test_the_classical_twin_is_as_large() -> None:
    hybrid, classical = (
        _model(variant=v, n_qubits=6, n_layers=4, width=8, shape=(8, 8))
        for v in ("hybrid", "classical")
    )
    assert classical.n_parameters == pytest.approx(hybrid.n_parameters, rel=0.01)
    assert not classical.circuits()
    inner = sum(p.numel() for p in classical.denoiser.network.bottleneck.parameters())
    assert inner == pytest.approx(
        sum(p.numel() for p in hybrid.denoiser.network.bottleneck.parameters()), rel=0.12
    )


@pytest.mark.parametrize("settings", QUANTUM, ids=str)
def test_frozen_circuits_stay_and_are_exported(settings: dict[str, Any]) -> None:
    model = _fitted(**settings, circuit="frozen")
    before = model.circuits()[0].weights.copy()
    model.step(0)
    np.testing.assert_array_equal(model.circuits()[0].weights, before)
    other = _model(**settings, circuit="frozen", seed=5)
    other.load_weights(model.weights())
    np.testing.assert_array_equal(other.sample(5, seed=2).x, model.sample(5, seed=2).x)


@pytest.mark.parametrize("settings", QUANTUM, ids=str)
def test_separable_circuits_have_one_qubit_gates_alone(settings: dict[str, Any]) -> None:
    model = _fitted(**settings, circuit="separable")
    assert {len(gate["wires"]) for gate in model.circuits()[0].gates} == {1}
    model.step(0)


def test_no_jet_image_is_blank() -> None:
    """Sum-pooled 8x8 images all hold their jet; sub-sampled ones ("as in 2412.21082") leave many
    jets without a single pixel.
    """
    dataset = load_jets(QuarkGluonJets(n_jets=400), 0)
    lit = {}
    for pooling in ("sum", "nearest"):
        representation = ImageRepresentation(Image(size=8, pooling=pooling))
        representation.fit(dataset.content, dataset.classes)
        lit[pooling] = representation._pooled(dataset.content).sum(axis=1) > 0
    assert lit["sum"].all()
    assert lit["nearest"].mean() < 0.95


def test_what_it_cannot_use_is_refused() -> None:
    with pytest.raises(ConfigError, match="learns images"):
        QGUNet(Settings(), Spec("vector", (4,)), Training(), 0)
    with pytest.raises(ConfigError, match="angle patches"):
        _model(encoding="angle-patches")
