"""Random circuits: the compiled kernel against PennyLane and against the plain torch back-end, gradients included."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdiffgui import engine
from qdiffgui.engine import numba_backend
from tests.engine.circuits import N_INPUTS, N_WEIGHTS, circuit, quantum_function
from tests.engine.reference import reference_state

COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large], "derandomize": True}
SIZES = {"n_weights": N_WEIGHTS, "n_inputs": N_INPUTS}


@pytest.fixture(autouse=True, scope="module")
def _threads_for_small_work():
    """Split even these small batches over threads."""
    kept, numba_backend.THREAD_WORK = numba_backend.THREAD_WORK, 1
    yield
    numba_backend.THREAD_WORK = kept


def arguments(n_qubits: int, seed: int, batch: int):
    g = torch.Generator().manual_seed(seed)
    w = (torch.rand(N_WEIGHTS, generator=g, dtype=torch.float64) * 6 - 3).requires_grad_()
    x = (torch.rand(batch, N_INPUTS, generator=g, dtype=torch.float64) * 6 - 3).requires_grad_()
    psi = engine.haar_states(batch, n_qubits, g, torch.complex128).requires_grad_()
    return w, x, psi


def loss(state):
    seed = torch.linspace(0.2, 1.7, state.numel(), dtype=torch.float64).reshape(state.shape)
    return (state.real * seed).sum() + (state.imag * seed.flip(1)).sum() + (state.abs().square() * seed).sum()


@settings(max_examples=200, **COMMON)
@given(circuit(max_qubits=8, max_gates=10), st.integers(0, 10**6))
def test_kernel_equals_pennylane(case, seed):
    n, gates = case
    w, x, psi = arguments(n, seed, 1)
    function = quantum_function(gates)
    compiled = engine.compile(function, n_qubits=n, **SIZES, backend="numba", dtype=torch.complex128)
    got, want = compiled.state(w, x, psi), reference_state(function, n, w, x, psi)
    torch.testing.assert_close(got, want, atol=1e-10, rtol=0)
    options = {"allow_unused": True, "materialize_grads": True}
    mine, theirs = (torch.autograd.grad(loss(s), (w, x, psi), **options) for s in (got, want))
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=1e-10, rtol=1e-10)


@settings(max_examples=300, **COMMON)
@given(circuit(max_qubits=6), st.integers(0, 10**6), st.integers(1, 37), st.integers(1, 3), st.booleans())
def test_kernel_equals_torch_over_batches_and_observables(case, seed, batch, threads, double):
    n, gates = case
    dtype = torch.complex128 if double else torch.complex64
    w, x, psi = arguments(n, seed, batch)
    letters = torch.randint(0, 4, (3, n), generator=torch.Generator().manual_seed(seed))
    words = ["".join("IXYZ"[k] for k in row) for row in letters.tolist()]
    program = engine.trace(quantum_function(gates), n_qubits=n, **SIZES)
    results = []
    for backend in ("numba", "torch"):
        compiled = engine.compile(program, backend=backend, dtype=dtype, threads=threads)
        values = compiled.expval(words, w, x, psi)
        weighted = (values.double() * torch.linspace(-1, 2, values.numel(), dtype=torch.float64).reshape(values.shape)).sum()
        grads = torch.autograd.grad(weighted, (w, x, psi), allow_unused=True, materialize_grads=True)
        results.append((values.detach().double(), *grads))
    for a, b in zip(*results, strict=True):
        scale = max(1.0, float(b.abs().max()))
        assert float((a - b).abs().max()) <= (1e-10 if double else 1e-5) * scale
