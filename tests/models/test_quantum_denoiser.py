"""The quantum denoiser: its circuit, its count of parameters, and that it beats having no
circuit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import QuantumDenoiser as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.quantum_denoiser import QuantumDenoiser, pauli_words


def _model(
    d: int = 4,
    classes: dict[int, str] | None = None,
    training: Training | None = None,
    **settings: Any,
) -> QuantumDenoiser:
    return QuantumDenoiser(
        Settings(**settings), Spec("vector", (d,), classes or {}), training or Training(), 0
    )


def test_the_size_that_the_founders_measured() -> None:
    model = _model()
    assert model.n_parameters == 248
    assert model.facts()["circuit_parameters"] == 144
    assert _model(classes={0: "gluon", 1: "quark"}).n_parameters == 296


@pytest.mark.parametrize(("d", "n_qubits"), [(2, 3), (4, 2), (3, 3)])
@pytest.mark.parametrize("ansatz", ["re-uploading", "strongly-entangling", "hardware-efficient"])
def test_the_output_is_what_pennylane_measures(d: int, n_qubits: int, ansatz: str) -> None:
    model = _model(d, n_qubits=n_qubits, n_layers=2, ansatz=ansatz)
    network, info = model.network, model.circuits()[0]
    x, condition = torch.randn(3, d), torch.rand(3, 1)
    raw = network(x, condition).detach().numpy()
    device = qml.device("default.qubit", wires=n_qubits)

    @qml.qnode(device)
    def circuit(inputs: np.ndarray) -> Any:
        info.function(network.angles.detach().double().numpy(), inputs)
        return [
            qml.expval(qml.pauli.string_to_pauli_word(word)) for word in pauli_words(n_qubits)[:d]
        ]

    scale, rate = network.scale.detach().numpy(), network.rate.detach().numpy()
    for row, context, found in zip(x.numpy(), condition.numpy(), raw, strict=True):
        angles = [
            scale[layer, q] * row[(layer * n_qubits + q if d > n_qubits else q) % d]
            + rate[layer, q] @ context
            for layer in range(2)
            for q in range(n_qubits)
        ]
        expected = (
            network.gain.detach().numpy() * np.array(circuit(np.array(angles)))
            + network.bias.detach().numpy()
        )
        np.testing.assert_allclose(found, expected, atol=3e-6)


def test_every_number_may_be_read_from_all_words() -> None:
    model = _model(3, n_qubits=2, n_layers=2, readout="all")
    network = model.network
    words = pauli_words(2)
    assert words == ["ZI", "IZ", "XI", "IX", "YI", "IY", "ZZ", "XX", "YY"]
    with torch.no_grad():
        network.gain.normal_(generator=torch.Generator().manual_seed(0))
        x, condition = torch.randn(4, 3), torch.rand(4, 1)
        read = network.circuit.expval(words, network.angles, network.inputs(x, condition))
        np.testing.assert_allclose(
            network(x, condition), read @ network.gain.T + network.bias, atol=1e-6
        )
    assert model.n_parameters == 2 * 2 * 3 + 2 * 2 + 2 * 2 + 3 * 9 + 3


def test_words_are_distinct_and_grow_with_the_qubits() -> None:
    assert pauli_words(1) == ["Z", "X", "Y"]
    for n in (3, 4, 6):
        assert len(set(pauli_words(n))) == 6 * n


def test_too_few_qubits_are_refused_with_a_remedy() -> None:
    with pytest.raises(ConfigError, match="add qubits"):
        _model(4, n_qubits=1, n_layers=1)
    with pytest.raises(ConfigError, match="few numbers"):
        QuantumDenoiser(Settings(), Spec("map", (4, 4)), Training(), 0)


@pytest.mark.parametrize("prediction", ["epsilon", "x0"])
def test_the_circuit_learns_a_correlation_that_the_fixed_part_cannot_know(prediction: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], size=4000).astype(np.float32)
    training = Training(iterations=200, batch_size=256, learning_rate=0.05)
    model = _model(
        2,
        training=training,
        n_qubits=2,
        n_layers=3,
        prediction=prediction,
        schedule={"kind": "cosine", "n_steps": 20},
    )
    model.fit(Encoded(x, np.full(len(x), -1, dtype=np.int8), model.spec))
    for i in range(200):
        model.step(i)
    drawn = model.sample(3000, seed=1).x
    assert np.corrcoef(drawn.T)[0, 1] > 0.7
    np.testing.assert_allclose(drawn.std(axis=0), 1, atol=0.15)
