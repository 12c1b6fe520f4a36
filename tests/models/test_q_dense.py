"""Q-Dense: what its circuit computes, and that it learns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import QDense as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.q_dense import QDense

CLASSES = {0: "gluon", 1: "quark"}


def _model(
    shape: tuple[int, int] = (2, 4),
    classes: dict[int, str] | None = None,
    iterations: int = 100,
    **settings: Any,
) -> QDense:
    spec = Spec("map", shape, CLASSES if classes is None else classes)
    config = Settings(**({"n_layers": 2} | settings))
    return QDense(
        config, spec, Training(iterations=iterations, batch_size=20, learning_rate=0.05), 0
    )


def test_the_paper_s_size() -> None:
    model = _model((8, 8), n_layers=47)
    assert (model.n_qubits, model.n_parameters) == (7, 987)
    assert _model((8, 8), classes={}, n_layers=47).n_qubits == 6


@pytest.mark.parametrize("encoding", ["sqrt", "amplitude"])
def test_the_answer_is_what_pennylane_measures(encoding: str) -> None:
    model = _model(encoding=encoding)
    pixels = torch.rand(3, 8, generator=torch.Generator().manual_seed(0))
    labels = np.array([0, 1, 1], dtype=np.int8)
    answer = model.predict(pixels, model.tell(labels)).detach().numpy()
    device = qml.device("default.qubit", wires=4)

    @qml.qnode(device)
    def circuit(amplitudes: np.ndarray, label: int) -> Any:
        qml.StatePrep(amplitudes, wires=range(3))
        qml.RX(2 * math.pi * label / 2, wires=3)
        qml.StronglyEntanglingLayers(model.theta.detach().numpy().reshape(2, 4, 3), wires=range(4))
        return qml.probs(wires=range(3))

    for row, label, found in zip(pixels.double().numpy() + 1e-9, labels, answer, strict=True):
        amplitudes = np.sqrt(row) if encoding == "sqrt" else row
        expected = circuit(amplitudes / np.linalg.norm(amplitudes), int(label))
        np.testing.assert_allclose(found / 4, expected, atol=2e-6)


def test_the_label_is_uploaded_again_before_every_later_layer() -> None:
    model = _model(label_reuploading=True, n_layers=3)
    labels = np.array([0, 1], dtype=np.int8)
    pixels = torch.rand(1, 8, generator=torch.Generator().manual_seed(0)).expand(2, -1)
    answer = model.predict(pixels, model.tell(labels)).detach().numpy()
    theta = model.theta.detach().numpy().reshape(3, 1, 4, 3)

    @qml.qnode(qml.device("default.qubit", wires=4))
    def circuit(amplitudes: np.ndarray, label: int) -> Any:
        qml.StatePrep(amplitudes, wires=range(3))
        for layer in theta:
            qml.RX(2 * math.pi * label / 2, wires=3)
            qml.StronglyEntanglingLayers(layer, wires=range(4))
        return qml.probs(wires=range(3))

    amplitudes = np.sqrt(pixels[0].double().numpy() + 1e-9)
    for label, found in zip(labels, answer, strict=True):
        np.testing.assert_allclose(
            found / 4, circuit(amplitudes / np.linalg.norm(amplitudes), int(label)), atol=2e-6
        )
    assert np.abs(answer[0] - answer[1]).max() > 0.01
    assert model.circuits()[0].n_inputs == 1


def test_without_classes_there_is_no_label_to_upload() -> None:
    assert _model(classes={}, label_reuploading=True).circuits()[0].n_inputs == 0


def test_remapped_angles_stay_within_half_a_turn() -> None:
    """arXiv:2212.14807: angle = pi tanh(weight)."""
    model = _model(remap="tanh")
    with torch.no_grad():
        model.theta.mul_(100)
    np.testing.assert_allclose(
        model.angles.detach().numpy(), np.pi * np.tanh(model.theta.detach().numpy()), rtol=1e-6
    )
    assert model.circuits()[0].weights == pytest.approx(model.angles.detach().numpy())
    plain = _model()
    assert torch.equal(plain.angles, plain.theta)


def test_a_shape_that_is_no_power_of_two() -> None:
    model = _model((3, 3), classes={})
    assert model.n_qubits == 4
    x = model.sample(6, seed=0).x
    assert x.shape == (6, 3, 3)
    np.testing.assert_allclose(x.sum(axis=(1, 2)), 1, atol=1e-5)


SHARP = [[0.5, 0.1, 0.05, 0.05], [0.05, 0.05, 0.1, 0.1]]
MILD = [
    [0.18, 0.15, 0.1, 0.1],
    [0.08, 0.09, 0.14, 0.16],
]  # of the target "noise", a step may take no more than .05 from a pixel


@pytest.mark.parametrize(
    ("target", "image", "power", "near"), [("data", SHARP, 3.0, 0.5), ("noise", MILD, 1.0, 0.8)]
)
def test_it_learns_one_image(
    target: str, image: list[list[float]], power: float, near: float
) -> None:
    """All training images are the same; what is generated is nearer to it than the noise was, and
    training brought it there.
    """
    truth = np.array(image, dtype=np.float32)
    model = _model(
        classes={},
        target=target,
        n_layers=4,
        schedule={"kind": "blend", "n_steps": 6, "power": power},
    )
    model.fit(
        Encoded(np.repeat(truth[None], 64, axis=0), np.full(64, -1, dtype=np.int8), model.spec)
    )
    untrained = np.abs(model.sample(50, seed=1).x - truth).sum(axis=(1, 2)).mean()
    for i in range(100):
        model.step(i)
    drawn = model.sample(50, seed=1, trajectory=True)
    assert drawn.trajectory is not None
    start, end = (np.abs(drawn.trajectory[i] - truth).sum(axis=(1, 2)).mean() for i in (0, -1))
    assert end < near * start
    assert end < 0.8 * untrained


def test_what_it_cannot_use_is_refused() -> None:
    with pytest.raises(ConfigError, match="amplitudes"):
        _model(ansatz="re-uploading")
    with pytest.raises(ConfigError, match="images"):
        QDense(Settings(), Spec("vector", (4,)), Training(), 0)
