"""The same circuits on PennyLane's devices, and the noise models."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qdiffgui import engine
from qdiffgui.errors import UserError


def circuit(w, x):
    qml.AngleEmbedding(x, wires=range(2))
    qml.StronglyEntanglingLayers(w.reshape(2, 2, 3), wires=range(2))
    qml.PhaseShift(x[0], 1)
    qml.ControlledPhaseShift(w[0], [0, 1])
    qml.ctrl(qml.PhaseShift, 0, control_values=0)(w[1], 1)
    qml.QubitUnitary(qml.matrix(qml.QFT([0, 1])), [0, 1])


SIZES = {"n_qubits": 2, "n_weights": 12, "n_inputs": 2, "dtype": torch.complex128}


def arguments(batch=3):
    g = torch.Generator().manual_seed(4)
    w = (torch.rand(12, generator=g, dtype=torch.float64) * 6).requires_grad_()
    x = (torch.rand(batch, 2, generator=g, dtype=torch.float64) * 6).requires_grad_()
    return w, x, engine.haar_states(batch, 2, g, torch.complex128)


@pytest.mark.parametrize("device", ["default.qubit", "lightning.qubit", "default.mixed"])
def test_devices_agree_with_the_kernel(device):
    w, x, psi = arguments()
    kernel, other = (
        engine.compile(circuit, **SIZES),
        engine.compile(circuit, backend=f"pennylane:{device}", **SIZES),
    )
    close = {"atol": 1e-6, "rtol": 0}
    values = [c.expval(["ZI", "XY"], w, x, psi) for c in (kernel, other)]
    torch.testing.assert_close(*values, **close)
    for a, b in zip(*(torch.autograd.grad(v.square().sum(), (w, x)) for v in values), strict=True):
        torch.testing.assert_close(a, b, **close)
    torch.testing.assert_close(*(c.probabilities(w, x, psi, [1]) for c in (kernel, other)), **close)
    if device != "lightning.qubit":
        torch.testing.assert_close(
            *(c.density_matrix([1], w, x, psi) for c in (kernel, other)), **close
        )
    if device != "default.mixed":
        torch.testing.assert_close(*(c.state(w, x, psi) for c in (kernel, other)), **close)


def test_full_depolarizing_forgets_everything_and_readout_error_shrinks():
    w, x, psi = arguments()
    mixed = {"backend": "pennylane:default.mixed", **SIZES}
    noisy = engine.compile(circuit, noise={"depolarizing": 0.75}, **mixed)
    torch.testing.assert_close(
        noisy.expval(["ZI"], w, x, psi), torch.zeros(3, 1, dtype=torch.float64), atol=1e-12, rtol=0
    )
    clean = engine.compile(circuit, **mixed).expval(["ZI", "ZZ"], w, x, psi)
    readout = engine.compile(circuit, noise={"readout": 0.1}, **mixed).expval(
        ["ZI", "ZZ"], w, x, psi
    )
    torch.testing.assert_close(readout, clean * torch.tensor([0.8, 0.64], dtype=torch.float64))


def test_refusals():
    with pytest.raises(UserError, match="choose from"):
        engine.compile(
            circuit, backend="pennylane:default.mixed", noise={"cosmic_rays": 0.1}, **SIZES
        )
    with pytest.raises(UserError, match="from 0 to 1"):
        engine.compile(circuit, backend="pennylane:default.mixed", noise={"bit_flip": 1.5}, **SIZES)
    with pytest.raises(UserError, match=r"default\.mixed"):
        engine.compile(circuit, backend="pennylane:default.qubit", noise={"bit_flip": 0.5}, **SIZES)
    with pytest.raises(UserError, match="no state vector"):
        engine.compile(circuit, backend="pennylane:default.mixed", **SIZES).state(*arguments())
