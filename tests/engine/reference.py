"""PennyLane's own answer: default.qubit with torch backpropagation, one sample at a time,
complex128.

How errors are measured. Arguments are exact in float32, so that complex64 and complex128 have the
same task. The loss is a mean over samples of functions of order one, its gradients with respect to
what a sample has for itself are multiplied by the batch, and an error counts absolutely where the
gradient is below one, relative to its largest entry above: in complex64 a sum of many terms (a
parameter used by many gates, a weight times an input) is rounded like its largest one.
"""

from __future__ import annotations

import pennylane as qml
import torch

from qdiffgui import engine

TOLERANCE = {torch.complex64: 1e-6, torch.complex128: 1e-10}


def reference_state(circuit, n_qubits, weights, inputs=None, psi=None, batch=1):
    @qml.qnode(
        qml.device("default.qubit", wires=n_qubits), interface="torch", diff_method="backprop"
    )
    def node(w, x, s):
        if s is not None:
            qml.StatePrep(s, wires=range(n_qubits), normalize=False, validate_norm=False)
        circuit(w, x)
        return qml.state()

    rows = max([batch, *(len(t) for t in (inputs, psi) if t is not None)])
    empty = torch.zeros(0, dtype=torch.float64)
    out = []
    for b in range(rows):
        x = empty if inputs is None else inputs[b % len(inputs)]
        s = None if psi is None else psi[b % len(psi)]
        out.append(node(weights, x, s).to(torch.complex128))
    return torch.stack(out)


def arguments(n_qubits, n_weights, n_inputs, batch, seed=0):
    """Weights, inputs and Haar-random states of complex128 circuits, exact in complex64 too."""
    g = torch.Generator().manual_seed(seed)
    w = (torch.rand(n_weights, generator=g) * 6 - 3).double().requires_grad_()
    x = (torch.rand(batch, n_inputs, generator=g) * 6 - 3).double().requires_grad_()
    psi = engine.haar_states(batch, n_qubits, g).to(torch.complex128).requires_grad_()
    return w, x, psi


def loss(state, seed=1):
    """Mean over samples of Re <c|psi> + Σ_k d_k |psi_k|², |c| = 1, 0 ≤ d ≤ 1: no component of a
    gradient can hide.
    """
    g = torch.Generator().manual_seed(seed)
    c = engine.haar_states(len(state), state.shape[1].bit_length() - 1, g, torch.complex128)
    state = state.to(torch.complex128)
    d = torch.linspace(0, 1, state.numel(), dtype=torch.float64).reshape(state.shape)
    return ((state * c.conj()).real + d * state.abs().square()).sum(1).mean()


def gradients(value, w, x, psi):
    """Gradients of a mean over samples: of the weights, and of each sample's own term for the
    inputs and states.
    """
    dw, dx, dpsi = torch.autograd.grad(
        value, (w, x, psi), allow_unused=True, materialize_grads=True
    )
    return dw, dx * len(x), dpsi * len(psi)


def error(got, want):
    """The largest error of an entry, relative to the largest entry where that is above one."""
    if want.numel() == 0:
        return 0.0
    return float((got - want).detach().abs().max() / want.detach().abs().max().clamp_min(1))
