"""The training step that simulators are compared on (layers of RY, RZ and a CZ ring, <Z> of every qubit)."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.engine import compiled
from qdiffgui.engine.circuit import compile

Step = Callable[[], tuple[float, NDArray[np.float32]]]


def layered_circuit(n_qubits: int, n_layers: int) -> Callable[[Tensor, Tensor], None]:
    """Quantum function of n_layers · n_qubits · 2 weights: RY, RZ on every qubit, CZ on a ring, in every layer."""

    def circuit(weights: Tensor, inputs: Tensor) -> None:
        theta = weights.reshape(n_layers, n_qubits, 2).unbind()
        for layer in theta:
            for q, (ry, rz) in enumerate(layer.unbind()):
                qml.RY(ry, wires=q)
                qml.RZ(rz, wires=q)
            for q in range(n_qubits):
                qml.CZ(wires=[q, (q + 1) % n_qubits])

    return circuit


def build(psi: NDArray[Any], theta: NDArray[Any], target: NDArray[Any], backend: str = "auto", threads: int = 1) -> Step:
    """One training step of the engine, ready to call: ``step()`` gives (loss, gradient (L, n, 2)).

    psi (B, 2**n) complex64 (or complex128) input states, theta (L, n, 2) angles in radians, target (B, n); the loss is
    mean((<Z> - target)**2).
    """
    n_layers, n, _ = theta.shape
    dtype = torch.complex128 if psi.dtype == np.complex128 else torch.complex64
    circuit = compile(
        layered_circuit(n, n_layers), n_qubits=n, n_weights=theta.size, backend=backend, threads=threads, dtype=dtype
    )
    words = ["I" * q + "Z" + "I" * (n - 1 - q) for q in range(n)]
    states = torch.as_tensor(psi)
    weights = torch.as_tensor(theta).reshape(-1).clone().requires_grad_()

    def step() -> tuple[float, NDArray[np.float32]]:
        z = circuit.expval(words, weights, psi=states)
        difference = z.detach().numpy() - target
        (gradient,) = torch.autograd.grad(z, weights, torch.from_numpy(difference * (2 / target.size)))
        return float(np.square(difference).mean()), gradient.numpy().reshape(theta.shape)

    return step


def pennylane_step(psi: NDArray[Any], theta: NDArray[Any], target: NDArray[Any], device: str = "default.qubit") -> Step:
    """The same step on a PennyLane device with torch: backpropagation on default.qubit, adjoint on lightning."""
    n_layers, n, _ = theta.shape
    adjoint = device.startswith("lightning")
    states, goal = torch.as_tensor(psi), torch.as_tensor(target)
    weights = torch.as_tensor(theta).reshape(-1).clone().requires_grad_()
    gates = layered_circuit(n, n_layers)

    def gates_and_measurements(state: Tensor, w: Tensor) -> Any:
        qml.StatePrep(state, wires=range(n))
        gates(w, w[:0])
        return [qml.expval(qml.PauliZ(q)) for q in range(n)]

    method = "adjoint" if adjoint else "backprop"
    circuit = qml.QNode(gates_and_measurements, qml.device(device, wires=n), interface="torch", diff_method=method)

    def step() -> tuple[float, NDArray[np.float32]]:
        z = torch.stack(circuit(states, weights), -1).reshape(goal.shape)
        loss = torch.nn.functional.mse_loss(z.to(goal.dtype), goal)
        (gradient,) = torch.autograd.grad(loss, weights)
        return float(loss.detach()), gradient.reshape(theta.shape).numpy()

    return step


def problem(n_qubits: int, batch: int, n_layers: int = 6, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Random (psi, theta, target) for ``build``: Haar states, angles in ±π, targets in ±1/2."""
    rng = np.random.default_rng([seed, n_qubits, batch])
    psi = rng.normal(size=(batch, 2**n_qubits)) + 1j * rng.normal(size=(batch, 2**n_qubits))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    theta = rng.uniform(-np.pi, np.pi, (n_layers, n_qubits, 2))
    return psi.astype(np.complex64), theta.astype(np.float32), rng.uniform(-0.5, 0.5, (batch, n_qubits)).astype(np.float32)


CANDIDATES: dict[str, Callable[..., Step]] = {
    "engine": build,
    "engine, torch": partial(build, backend="torch"),
    "PennyLane default.qubit, torch": pennylane_step,
    "PennyLane lightning.qubit, adjoint": partial(pennylane_step, device="lightning.qubit"),
}


class BenchRow(NamedTuple):
    """One simulator at one size: CPU milliseconds a training step, times the engine's, largest error against the
    engine in complex128 relative to the largest gradient entry, and seconds of the first step (set-up included)."""

    n_qubits: int
    batch: int
    simulator: str
    cpu_ms: float
    times_engine: float
    error: float
    correct: bool
    first_seconds: float


def bench(
    sizes: Sequence[tuple[int, int]] = ((4, 256), (6, 256), (8, 64), (8, 256)), rounds: int = 5, limit: float = 20.0
) -> list[BenchRow]:
    """Time the engine against the PennyLane back-ends installed here, on one thread, round by round in turn.

    sizes : (qubits, batch). Only the ratios of one call mean anything: machines are shared and noisy. A simulator whose
    step takes more than ``limit`` / rounds seconds gets fewer rounds.
    """
    compiled.warm_up(background=False)
    rows: list[BenchRow] = []
    for n, batch in sizes:
        rows += _bench_size(n, batch, rounds, limit)
    return rows


def _bench_size(n: int, batch: int, rounds: int, limit: float) -> list[BenchRow]:
    data = problem(n, batch)
    psi, theta, target = data
    exact_loss, exact = build(psi.astype(np.complex128), theta.astype(np.float64), target.astype(np.float64))()
    steps, first, error, times = {}, {}, {}, {}
    for name, make in CANDIDATES.items():
        started = time.perf_counter()
        step = make(*data)
        loss, gradient = step()
        first[name] = time.perf_counter() - started
        error[name] = max(abs(loss - exact_loss) / exact_loss, float(np.abs(gradient - exact).max() / np.abs(exact).max()))
        steps[name], times[name] = step, [_cpu(step, 1)]
    for _ in range(rounds):
        for name in sorted(steps, key=lambda _: random.random()):
            if sum(times[name]) < limit or len(times[name]) < 2:
                times[name].append(_cpu(steps[name], max(1, min(50, int(0.05 / max(times[name][0], 1e-5))))))
    median = {name: statistics.median(t[1:]) for name, t in times.items()}
    return [
        BenchRow(n, batch, k, median[k] * 1e3, median[k] / median["engine"], error[k], error[k] < 1e-3, first[k])
        for k in steps
    ]  # fmt: skip


def _cpu(step: Step, repeat: int) -> float:
    started = time.process_time()
    for _ in range(repeat):
        step()
    return (time.process_time() - started) / repeat
