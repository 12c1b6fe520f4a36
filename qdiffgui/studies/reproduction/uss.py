"""USS: one matrix against all the steps, in result and in time (arXiv:2401.07049)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qdiffgui import engine
from qdiffgui.diffusion import blend
from qdiffgui.models.uss import USS
from qdiffgui.presets.digits import DIGITS_USS
from qdiffgui.studies.reproduction.image_metrics import (
    baseline_metrics,
    floor_metrics,
    model_metrics,
    noise_metrics,
)
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, train_task

_N_STATES, _ROUNDS, _N = 1000, 3, 85


def _run(seed: int) -> SeedOutcome:
    session = train_task(DIGITS_USS, seed)
    model = session.model
    assert isinstance(model, USS)
    exact = engine.compile(model.program, dtype=torch.complex128, backend="torch")
    theta = model.theta.detach().double()
    power = torch.linalg.matrix_power(exact.unitary(theta), model.n_diffusion_steps)
    noise = blend.noise_images(_N_STATES, model.spec.size, torch.Generator().manual_seed(seed))
    psi = model.states(noise, model.tell(np.zeros(_N_STATES, dtype=np.int8))).to(torch.complex128)
    stepped = psi
    for _ in range(model.n_diffusion_steps):
        stepped = exact.state(theta, psi=stepped)
    error = float(torch.linalg.vector_norm(psi @ power.T - stepped, dim=1).max())
    used = torch.linalg.vector_norm(
        psi @ model.matrix().detach().to(torch.complex128).T - stepped, dim=1
    ).max()
    seconds = _times(model, psi, power)
    own = {name: seconds[name] / seconds["matrix"] for name in ("pennylane", "numba")}
    found = model_metrics(session, _N, seed)
    return SeedOutcome(
        values=found
        | {
            "error": error,
            "error_single": float(used),
            "speedup": own["pennylane"],
            "speedup_engine": own["numba"],
        },
        floor=floor_metrics(session, _N, seed),
        start=noise_metrics(session, _N, seed),
        baselines=baseline_metrics(session, _N, seed),
        notes=(
            f"{model.n_qubits} qubits, {model.config.n_layers} layers, {model.n_diffusion_steps} "
            f"steps, {_N_STATES} states; CPU time, medians of {_ROUNDS} interleaved rounds. The "
            f"matrix is built once per model, in {_build_time(model)}, which is not counted.",
        ),
    )


@torch.no_grad()
def _times(model: USS, psi: Tensor, power: Tensor) -> Mapping[str, float]:
    """Median CPU seconds for sending all states through all steps: with one matrix product, gate by
    gate with PennyLane, and with the engine.
    """
    kernel = engine.compile(model.program, dtype=torch.complex64, backend="numba")
    single, theta = psi.to(torch.complex64), model.theta.detach()

    def numba() -> None:
        state = single
        for _ in range(model.n_diffusion_steps):
            state = kernel.state(theta, psi=state)

    ways: dict[str, Callable[[], Any]] = {
        "matrix": lambda: psi @ power.T,
        "numba": numba,
        "pennylane": _pennylane(model, psi),
    }
    for way in ways.values():
        way()
    rounds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            repeats = 50 if name == "matrix" else 1
            begin = time.process_time()
            for _ in range(repeats):
                way()
            rounds[name].append((time.process_time() - begin) / repeats)
    return {name: median(values) for name, values in rounds.items()}


def _pennylane(model: USS, psi: Tensor) -> Callable[[], Any]:
    """The PennyLane way: default.qubit with a broadcast batch and all steps in one circuit."""
    import pennylane as qml

    (info,) = model.circuits()
    circuit, weights, states = info.function, info.weights, psi.numpy()

    def walk() -> Any:
        qml.StatePrep(states, wires=range(model.n_qubits))
        for _ in range(model.n_diffusion_steps):
            circuit(weights, None)
        return qml.state()

    node: Callable[[], Any] = qml.QNode(
        walk, qml.device("default.qubit", wires=model.n_qubits), diff_method=None
    )
    return node


def _build_time(model: USS) -> str:
    begin = time.process_time()
    model.matrix()
    return f"{1000 * (time.process_time() - begin):.0f} ms"


USS_TASK = Task(
    bars=(
        Bar("error", "largest |U^τ x - iterate|", mean=1e-6),
        Bar("error_single", "the same for the complex64 matrix used in sampling"),
        Bar("speedup", "speedup of one product over default.qubit", better="higher", mean=100.0),
        Bar("speedup_engine", "speedup of one product over the engine", better="higher"),
        Bar("pixels", "W1 of pixels"),
        Bar("observables", "W1/σ of observables"),
        Bar("auc", "classifier AUC"),
    ),
    run=_run,
)
