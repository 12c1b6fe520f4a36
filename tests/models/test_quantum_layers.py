"""A circuit as a convolution: what it computes, patch by patch, and what its ablations change."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.circuits.separable import separable
from qdiffgui.errors import ConfigError
from qdiffgui.models.quantum_layers import Ablation, QuantumConv2d


def _convolution(
    circuit: Ablation = "trained", n_out: int = 3, ansatz: str = "quantum-convolution"
) -> QuantumConv2d:
    layer = QuantumConv2d(2, n_out, 3, 1, ansatz, 2, circuit, "auto", 1)
    layer.layer.initialize(torch.Generator().manual_seed(3))
    return layer


def _images(n: int = 2) -> torch.Tensor:
    return torch.randn(n, 2, 4, 3, generator=torch.Generator().manual_seed(1))


def test_each_pixel_is_pennylanes_expectation_of_its_patch() -> None:
    layer, x = _convolution(), _images()
    found = layer(x, torch.ones(2, 1, 4, 3)).detach().numpy()
    assert found.shape == (2, 3, 4, 3)
    weights = layer.layer.angles.detach().numpy()
    ansatz = catalog.ansatze["quantum-convolution"].load()

    @qml.qnode(qml.device("default.qubit", wires=5))
    def circuit(amplitudes: np.ndarray) -> list[object]:
        qml.StatePrep(amplitudes, wires=range(5))
        ansatz.bind(5, 2)(weights, None)
        return [qml.expval(qml.PauliZ(q)) for q in range(3)]

    wide = np.pad(x.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)))
    for row, column in ((0, 0), (2, 1), (3, 2)):
        patch = np.zeros(32)
        patch[:18] = wide[1, :, row : row + 3, column : column + 3].ravel()
        patch[18] = 1
        norm = np.linalg.norm(patch)
        np.testing.assert_allclose(
            found[1, :, row, column], norm * np.array(circuit(patch / norm)), atol=1e-4
        )


def test_it_slides_as_a_convolution_does() -> None:
    layer, x = _convolution(), torch.zeros(1, 2, 6, 6)
    x[0, :, 1, 1] = torch.tensor([1.0, -0.5])
    context = torch.ones(1, 1, 6, 6)
    moved = layer(x.roll((2, 1), (2, 3)), context)
    torch.testing.assert_close(
        layer(x, context).roll((2, 1), (2, 3))[:, :, 2:5, 2:5], moved[:, :, 2:5, 2:5]
    )


def test_input_and_every_angle_get_gradients() -> None:
    layer, x = _convolution(), _images().requires_grad_()
    layer(x, torch.ones(2, 1, 4, 3)).square().sum().backward()
    assert x.grad is not None
    assert x.grad.abs().min() > 1e-6
    assert layer.layer.angles.grad is not None
    assert layer.layer.angles.grad.abs().max() > 0.1


@pytest.mark.parametrize("ansatz", ["quantum-convolution", "strongly-entangling", "brickwork"])
def test_a_separable_circuit_entangles_nothing(ansatz: str) -> None:
    whole = catalog.ansatze[ansatz].load()
    function, program = separable(whole.bind(3, 2), n_qubits=3, n_weights=whole.n_weights(3, 2))
    assert all(len(gate["wires"]) == 1 for gate in program.gates())
    assert sorted(k for gate in program.gates() for k in gate["weights"]) == list(
        range(program.n_weights)
    )
    weights = np.linspace(0.2, 1.5, program.n_weights)

    @qml.qnode(qml.device("default.qubit", wires=3))
    def purity() -> object:
        function(weights, None)
        return qml.purity(0)

    assert purity() == pytest.approx(1)


def test_frozen_angles_are_no_parameters() -> None:
    frozen, trained = _convolution("frozen"), _convolution()
    assert {name for name, _ in frozen.named_parameters()} == {"gain", "bias"}
    assert {name for name, _ in trained.named_parameters()} == {"gain", "bias", "layer.angles"}
    assert frozen.layer.angles.abs().max() > 1


def test_an_ansatz_that_takes_data_is_refused() -> None:
    with pytest.raises(ConfigError, match="amplitudes"):
        _convolution(ansatz="re-uploading")
