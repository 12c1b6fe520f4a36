"""MSQuDDPM: it learns mixed and pure states from nothing but outcomes, in the order of its paper,
exactly resumable.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.config.schedules import AmplitudeDamping, Dephasing, DepolarizingCosine
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.evaluation import quantum
from qdiffgui.models.msquddpm import MSQuDDPM
from tests.models.shared import resumes_to_the_bit, takes_the_power_of_the_kernel


def cluster(n: int, seed: int, d: int = 2, purity: float = 0.9) -> Encoded:
    """Slightly mixed states about |0...0>."""
    rng = np.random.default_rng(seed)
    psi = 0.08 * (rng.standard_normal((n, d)) + 1j * rng.standard_normal((n, d)))
    psi[:, 0] = 1
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    rho = purity * psi[:, :, None] * psi[:, None, :].conj() + (1 - purity) * np.eye(d) / d
    return Encoded(rho.astype(np.complex64), np.full(n, -1, np.int8), Spec("density", (d, d)))


def build(
    d: int = 2, iterations: int = 40, n_steps: int = 4, batch_size: int = 20, seed: int = 0, **model
) -> MSQuDDPM:
    config = settings.MSQuDDPM(
        **{"n_layers": 2, "schedule": DepolarizingCosine(n_steps=n_steps), **model}
    )
    training = Training(iterations=iterations, batch_size=batch_size, learning_rate=0.05)
    return MSQuDDPM(config, Spec("density", (d, d)), training, seed)


def fitted(model: MSQuDDPM, n_steps: int | None = None) -> MSQuDDPM:
    model.fit(cluster(500, 0, model.dimension))
    for i in range(model.n_steps if n_steps is None else n_steps):
        model.step(i)
    return model


@cache
def trained(prediction: str = "previous") -> MSQuDDPM:
    return fitted(
        build(iterations=240, batch_size=64, n_layers=4, prediction=prediction, loss="mmd")
    )


def transport(a: np.ndarray, b: np.ndarray) -> float:
    return quantum.transport(1 - quantum.superfidelity(a, b))


@pytest.mark.parametrize("prediction", ["previous", "rho0"])
def test_learns_mixed_states(prediction: str) -> None:
    truth = cluster(300, 1).x
    drawn = trained(prediction).sample(300, seed=3, trajectory=True)
    assert transport(drawn.trajectory[0], truth) > 0.25
    assert transport(drawn.x, truth) < 0.04
    assert quantum.purity(drawn.x).mean() == pytest.approx(quantum.purity(truth).mean(), abs=0.04)


@pytest.mark.parametrize("prediction", ["previous", "rho0"])
def test_denoising_gets_purer_at_every_frame(prediction: str) -> None:
    drawn = trained(prediction).sample(300, seed=4, trajectory=True)
    assert drawn.times == (4, 3, 2, 1, 0)
    np.testing.assert_allclose(drawn.trajectory[0], np.eye(2)[None].repeat(300, 0) / 2, atol=1e-6)
    purity = [quantum.purity(frame).mean() for frame in drawn.trajectory]
    assert purity == sorted(purity)


@pytest.mark.parametrize("ancillas", ["zero", "haar"])
def test_kraus_operators_are_the_circuit(ancillas: str) -> None:
    """Σ_k K†K = 1, and K_k ρ K_k† is the branch of the circuit run on the state itself."""
    model = build(4, n_ancillas=2, ancillas=ancillas)
    kraus = model._kraus(model.theta[0], 3, torch.Generator().manual_seed(5))
    assert torch.allclose((kraus.mH @ kraus).sum(1), torch.eye(4, dtype=kraus.dtype), atol=1e-5)
    if ancillas == "zero":
        psi = torch.zeros(1, 4, 4, dtype=torch.complex64)
        state = torch.tensor([0.5, 0.5j, -0.5, 0.5], dtype=torch.complex64)
        psi[0, :, 0] = state
        out = model.circuit.state(model.theta[0], psi=psi.reshape(1, -1)).reshape(4, 4)
        assert torch.allclose(kraus[0] @ state, out.T, atol=1e-6)


def test_sampled_branches_average_to_the_enumerated() -> None:
    model = fitted(build(n_ancillas=2), 15)
    rho = model._inputs[:1].expand(4000, -1, -1)
    every = model._branches(rho[:1], model.theta[3], model.generator).detach().sum(1)[0]
    drawn = model._push(rho, 3, torch.Generator().manual_seed(1)).mean(0)
    assert torch.allclose(every, drawn, atol=0.03)


@pytest.mark.parametrize("stop", [1, 10, 20, 33])
@pytest.mark.parametrize(
    "change",
    [{"measurement": "sample"}, {"ancillas": "haar"}, {"prediction": "rho0", "loss": "mmd"}],
)
def test_stopped_and_resumed_is_the_same_to_the_bit(stop: int, change: dict) -> None:
    resumes_to_the_bit(lambda: build(**change), cluster(50, 0), stop)


def test_targets_are_the_next_noise_level_or_the_clean_state() -> None:
    for prediction, expected in (("previous", lambda m: 0.9 * m.kept[3]), ("rho0", lambda m: 0.9)):
        model = fitted(build(prediction=prediction), 1)
        bloch = np.sqrt(2 * quantum.purity(model._targets.numpy()) - 1)
        np.testing.assert_allclose(bloch, expected(model), atol=1e-3)


@pytest.mark.parametrize(
    ("schedule", "start"),
    [(DepolarizingCosine(), [0.5, 0.5]), (AmplitudeDamping(), [1, 0]), (Dephasing(), None)],
    ids=["depolarizing", "amplitude-damping", "dephasing"],
)
def test_every_channel_starts_where_its_noise_ends(
    schedule: object, start: list[float] | None
) -> None:
    model = build(schedule=schedule)
    data = cluster(200, 0)
    model.fit(data)
    expected = np.diagonal(data.x.mean(axis=0)) if start is None else start
    first = model.sample(3, trajectory=True).trajectory[0]
    np.testing.assert_allclose(first, np.broadcast_to(np.diag(expected), (3, 2, 2)), atol=1e-6)
    frames, times = model.forward_process(data.x[:4])
    assert times == tuple(range(7))
    np.testing.assert_allclose(frames[0], data.x[:4])
    if start is not None:
        np.testing.assert_allclose(frames[-1], first[:1].repeat(4, 0), atol=1e-6)


def test_half_trained_sample_stops_at_the_step_reached() -> None:
    model = fitted(build(), 15)
    assert model.sample(5, trajectory=True).times == (4, 3, 2)
    copy = build(seed=9)
    copy.load_weights(model.weights())
    assert np.array_equal(copy.sample(7, seed=2).x, model.sample(7, seed=2).x)


def test_circuits_and_facts() -> None:
    model = build(n_ancillas=2, n_layers=3)
    (info,) = model.circuits()
    assert (info.n_qubits, info.n_ancillas, info.repeated) == (3, 2, 4)
    assert info.series.shape == (4, 18)
    assert model.n_parameters == model.facts()["n_parameters"] == 72
    assert "maximally mixed" in model.facts()["start"]


@pytest.mark.parametrize(
    ("d", "change", "words"),
    [
        (2, {"iterations": 3}, "raise training.iterations"),
        (2, {"ansatz": "re-uploading"}, "takes data as angles"),
        (128, {}, "at most 6 data qubits"),
    ],
)
def test_refuses(d: int, change: dict, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        build(d, **change)
    with pytest.raises(ConfigError, match="cannot generate a single class"):
        build().sample(3, 1)


def test_the_power_of_the_kernel_is_a_setting() -> None:
    takes_the_power_of_the_kernel(build, cluster(50, 0))
