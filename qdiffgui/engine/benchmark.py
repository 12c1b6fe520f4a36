"""Compare simulators on one training step: ``layered_circuit`` and <Z> of every qubit."""

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

from qdiffgui.engine.circuit import compile
from qdiffgui.engine.layered_circuit import layered_circuit
from qdiffgui.engine.warm_up import warm_up

Step = Callable[[], tuple[float, NDArray[np.float32]]]
"""A training step: returns the loss and the gradient (n_layers, n_qubits, 2)."""


def build(
    psi: NDArray[Any],
    theta: NDArray[Any],
    target: NDArray[Any],
    backend: str = "auto",
    threads: int = 1,
) -> Step:
    """Build a training step of the engine; the loss is mean((<Z> - target)**2).

    Parameters
    ----------
    psi : array, shape (B, 2**n_qubits), complex64 or complex128
        Input states; their type sets the precision.
    theta : array, shape (n_layers, n_qubits, 2)
        Angles in radians.
    target : array, shape (B, n_qubits)
        Targets of <Z> of every qubit.
    backend : str
        A back-end of ``engine.backends``.
    threads : int
        Largest number of CPU threads.

    Returns
    -------
    Step
        ``step()`` returns the loss and the gradient (n_layers, n_qubits, 2).
    """
    n_layers, n, _ = theta.shape
    dtype = torch.complex128 if psi.dtype == np.complex128 else torch.complex64
    circuit = compile(
        layered_circuit(n, n_layers),
        n_qubits=n,
        n_weights=theta.size,
        backend=backend,
        threads=threads,
        dtype=dtype,
    )
    words = ["I" * q + "Z" + "I" * (n - 1 - q) for q in range(n)]
    states = torch.as_tensor(psi)
    weights = torch.as_tensor(theta).reshape(-1).clone().requires_grad_()

    def step() -> tuple[float, NDArray[np.float32]]:
        z = circuit.expval(words, weights, psi=states)
        difference = z.detach().numpy() - target
        (gradient,) = torch.autograd.grad(
            z, weights, torch.from_numpy(difference * (2 / target.size))
        )
        return float(np.square(difference).mean()), gradient.numpy().reshape(theta.shape)

    return step


def pennylane_step(
    psi: NDArray[Any], theta: NDArray[Any], target: NDArray[Any], device: str = "default.qubit"
) -> Step:
    """Build the same step on a PennyLane device with torch: backpropagation on default.qubit, the
    adjoint method on lightning.
    """
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
    circuit = qml.QNode(
        gates_and_measurements, qml.device(device, wires=n), interface="torch", diff_method=method
    )

    def step() -> tuple[float, NDArray[np.float32]]:
        z = torch.stack(circuit(states, weights), -1).reshape(goal.shape)
        loss = torch.nn.functional.mse_loss(z.to(goal.dtype), goal)
        (gradient,) = torch.autograd.grad(loss, weights)
        return float(loss.detach()), gradient.reshape(theta.shape).numpy()

    return step


def problem(
    n_qubits: int, batch: int, n_layers: int = 6, seed: int = 0
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Random psi, theta and target for ``build``: Haar states, angles in ±π, targets in ±1/2."""
    rng = np.random.default_rng([seed, n_qubits, batch])
    psi = rng.normal(size=(batch, 2**n_qubits)) + 1j * rng.normal(size=(batch, 2**n_qubits))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    theta = rng.uniform(-np.pi, np.pi, (n_layers, n_qubits, 2))
    return (
        psi.astype(np.complex64),
        theta.astype(np.float32),
        rng.uniform(-0.5, 0.5, (batch, n_qubits)).astype(np.float32),
    )


CANDIDATES: dict[str, Callable[..., Step]] = {
    "engine": build,
    "engine, torch": partial(build, backend="torch"),
    "PennyLane default.qubit, torch": pennylane_step,
    "PennyLane lightning.qubit, adjoint": partial(pennylane_step, device="lightning.qubit"),
}


class BenchRow(NamedTuple):
    """The time of one simulator at one size.

    Attributes
    ----------
    n_qubits, batch : int
        The size.
    simulator : str
        Its name in ``CANDIDATES``.
    cpu_ms : float
        CPU time of a training step in milliseconds.
    times_engine : float
        The same, relative to the engine's.
    error : float
        Largest error of loss and gradient against the engine in complex128, relative to the largest
        gradient entry.
    correct : bool
        Whether the error is below 0.001.
    first_seconds : float
        Wall time of the first step in seconds, set-up included.
    """

    n_qubits: int
    batch: int
    simulator: str
    cpu_ms: float
    times_engine: float
    error: float
    correct: bool
    first_seconds: float


def bench(
    sizes: Sequence[tuple[int, int]] = ((4, 256), (6, 256), (8, 64), (8, 256)),
    rounds: int = 5,
    limit: float = 20.0,
) -> list[BenchRow]:
    """Time the engine and the installed PennyLane devices on one thread, in alternating rounds.

    Compare only times of the same call, because other programs may use the machine.

    Parameters
    ----------
    sizes : sequence of (int, int)
        Numbers of qubits and batch sizes.
    rounds : int
        Measurements of each simulator; the median counts.
    limit : float
        Seconds after which a slow simulator gets no further rounds.

    Returns
    -------
    list of BenchRow
        One row per size and simulator.
    """
    warm_up(background=False)
    rows: list[BenchRow] = []
    for n, batch in sizes:
        rows += _bench_size(n, batch, rounds, limit)
    return rows


def _bench_size(n: int, batch: int, rounds: int, limit: float) -> list[BenchRow]:
    data = problem(n, batch)
    psi, theta, target = data
    exact_loss, exact = build(
        psi.astype(np.complex128), theta.astype(np.float64), target.astype(np.float64)
    )()
    steps, first, error, times = {}, {}, {}, {}
    for name, make in CANDIDATES.items():
        started = time.perf_counter()
        step = make(*data)
        loss, gradient = step()
        first[name] = time.perf_counter() - started
        error[name] = max(
            abs(loss - exact_loss) / exact_loss,
            float(np.abs(gradient - exact).max() / np.abs(exact).max()),
        )
        steps[name], times[name] = step, [_cpu(step, 1)]
    for _ in range(rounds):
        for name in sorted(steps, key=lambda _: random.random()):
            if sum(times[name]) < limit or len(times[name]) < 2:
                times[name].append(
                    _cpu(steps[name], max(1, min(50, int(0.05 / max(times[name][0], 1e-5)))))
                )
    median = {name: statistics.median(t[1:]) for name, t in times.items()}
    return [
        BenchRow(
            n,
            batch,
            k,
            median[k] * 1e3,
            median[k] / median["engine"],
            error[k],
            error[k] < 1e-3,
            first[k],
        )
        for k in steps
    ]


def _cpu(step: Step, repeat: int) -> float:
    started = time.process_time()
    for _ in range(repeat):
        step()
    return (time.process_time() - started) / repeat
