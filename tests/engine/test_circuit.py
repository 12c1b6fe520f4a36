"""The compiled circuit: outputs, gradients, reproducibility, refusals."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qdiffgui import engine
from qdiffgui.engine import calibration, cost, numba_backend
from qdiffgui.errors import UserError

N = 4


@pytest.fixture(autouse=True, scope="module")
def _threads_for_small_work():
    """Split even these small batches over threads."""
    kept, numba_backend.THREAD_WORK = numba_backend.THREAD_WORK, 1
    yield
    numba_backend.THREAD_WORK = kept


@pytest.fixture
def cheap_reading(monkeypatch):
    """Costs that send small circuits with large batches through the unitary, whatever was
    measured on this machine.
    """
    monkeypatch.setattr(cost, "costs", lambda: calibration.TYPICAL._replace(reading=16.0))


def layers(w, x):
    qml.AngleEmbedding(x, wires=range(N))
    qml.StronglyEntanglingLayers(w.reshape(2, N, 3), wires=range(N))
    qml.IsingXX(x[0], [0, 3])
    qml.Toffoli([0, 1, 2])


def shared_only(w, x):
    qml.StronglyEntanglingLayers(w.reshape(-1, N, 3), wires=range(N))


def make(backend="numba", dtype=torch.complex128, **options):
    return engine.compile(
        layers, n_qubits=N, n_weights=24, n_inputs=N, backend=backend, dtype=dtype, **options
    )


def arguments(batch=5, seed=0, dtype=torch.float64):
    g = torch.Generator().manual_seed(seed)
    w = (torch.rand(24, generator=g, dtype=torch.float64) * 6).to(dtype).requires_grad_()
    x = (torch.rand(batch, N, generator=g, dtype=torch.float64) * 6).to(dtype).requires_grad_()
    return w, x, engine.haar_states(batch, N, g, torch.complex128)


@pytest.mark.parametrize("backend", engine.STATE_BACKENDS)
def test_gradcheck(backend):
    circuit = make(backend)
    w, x, psi = arguments(2)
    psi.requires_grad_()
    fast = backend == "torch"  # PyTorch's own derivatives need no entry-by-entry check
    assert torch.autograd.gradcheck(lambda *a: circuit.state(*a), (w, x, psi), fast_mode=fast)
    assert torch.autograd.gradcheck(
        lambda *a: circuit.expval(["ZIIX", "IYZI"], *a), (w, x, psi), fast_mode=fast
    )
    assert torch.autograd.gradcheck(
        lambda *a: circuit.density_matrix([2, 0], *a), (w, x, psi), fast_mode=True
    )
    assert torch.autograd.gradcheck(
        lambda *a: circuit.probabilities(*a, [3, 1]), (w, x, psi), fast_mode=True
    )


@pytest.mark.parametrize("backend", engine.STATE_BACKENDS)
def test_outputs_are_those_of_the_state(backend):
    circuit = make(backend)
    w, x, psi = arguments()
    state = circuit.state(w, x, psi)
    assert state.shape == (5, 16)
    p = state.abs().square()
    torch.testing.assert_close(circuit.probabilities(w, x, psi), p)
    torch.testing.assert_close(
        circuit.probabilities(w, x, psi, [2, 0]),
        p.reshape(-1, 2, 2, 2, 2).sum((2, 4)).mT.reshape(-1, 4),
    )
    torch.testing.assert_close(
        circuit.expval(["IZII"], w, x, psi)[:, 0],
        p.reshape(5, 2, 2, 4).sum((1, 3)) @ torch.tensor([1.0, -1.0]).double(),
    )
    rho = circuit.density_matrix(range(N), w, x, psi)
    torch.testing.assert_close(rho, state.unsqueeze(2) * state.conj().unsqueeze(1))
    cube = state.reshape(5, 2, 2, 4)
    torch.testing.assert_close(
        circuit.density_matrix([1], w, x, psi), torch.einsum("bikj,bilj->bkl", cube, cube.conj())
    )


def test_inputs_and_states_may_be_single():
    circuit = make()
    w, x, psi = arguments()
    torch.testing.assert_close(circuit.state(w, x[2], psi[2])[0], circuit.state(w, x, psi)[2])
    torch.testing.assert_close(
        circuit.state(w, x[2], psi), circuit.state(w, x[2:3].expand(5, -1), psi)
    )
    torch.testing.assert_close(
        circuit.state(w, x, psi[3]), circuit.state(w, x, psi[3:4].expand(5, -1))
    )
    zero = torch.zeros(16, dtype=torch.complex128)
    zero[0] = 1
    torch.testing.assert_close(circuit.state(w, x), circuit.state(w, x, zero))


def test_unitary_is_the_circuits():
    circuit = engine.compile(shared_only, n_qubits=N, n_weights=24, dtype=torch.complex128)
    w, _, psi = arguments()
    u = circuit.unitary(w)
    torch.testing.assert_close(u @ u.conj().T, torch.eye(16, dtype=u.dtype))
    torch.testing.assert_close(psi @ u.T, circuit.state(w, psi=psi))
    torch.testing.assert_close(
        u, qml.matrix(lambda: shared_only(w.detach(), None), wire_order=range(N))().to(u.dtype)
    )


def test_large_shared_batches_go_through_the_unitary_with_the_same_answer(cheap_reading):
    kernel = engine.compile(
        shared_only, n_qubits=N, n_weights=96, backend="numba", dtype=torch.complex128
    )
    auto = engine.compile(kernel.program, backend="auto", dtype=torch.complex128)
    g = torch.Generator().manual_seed(3)
    w = (torch.rand(96, generator=g, dtype=torch.float64) * 6).requires_grad_()
    psi = engine.haar_states(4096, N, g, torch.complex128).requires_grad_()
    assert auto._backend.by_unitary(4096, reading=True)
    assert not auto._backend.by_unitary(16)
    results = [c.expval(["ZIII", "XYIZ"], w, psi=psi) for c in (kernel, auto)]
    torch.testing.assert_close(*results)
    for a, b in zip(
        *(torch.autograd.grad(r.square().sum(), (w, psi)) for r in results), strict=True
    ):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_training_is_reproducible_bit_for_bit(threads, dtype):
    circuit = make("auto", dtype, threads=threads)
    histories = []
    for _ in range(2):
        w, x, psi = arguments(100, seed=7, dtype=torch.float32)
        optimizer = torch.optim.Adam([w], lr=0.05)
        losses = []
        for _ in range(8):
            optimizer.zero_grad()
            value = circuit.expval(["ZIII", "IIZI"], w, x, psi).square().mean()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        histories.append((losses, w.detach().clone(), x.grad.clone()))
    assert histories[0][0] == histories[1][0]
    assert torch.equal(histories[0][1], histories[1][1])
    assert torch.equal(histories[0][2], histories[1][2])


def test_the_unitary_way_is_reproducible_too(cheap_reading):
    circuit = engine.compile(shared_only, n_qubits=N, n_weights=96)
    g = torch.Generator().manual_seed(3)
    w = (torch.rand(96, generator=g) * 6).requires_grad_()
    psi = engine.haar_states(4096, N, g)
    assert circuit._backend.by_unitary(4096, reading=True)
    runs = [
        torch.autograd.grad(circuit.expval(["ZIII"], w, psi=psi.clone()).square().sum(), w)[0]
        for _ in range(5)
    ]
    assert all(torch.equal(r, runs[0]) for r in runs)


def test_backward_twice_and_no_grad():
    circuit = make()
    w, x, psi = arguments()
    value = circuit.expval(["ZZII"], w, x, psi).sum()
    first = torch.autograd.grad(value, w, retain_graph=True)[0]
    torch.testing.assert_close(torch.autograd.grad(value, w)[0], first)
    with torch.no_grad():
        torch.testing.assert_close(circuit.expval(["ZZII"], w, x, psi).sum(), value)


def test_shots_are_seeded_and_follow_the_probabilities():
    circuit = make()
    w, x, psi = arguments(2)
    shots = [circuit.sample(20000, w, x, psi, torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*shots)
    assert shots[0].dtype == torch.int64
    frequency = torch.nn.functional.one_hot(shots[0], 16).double().mean(1)
    assert (frequency - circuit.probabilities(w, x, psi)).abs().max() < 0.015


def test_a_model_may_use_the_circuit_from_many_threads():
    from concurrent.futures import ThreadPoolExecutor

    circuit = make(threads=2)
    w, x, psi = arguments(64)
    want = circuit.expval(["ZIII"], w, x, psi)
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: circuit.expval(["ZIII"], w, x, psi), range(16)):
            assert torch.equal(got, want)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make("cuda"), "choose one of"),
        (lambda: engine.compile(layers), "n_qubits"),
        (lambda: make(dtype=torch.float32), "complex64"),
        (lambda: make(threads=0), "thread"),
        (lambda: make(noise={"bit_flip": 0.1}), "has no option"),
        (lambda: make("pennylane:no.such.device"), "no usable device"),
        (lambda: make().state(torch.zeros(3), torch.zeros(2, N)), "weights must have shape"),
        (lambda: make().state(torch.zeros(24)), "inputs must have shape"),
        (
            lambda: make().state(torch.zeros(24), torch.zeros(2, N), torch.zeros(2, 8)),
            "psi must have shape",
        ),
        (
            lambda: make().state(torch.zeros(24), torch.zeros(2, N), torch.zeros(3, 16)),
            "same batch",
        ),
        (lambda: make().expval(["ZZ"], torch.zeros(24), torch.zeros(2, N)), "Pauli word"),
        (
            lambda: make().density_matrix([0, 0], torch.zeros(24), torch.zeros(2, N)),
            "distinct integers",
        ),
        (lambda: make().sample(0, torch.zeros(24), torch.zeros(2, N)), "shots must be at least 1"),
        (lambda: make().unitary(torch.zeros(24)), "a unitary of its own"),
    ],
)
def test_bad_calls_say_what_to_do(call, message):
    with pytest.raises(UserError, match=message):
        call()


def test_back_ends_are_listed():
    names = engine.backends()
    assert {
        "auto",
        "numba",
        "torch",
        "pennylane:default.qubit",
        "pennylane:lightning.qubit",
    } <= set(names)
