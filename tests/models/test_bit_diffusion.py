"""QD3PM and D3PM: the circuit is what PennyLane measures, training lowers an exact divergence, the
chain is marginalised exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import D3PM as D3PMSettings
from qdiffgui.config.models import QD3PM as QD3PMSettings
from qdiffgui.config.schedules import Cosine
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.models.d3pm import D3PM
from qdiffgui.models.qd3pm import QD3PM

TRAINING = Training(iterations=300, batch_size=64, learning_rate=0.05)


def data(n: int = 4000, classes: bool = False) -> Encoded:
    """Two strongly correlated numbers; with classes, of opposite correlation."""
    rng = np.random.default_rng(0)
    label = rng.integers(2, size=n).astype(np.int8) if classes else np.full(n, -1, np.int8)
    x = rng.multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], n)
    x[label == 1, 0] *= -1
    return Encoded(
        x.astype(np.float32), label, Spec("vector", (2,), {0: "a", 1: "b"} if classes else {})
    )


def quantum(train: Encoded, training: Training = TRAINING, **settings: Any) -> QD3PM:
    given = {
        "n_bits": 4,
        "n_layers": 4,
        "axes": "observables",
        "schedule": Cosine(n_steps=3),
        **settings,
    }
    model = QD3PM(QD3PMSettings(**given), train.spec, training, 0)
    model.fit(train)
    return model


def trained(model: BitDiffusion) -> list[float]:
    return [model.step(i).loss for i in range(model.n_steps)]


def divergence(model: BitDiffusion, train: Encoded, label: int | None = None) -> float:
    rows = slice(None) if label is None else train.label == label
    share = np.bincount(model.codes(train.x[rows]), minlength=model.noise.size) / np.count_nonzero(
        train.label[rows] > -2
    )
    q = model.distribution(label)
    return float((share * np.log(np.where(share > 0, share, 1) / q)).sum())


@pytest.mark.parametrize("n_ancillas", [0, 2])
@pytest.mark.parametrize("ansatz", ["re-uploading", "strongly-entangling"])
def test_probabilities_are_what_pennylane_measures(ansatz: str, n_ancillas: int) -> None:
    model = quantum(data(50), n_bits=3, n_layers=2, ansatz=ansatz, n_ancillas=n_ancillas)
    bits, condition = torch.tensor([[0.0, 1, 1], [1, 0, 1]]), torch.tensor([[0.3], [1.0]])
    p = model.network(bits, condition).exp().detach().numpy()
    info = model.circuits()[0]
    device = qml.device("default.qubit", wires=3 + n_ancillas)

    @qml.qnode(device)
    def circuit(inputs: np.ndarray) -> Any:
        info.function(info.weights, inputs)
        return qml.probs(wires=range(3))

    for row, inputs in zip(p, model.network.inputs(bits, condition).detach().numpy()):
        np.testing.assert_allclose(row, circuit(inputs), atol=1e-5)


def test_an_untrained_first_layer_writes_the_string() -> None:
    model = quantum(data(50), n_layers=1, ansatz="re-uploading")
    with torch.no_grad():
        model.network.angles.zero_()
        model.network.rate.zero_()
        model.network.scale.fill_(1)
        chances = model.network(
            model.noise.bits(torch.arange(16)).float(), torch.zeros(16, 1)
        ).exp()
    np.testing.assert_allclose(chances, np.eye(16), atol=1e-5)


def test_the_circuit_learns_in_one_step_what_independent_bits_cannot() -> None:
    train = data()
    circuit = quantum(train, n_layers=6, sampling_steps=1, schedule=Cosine(n_steps=2))
    settings = D3PMSettings(
        n_bits=4, axes="observables", schedule=Cosine(n_steps=2), sampling_steps=1
    )
    product = D3PM(settings, train.spec, TRAINING, 0)
    product.fit(train)
    losses = trained(circuit)
    trained(product)
    assert np.mean(losses[-20:]) < 0.4 * np.mean(losses[:20])
    assert divergence(circuit, train) < 0.15 < 0.5 < divergence(product, train)


@pytest.mark.parametrize("noise", ["bit-flip", "depolarizing"])
def test_samples_follow_the_exact_distribution(noise: str) -> None:
    train = data(500, classes=True)
    model = quantum(train, Training(iterations=10, batch_size=32), noise=noise, n_ancillas=1)
    trained(model)
    for label in (0, None):
        exact = model.distribution(label)
        assert exact.sum() == pytest.approx(1, abs=1e-6)
        drawn = model.codes(model.sample(40_000, label, seed=1).x)
        np.testing.assert_allclose(np.bincount(drawn, minlength=16) / 40_000, exact, atol=0.01)


def test_classes_are_told_apart() -> None:
    train = data(classes=True)
    model = quantum(train)
    trained(model)
    correlation = [np.corrcoef(model.sample(2000, label, seed=0).x.T)[0, 1] for label in (0, 1)]
    assert correlation[0] > 0.4
    assert correlation[1] < -0.4


def test_all_inputs_and_drawn_ones_estimate_the_same_loss() -> None:
    train = data()
    every = quantum(train, inputs="enumerate", schedule=Cosine(n_steps=2))
    some = quantum(
        train, Training(iterations=1, batch_size=8192), inputs="sample", schedule=Cosine(n_steps=2)
    )
    assert every.enumerates
    assert not some.enumerates
    first = {float(quantum_loss(every, t)) for t in (1, 2)}
    assert some.step(0).loss == pytest.approx(np.mean(list(first)), rel=0.05)


def quantum_loss(model: QD3PM, t: int) -> float:
    """The training loss at one step, written out with plain sums."""
    counts = np.bincount(model.codes(data().x), minlength=16) / 4000
    total = 0.0
    codes = torch.arange(16)
    q = model.noise.likelihood(codes, torch.full((16,), t)).numpy()
    log_p = (
        model._log_p(codes, torch.zeros(16, dtype=torch.int64), torch.full((16,), t))
        .detach()
        .numpy()
    )
    for x_t in range(16):
        joint = counts * q[x_t]
        target = joint / joint.sum()
        total += joint.sum() * sum(a * (np.log(a) - b) for a, b in zip(target, log_p[x_t]) if a > 0)
    return total


def test_other_data_are_refused() -> None:
    with pytest.raises(ConfigError, match="kind 'state'"):
        QD3PM(QD3PMSettings(), Spec("state", (4,)), TRAINING, 0)
