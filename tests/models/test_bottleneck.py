"""The reverse bottleneck: its circuit, its loss, its class qubits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import Latent as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.bottleneck import ReverseBottleneck

CLASSES = {0: "a", 1: "b", 2: "c"}


def _model(
    k: int = 4, classes: dict[int, str] | None = None, iterations: int = 200, **settings: Any
) -> ReverseBottleneck:
    config = Settings(
        recipe="bottleneck",
        encoder="autoencoder",
        **{"n_layers": 2, "schedule": {"kind": "cosine", "n_steps": 6}} | settings,
    )
    training = Training(iterations=iterations, batch_size=128, learning_rate=0.03)
    return ReverseBottleneck(config, Spec("map", (k, 1), classes or {}), training, 0)


def test_the_middle_is_wider_and_classes_have_qubits_of_their_own() -> None:
    model = _model(8, CLASSES, n_ancillas=2)
    assert (model.n_data, model.n_class, model.n_qubits) == (3, 2, 7)
    assert model.n_parameters == 2 * 3 * (5 + 7 + 5)
    info = model.circuits()[0]
    assert (info.n_qubits, info.n_ancillas) == (7, 4)
    touched = [max(gate["wires"]) >= 5 for gate in info.gates]
    assert not touched[0]
    assert any(touched)
    assert not touched[-1]


def test_what_is_trained_is_what_pennylane_simulates() -> None:
    model = _model(4, CLASSES)
    psi = torch.randn(3, 4, dtype=torch.complex64, generator=torch.Generator().manual_seed(1))
    psi = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)
    label = np.array([2, 0, 1], dtype=np.int8)
    branches = model._branches(psi, label).detach()
    info, device = model.circuits()[0], qml.device("default.qubit", wires=5)

    @qml.qnode(device)
    def circuit(state: np.ndarray, place: int) -> Any:
        qml.StatePrep(state, wires=[0, 1])
        qml.BasisState(np.array([place // 2, place % 2]), wires=[2, 3])
        info.function(model.theta.detach().double().numpy(), np.empty(0))
        return qml.state()

    for row, place, found in zip(psi.numpy(), label, branches.numpy(), strict=True):
        state = row.astype(np.complex128)
        np.testing.assert_allclose(
            found.ravel(), circuit(state / np.linalg.norm(state), int(place)), atol=3e-6
        )


def test_a_class_is_where_it_was_put() -> None:
    """Two classes on different basis states: from noise, each circuit leads to its own."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 1000).astype(np.int8)
    x = np.full((1000, 4, 1), 0.01, dtype=np.float32)
    x[np.arange(1000), 3 * label] = 0.97
    model = _model(
        4, {0: "a", 1: "b"}, n_ancillas=2, n_layers=3, schedule={"kind": "cosine", "n_steps": 4}
    )
    model.fit(Encoded(x, label, model.spec))
    losses = [model.step(i).loss for i in range(200)]
    assert np.mean(losses[-20:]) < 0.8 * np.mean(losses[:20])
    for known, cell in ((0, 0), (1, 3)):
        drawn = model.sample(800, known, seed=1)
        assert set(drawn.label.tolist()) == {known}
        mean = drawn.x.mean(axis=0).ravel()
        assert np.argmax(mean) == cell
        assert mean[cell] > 0.6


def test_the_forward_process_ends_at_haar_states() -> None:
    frames, times = _model(4).forward_process(
        np.tile([[1.0], [0], [0], [0]], (4000, 1, 1)).astype(np.float32)
    )
    assert times == tuple(range(7))
    np.testing.assert_allclose(frames[0, 0].ravel(), [1, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(frames[-1].mean(axis=0).ravel(), 0.25, atol=0.02)


@pytest.mark.parametrize(("k", "fidelity"), [(4, 0.68), (8, 0.49), (16, 0.31)])
def test_the_signal_left_is_that_of_the_states(k: int, fidelity: float) -> None:
    """With the published noise. Of what is no signal, one part in d points along the data by
    chance: the fidelity is a little more.
    """
    model = _model(k, schedule={"kind": "linear", "n_steps": 15})
    x = np.tile(np.eye(1, k, dtype=np.float32)[:, :, None], (20000, 1, 1))
    measured = float(model.forward_process(x)[0][-1, :, 0, 0].mean())  # |<x_0|x_T>|²
    left = model.facts()["signal_left"]
    assert measured == pytest.approx(fidelity, abs=0.01)
    assert left == pytest.approx(0.8592 / (0.8592 + 0.1408 * k), abs=1e-3)
    assert left < measured < left + (1 - left) / k


def test_amplitudes_need_a_power_of_two() -> None:
    with pytest.raises(ConfigError, match="power of two"):
        _model(6)
