"""Random circuits: the compiled kernel against PennyLane and against the plain torch back-end,
gradients included.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdiffgui import engine
from qdiffgui.engine import numba_backend
from tests.engine.circuits import N_INPUTS, N_WEIGHTS, circuit, quantum_function
from tests.engine.reference import TOLERANCE, arguments, error, gradients, loss, reference_state

COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
    "derandomize": True,
}
SIZES = {"n_weights": N_WEIGHTS, "n_inputs": N_INPUTS}


@pytest.fixture(autouse=True, scope="module")
def _threads_for_small_work():
    """Split even these small batches over threads."""
    kept, numba_backend.THREAD_WORK = numba_backend.THREAD_WORK, 1
    yield
    numba_backend.THREAD_WORK = kept


@settings(max_examples=500, **COMMON)
@given(circuit(max_qubits=8, max_gates=10), st.integers(0, 10**6))
def test_kernel_equals_pennylane(case, seed):
    n, gates = case
    w, x, psi = arguments(n, N_WEIGHTS, N_INPUTS, 1, seed)
    function = quantum_function(gates)
    program = engine.trace(function, n_qubits=n, **SIZES)
    want = reference_state(function, n, w, x, psi)
    theirs = gradients(loss(want), w, x, psi)
    for dtype, tolerance in TOLERANCE.items():
        got = engine.compile(program, backend="numba", dtype=dtype).state(w, x, psi)
        assert error(got, want) < tolerance
        for a, b in zip(gradients(loss(got), w, x, psi), theirs, strict=True):
            assert error(a, b) < tolerance


@settings(max_examples=300, **COMMON)
@given(
    circuit(max_qubits=6),
    st.integers(0, 10**6),
    st.integers(1, 37),
    st.integers(1, 3),
    st.booleans(),
)
def test_kernel_equals_torch_over_batches_and_observables(case, seed, batch, threads, double):
    n, gates = case
    w, x, psi = arguments(n, N_WEIGHTS, N_INPUTS, batch, seed)
    letters = torch.randint(0, 4, (3, n), generator=torch.Generator().manual_seed(seed))
    words = ["".join("IXYZ"[k] for k in row) for row in letters.tolist()]
    program = engine.trace(quantum_function(gates), n_qubits=n, **SIZES)
    dtype = torch.complex128 if double else torch.complex64
    results = []
    for backend, precision in (("numba", dtype), ("torch", torch.complex128)):
        compiled = engine.compile(program, backend=backend, dtype=precision, threads=threads)
        values = compiled.expval(words, w, x, psi).double()
        weight = torch.linspace(-1, 1, values.numel(), dtype=torch.float64).reshape(values.shape)
        results.append((values.detach(), *gradients((values * weight).mean(1).mean(), w, x, psi)))
    for a, b in zip(*results, strict=True):
        assert error(a, b) < TOLERANCE[dtype]
