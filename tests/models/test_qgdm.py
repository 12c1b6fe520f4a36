"""QGDM: it prepares one density matrix, purity and all, from the maximally mixed state, and says
that it learns nothing else.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.config.schedules import DepolarizingCosine
from qdiffgui.data.densities import random_density
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.evaluation import quantum
from qdiffgui.models.qgdm import MEAN_ONLY, QGDM, hilbert_schmidt, infidelity
from tests.models.shared import resumes_to_the_bit


def copies(n_qubits: int, rank: int, seed: int = 0, n: int = 20) -> Encoded:
    d = 2**n_qubits
    rho = random_density(d, rank, np.random.default_rng(seed)).astype(np.complex64)
    return Encoded(
        np.broadcast_to(rho, (n, d, d)), np.full(n, -1, np.int8), Spec("density", (d, d))
    )


def build(
    n_qubits: int = 1,
    iterations: int = 200,
    n_steps: int = 4,
    batch_size: int = 16,
    seed: int = 0,
    **model,
) -> QGDM:
    config = settings.QGDM(
        **{"n_layers": 4, "schedule": DepolarizingCosine(n_steps=n_steps), **model}
    )
    training = Training(iterations=iterations, batch_size=batch_size, learning_rate=0.05)
    return QGDM(config, Spec("density", (2**n_qubits, 2**n_qubits)), training, seed)


def fitted(model: QGDM, data: Encoded, n_steps: int | None = None) -> QGDM:
    model.fit(data)
    for i in range(model.n_steps if n_steps is None else n_steps):
        model.step(i)
    return model


@cache
def trained(rank: int) -> QGDM:
    return fitted(build(2, 300, n_layers=6), copies(2, rank))


def fidelity(model: QGDM, data: Encoded) -> float:
    return quantum.mixed_fidelity(
        data.x[0].astype(np.complex128), model.sample(1).x[0].astype(np.complex128)
    )


@pytest.mark.parametrize("rank", [1, 2])
def test_prepares_pure_and_mixed_states(rank: int) -> None:
    assert fidelity(build(2), copies(2, rank)) < 0.6
    assert fidelity(trained(rank), copies(2, rank)) > 0.97


def test_doing_nothing_is_cheap_on_exact_states_only() -> None:
    """Why a step is trained on what the model itself has made: ρ_{t-1} is near ρ_t, and the
    identity would nearly do.
    """
    losses = {}
    for inputs in ("exact", "own"):
        model = build(2, n_steps=10, inputs=inputs)
        model.fit(copies(2, 1))
        with torch.no_grad():
            model.theta.zero_()
        losses[inputs] = model.step(0).loss
    assert losses["exact"] < 0.02
    assert losses["own"] > 0.2


def test_time_at_the_first_layer_alone_falls_short() -> None:
    data = copies(1, 1)
    assert fidelity(fitted(build(1, 200, n_steps=6), data), data) > 0.97
    assert fidelity(fitted(build(1, 200, n_steps=6, time="once"), data), data) < 0.95


def test_one_time_qubit_needs_a_way_of_its_own() -> None:
    """Judged step by step it cannot follow the noisy states, judged by its end it prepares two pure
    qubits in three steps.
    """
    data = copies(2, 1)
    found = {}
    for inputs in ("own", "chain"):
        model = build(2, 300, n_steps=3, n_layers=8, form="resource-efficient", inputs=inputs)
        found[inputs] = fidelity(fitted(model, data), data)
    assert found["chain"] > max(0.95, found["own"] + 0.05)


def test_every_sample_is_the_same_state() -> None:
    drawn = trained(2).sample(50, seed=1, trajectory=True)
    assert (drawn.x == drawn.x[0]).all()
    assert drawn.times == (4, 3, 2, 1, 0)
    np.testing.assert_allclose(drawn.trajectory[0], np.broadcast_to(np.eye(4) / 4, (50, 4, 4)))
    assert trained(2).facts()["reading"] == MEAN_ONLY
    assert trained(2).facts()["deterministic"] is True


def test_an_ensemble_is_learned_as_its_mean() -> None:
    rng = np.random.default_rng(0)
    psi = rng.standard_normal((400, 2)) + 0j
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    psi[:, 1] *= 0.3
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    rho = psi[:, :, None] * psi[:, None, :].conj()
    data = Encoded(rho.astype(np.complex64), np.full(400, -1, np.int8), Spec("density", (2, 2)))
    model = fitted(build(1, 300), data)
    assert (
        quantum.mixed_fidelity(rho.mean(axis=0), model.sample(1).x[0].astype(np.complex128)) > 0.99
    )
    assert quantum.purity(model.sample(1).x)[0] < 0.99 * quantum.purity(rho).mean()


@pytest.mark.parametrize("form", ["full", "resource-efficient"])
def test_a_step_is_a_channel_with_fresh_time_qubits(form: str) -> None:
    """Σ K†K = 1; one step raises the largest eigenvalue of I/d to at most 2^(n_τ - n)."""
    model = build(3, form=form)
    with torch.no_grad():
        model.theta.copy_(
            2 * torch.randn(model.theta.shape, generator=torch.Generator().manual_seed(1))
        )
        kraus = model._kraus(torch.tensor([1, 3]))
    assert kraus.shape == (2, 2**model.n_time_qubits, 8, 8)
    assert torch.allclose(
        (kraus.mH @ kraus).sum(1), torch.eye(8, dtype=kraus.dtype).expand(2, -1, -1), atol=1e-5
    )
    out = (kraus @ kraus.mH).sum(1) / 8
    assert torch.linalg.eigvalsh(out).max() <= 2.0 ** (model.n_time_qubits - 3) + 1e-5
    assert not torch.allclose(kraus[0], kraus[1], atol=1e-2)  # the step knows the time


def test_the_circuit_is_the_channel() -> None:
    """The exported circuit, run on a pure state and the time qubits traced out."""
    model = build(2)
    psi = np.array([0.5, 0.5j, -0.5, 0.5])
    wide = np.zeros((4, 4), complex)
    wide[:, 0] = psi
    angle = torch.tensor([[2 * np.pi * 3 / 5]])
    out = (
        model.circuit.state(model.theta, inputs=angle, psi=torch.from_numpy(wide.reshape(1, -1)))
        .detach()
        .numpy()
        .reshape(4, 4)
    )
    kraus = model._kraus(torch.tensor([3]))[0].detach().numpy()
    expected = np.einsum("kij,j,l,kml->im", kraus, psi, psi.conj(), kraus.conj())
    np.testing.assert_allclose(out @ out.conj().T, expected, atol=1e-5)
    (info,) = model.circuits()
    assert (info.n_qubits, info.n_ancillas, info.n_inputs, info.repeated) == (4, 2, 1, 4)


def test_infidelity_and_distance_are_what_they_are_called() -> None:
    rng = np.random.default_rng(3)
    rho = np.stack([random_density(4, 3, rng) for _ in range(2)])
    spectrum = np.array([[0.1, 0.2, 0.3, 0.4], [0, 0, 0.5, 0.5]])
    found = [
        float(f(torch.from_numpy(rho), torch.from_numpy(spectrum)))
        for f in (infidelity, hilbert_schmidt)
    ]
    targets = [np.diag(row).astype(complex) for row in spectrum]
    expected = np.mean([1 - quantum.mixed_fidelity(s, r) for s, r in zip(targets, rho)])
    assert found[0] == pytest.approx(expected, abs=3e-3)
    assert found[1] == pytest.approx(
        np.mean([np.linalg.norm(r - s) ** 2 for s, r in zip(targets, rho)])
    )


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 3},
        {"inputs": "exact"},
        {"inputs": "chain", "batch_size": 2},
        {"loss": "hilbert-schmidt"},
    ],
)
def test_stopped_in_the_middle_of_a_walk_and_resumed_is_the_same_to_the_bit(change: dict) -> None:
    resumes_to_the_bit(lambda: build(**{"iterations": 20, **change}), copies(1, 1), 7, 20)


@pytest.mark.parametrize(
    ("n_qubits", "change", "words"),
    [
        (7, {}, "choose smaller data or the resource-efficient form"),
        (1, {"ansatz": "re-uploading"}, "takes data as angles"),
    ],
)
def test_refuses(n_qubits: int, change: dict, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        build(n_qubits, **change)
    with pytest.raises(ConfigError, match="cannot generate a single class"):
        build().sample(3, 1)
