"""QuDDPM: it learns a small cluster in seconds, in the order of its paper, exactly resumable,
measuring as it says.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.config.representation import Radial
from qdiffgui.config.schedules import HaarMixing, HaarPatches, LinearAngles
from qdiffgui.data.representations.radial import Radial as RadialProfile
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.evaluation import quantum
from qdiffgui.models.pure_states import widened
from qdiffgui.models.quddpm import QuDDPM
from tests.models.shared import resumes_to_the_bit, takes_the_power_of_the_kernel

STATE = Spec("state", (2,))


def cluster(n: int, seed: int, d: int = 2) -> Encoded:
    rng = np.random.default_rng(seed)
    psi = 0.08 * (rng.standard_normal((n, d)) + 1j * rng.standard_normal((n, d)))
    psi[:, 0] = 1
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    return Encoded(psi.astype(np.complex64), np.full(n, -1, np.int8), Spec("state", (d,)))


def build(
    spec: Spec = STATE,
    iterations: int = 40,
    n_steps: int = 4,
    batch_size: int = 20,
    seed: int = 0,
    **model,
) -> QuDDPM:
    config = settings.QuDDPM(**{"n_layers": 2, "schedule": LinearAngles(n_steps=n_steps), **model})
    return QuDDPM(
        config,
        spec,
        Training(iterations=iterations, batch_size=batch_size, learning_rate=0.05),
        seed,
    )


@cache
def trained() -> QuDDPM:
    model = build(iterations=400, n_steps=4, batch_size=64, n_layers=4)
    model.fit(cluster(500, 0))
    for i in range(model.n_steps):
        model.step(i)
    return model


def test_learns_the_cluster() -> None:
    truth = cluster(400, 1).x
    ours = quantum.compare(trained().sample(400, seed=3).x, truth)
    start = quantum.wasserstein(trained().sample(400, seed=3, trajectory=True).trajectory[0], truth)
    assert start > 0.4
    assert ours["wasserstein"] < 0.06
    assert ours["f0"] > 0.92


def test_denoising_gets_nearer_at_every_frame() -> None:
    drawn = trained().sample(300, seed=4, trajectory=True)
    assert drawn.times == (4, 3, 2, 1, 0)
    assert drawn.trajectory.shape == (5, 300, 2)
    assert np.array_equal(drawn.trajectory[-1], drawn.x)
    assert np.array_equal(drawn.x, trained().sample(300, seed=4).x)
    f0 = [quantum.fidelity_with(frame, np.array([1, 0]))[0] for frame in drawn.trajectory]
    assert f0 == sorted(f0)
    assert np.allclose(np.linalg.norm(drawn.trajectory, axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("stop", [1, 10, 20, 33])
@pytest.mark.parametrize("measurement", ["enumerate", "sample"])
def test_stopped_and_resumed_is_the_same_to_the_bit(stop: int, measurement: str) -> None:
    resumes_to_the_bit(lambda: build(measurement=measurement, n_ancillas=2), cluster(50, 0), stop)


def test_trains_the_last_step_first_and_freezes_it() -> None:
    model = build(iterations=42, n_steps=4)
    model.fit(cluster(50, 0))
    before = model.theta.clone()
    phases = []
    for i in range(42):
        phases.append(model.step(i).phase)
        if i == 20:
            frozen = model.theta[3].clone()
    assert phases[0] == "step 1 of 4"
    assert phases[-1] == "step 4 of 4"
    assert sorted(phases.count(f"step {k} of 4") for k in (1, 2, 3, 4)) == [10, 10, 11, 11]
    assert torch.equal(model.theta[3], frozen)
    assert (model.theta != before).any(1).all()


def test_half_trained_sample_stops_at_the_step_reached() -> None:
    model = build()
    model.fit(cluster(50, 0))
    assert model.sample(5, trajectory=True).times == (4,)  # Haar states: nothing is trained
    for i in range(15):
        model.step(i)
    assert model.sample(5, trajectory=True).times == (4, 3, 2)
    copy = build(seed=9)
    copy.load_weights(model.weights())
    assert np.array_equal(copy.sample(7, seed=2).x, model.sample(7, seed=2).x)


def test_sampled_branches_average_to_the_enumerated() -> None:
    model = build(n_ancillas=2)
    model.fit(cluster(2000, 0))
    model.step(0)
    psi = model._inputs[0, :2000]
    every = model._outcomes(psi, None, model._weights).detach()
    rho = torch.einsum("bki,bkj->ij", every, every.conj()) / len(psi)
    drawn = model._push(psi, 3, np.full(2000, -1), torch.Generator().manual_seed(1))
    sampled = drawn.T @ drawn.conj() / len(psi)
    model.theta[3] = model._weights.detach()
    assert every.shape == (2000, 4, 2)
    assert torch.allclose(rho, sampled, atol=0.05)


def test_maps() -> None:
    fractions = (
        np.random.default_rng(0)
        .dirichlet(np.full(16, 0.3), size=200)
        .astype(np.float32)
        .reshape(-1, 4, 4)
    )
    spec = Spec("map", (4, 4), {0: "gluon", 1: "quark"})
    model = build(spec, iterations=8, n_layers=1)
    model.fit(Encoded(fractions, np.zeros(200, np.int8), spec))
    for i in range(8):
        model.step(i)
    drawn = model.sample(30, 0)
    assert drawn.x.shape == (30, 4, 4)
    assert drawn.x.dtype == np.float32
    assert np.allclose(drawn.x.sum((1, 2)), 1, atol=1e-5)
    assert (drawn.label == 0).all()  # trained on gluons alone
    with pytest.raises(ConfigError, match="cannot generate a single class"):
        model.sample(3, 1)
    frames, times = model.forward_process(fractions[:5], seed=1)
    assert frames.shape == (5, 5, 4, 4)
    assert times == (0, 1, 2, 3, 4)
    assert np.allclose(frames[0], fractions[:5], atol=1e-6)
    assert "many copies" in model.facts()["reading"]


@pytest.mark.parametrize("schedule", [HaarMixing(n_steps=4), HaarPatches(n_steps=4)])
def test_learns_from_haar_noise_too(schedule: HaarMixing | HaarPatches) -> None:
    model = build(Spec("state", (4,)), iterations=240, batch_size=64, n_layers=4, schedule=schedule)
    model.fit(cluster(500, 0, 4))
    for i in range(model.n_steps):
        model.step(i)
    drawn = model.sample(200, seed=1, trajectory=True)
    w = [quantum.wasserstein(frame, cluster(200, 1, 4).x) for frame in drawn.trajectory]
    assert w[0] > 0.5
    assert w[-1] < 0.15
    product = isinstance(schedule, HaarPatches)
    assert (quantum.meyer_wallach(drawn.trajectory[0]).max() < 1e-4) == product
    assert "Haar-random states" in model.facts()["start"]


def test_circuits_and_facts() -> None:
    model = build(n_ancillas=2, n_layers=3)
    (info,) = model.circuits()
    assert (info.n_qubits, info.n_ancillas, info.repeated) == (3, 2, 4)
    assert info.series.shape == (4, 18)
    assert np.isfinite(info.angles).sum() == 18
    assert model.n_parameters == model.facts()["n_parameters"] == 72


@pytest.mark.parametrize(
    ("spec", "change", "words"),
    [
        (Spec("map", (3, 4)), {}, "found 3x4 = 12"),
        (STATE, {"iterations": 3}, "raise training.iterations"),
        (STATE, {"ansatz": "re-uploading"}, "takes data as angles"),
        (Spec("map", (64, 64)), {}, "at most 11"),
    ],
)
def test_refuses(spec: Spec, change: dict, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        build(spec, **change)


def test_seeds() -> None:
    a, b = build(seed=1), build(seed=2)
    assert not torch.equal(a.theta, b.theta)
    a.fit(cluster(50, 0))
    before = a.generator.get_state()
    a.sample(5, seed=1)
    a.forward_process(cluster(5, 0).x)
    assert torch.equal(a.generator.get_state(), before)  # neither draws from training's generator
    assert not np.array_equal(a.sample(5, seed=1).x, a.sample(5, seed=2).x)


def labelled(n: int, seed: int) -> Encoded:
    """States about |0> (0) and about |+> (1), by turns."""
    psi, label = cluster(n, seed).x, (np.arange(n) % 2).astype(np.int8)
    psi[label == 1] = psi[label == 1] @ (np.array([[1, 1], [1, -1]], np.complex64) / np.sqrt(2))
    return Encoded(psi, label, Spec("state", (2,), {0: "zero", 1: "plus"}))


@pytest.mark.parametrize(("conditioning", "n_more"), [("label-qubit", 1), ("class-angle", 0)])
def test_conditioning_makes_the_class_that_is_asked_for(conditioning: str, n_more: int) -> None:
    truth = labelled(400, 1)
    model = build(truth.spec, iterations=600, batch_size=64, n_layers=4, conditioning=conditioning)
    model.fit(labelled(500, 0))
    for i in range(model.n_steps):
        model.step(i)
    of_class = [model.sample(200, label, seed=3).x for label in (0, 1)]
    w = [[quantum.wasserstein(x, truth.x[truth.label == k]) for k in (0, 1)] for x in of_class]
    assert max(w[0][0], w[1][1]) < 0.1
    assert min(w[0][1], w[1][0]) > 0.3
    mixed = model.sample(400, seed=4)
    assert 150 < (mixed.label == 1).sum() < 250
    assert quantum.wasserstein(mixed.x[mixed.label == 1], truth.x[truth.label == 1]) < 0.1
    for info in model.circuits():
        assert (info.n_qubits, info.n_ancillas) == (2 + n_more, 1 + n_more)
    assert model.facts()["conditional"]


def test_every_class_has_angles_of_its_own() -> None:
    """Half the parameters are θ, half φ: the classes run at θ - φ and θ + φ, each sample at those
    of its class.
    """
    model = build(labelled(9, 0).spec, conditioning="class-angle")
    theta, phi = model.theta.unflatten(1, (2, -1)).unbind(1)
    zero, plus = model.circuits()
    assert (zero.name, plus.name) == ("denoising circuit, zero", "denoising circuit, plus")
    np.testing.assert_allclose(zero.series, (theta - phi).flip(0), atol=1e-6)
    np.testing.assert_allclose(plus.series, (theta + phi).flip(0), atol=1e-6)
    data = labelled(40, 0)
    psi = torch.from_numpy(data.x)
    mixed = model._run(model.theta[1], psi, data.label)
    for label, angles in ((0, theta[1] - phi[1]), (1, theta[1] + phi[1])):
        alone = build(n_layers=2).circuit.state(angles, psi=widened(psi[data.label == label], 1))
        assert torch.allclose(mixed[data.label == label], alone, atol=1e-6)


def test_angles_of_three_classes() -> None:
    data = labelled(60, 0)
    spec = Spec("state", (2,), {0: "a", 1: "b", 2: "c"})
    model = build(spec, iterations=8, conditioning="class-angle")
    model.fit(Encoded(data.x, (np.arange(60) % 3).astype(np.int8), spec))
    for i in range(8):
        model.step(i)
    assert model.n_parameters == 4 * build().n_parameters
    assert len(model.circuits()) == 3
    assert len({model.sample(9, label, seed=0).x.tobytes() for label in (0, 1, 2)}) == 3


@pytest.mark.parametrize("conditioning", ["label-qubit", "class-angle"])
def test_a_conditional_model_resumes_and_exports(conditioning: str) -> None:
    whole, first, second = (build(labelled(9, 0).spec, conditioning=conditioning) for _ in range(3))
    for model in (whole, first, second):
        model.fit(labelled(51, 0))
    losses = [whole.step(i).loss for i in range(40)]
    again = [first.step(i).loss for i in range(13)]
    second.load_state(first.state())
    assert losses == again + [second.step(i).loss for i in range(13, 40)]
    exported = build(whole.spec, seed=9, conditioning=conditioning)
    exported.load_weights(whole.weights())
    assert np.array_equal(exported.sample(30, seed=1).x, whole.sample(30, seed=1).x)
    with pytest.raises(UserError, match="not trained on class 5"):
        whole.sample(3, 5)


def test_a_label_qubit_needs_both_classes() -> None:
    model = build(labelled(9, 0).spec, conditioning="label-qubit")
    data = labelled(50, 0)
    with pytest.raises(ConfigError, match="samples of every class"):
        model.fit(data.take(np.flatnonzero(data.label == 0)))


def test_a_label_qubit_tells_quark_maps_from_gluon_maps() -> None:
    rng = np.random.default_rng(0)
    label = (np.arange(400) % 2).astype(np.int8)
    x = np.stack(
        [
            rng.dirichlet(np.where(np.arange(4) < 2, *((4, 0.5) if k == 0 else (0.5, 4))))
            for k in label
        ]
    )
    spec = Spec("map", (2, 2), {0: "gluon", 1: "quark"})
    model = build(spec, iterations=400, batch_size=64, n_layers=4, conditioning="label-qubit")
    model.fit(Encoded(x.astype(np.float32).reshape(-1, 2, 2), label, spec))
    for i in range(model.n_steps):
        model.step(i)
    upper = [model.sample(300, k, seed=1).x[:, 0].sum(1).mean() for k in (0, 1)]
    assert upper[0] > 0.75
    assert upper[1] < 0.25


def test_a_warm_start_takes_the_angles_of_the_step_before_and_the_rate_falls() -> None:
    model = build(warm_start=True, last_rate=0.01)
    model.fit(cluster(50, 0))
    rates = []
    for i in range(40):
        if i in (10, 20, 30):
            before = model.theta[4 - i // 10].clone()
        rates.append(model.step(i).learning_rate)
        if i in (10, 20, 30):
            # Adam's first step is at most the learning rate
            assert (model.theta[3 - i // 10] - before).abs().max() <= 1.01 * rates[-1]
    np.testing.assert_allclose(rates[::10], 0.05 * 0.01 ** (np.arange(4) / 3))


def test_a_label_qubit_tells_real_quark_jets_from_gluon_jets() -> None:
    """Radial profiles of quark jets are narrower; each class's mean is nearer its own than the
    other's.
    """
    jets = load_jets(QuarkGluonJets(n_jets=2000))
    radial = RadialProfile(Radial(n_bins=4))
    radial.fit(jets.content, jets.classes)
    data = radial.encode(jets.content)
    model = build(
        data.spec,
        iterations=160,
        n_steps=2,
        batch_size=100,
        n_layers=5,
        loss="energy",
        conditioning="label-qubit",
    )
    model.fit(data)
    for i in range(model.n_steps):
        model.step(i)
    true, ours = (
        [mean.ravel() for mean in means]
        for means in (
            [data.x[data.label == k].mean(0) for k in (0, 1)],
            [model.sample(1000, k, seed=1).x.mean(0) for k in (0, 1)],
        )
    )
    distance = np.array([[np.abs(mean - other).sum() for other in true] for mean in ours])
    assert distance[0, 0] < 0.5 * distance[0, 1]
    assert distance[1, 1] < 0.5 * distance[1, 0]


def test_the_power_of_the_kernel_is_a_setting() -> None:
    takes_the_power_of_the_kernel(build, cluster(50, 0))
