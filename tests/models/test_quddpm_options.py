"""QuDDPM's options: a start short of Haar states, shared angles, joint fine-tuning, drawn
occupancy.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import engine
from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.config.schedules import HaarMixing, LinearAngles
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.fitted_start import FittedStart
from qdiffgui.diffusion.scrambling import Scrambling
from qdiffgui.errors import ConfigError
from qdiffgui.models.occupancy import BornMachine, Table, project
from qdiffgui.models.quddpm import QuDDPM
from qdiffgui.models.whole_chain import drawn
from tests.models.shared import resumes_to_the_bit

SPEC = Spec("map", (2, 2), {0: "gluon", 1: "quark"})


def maps(n: int = 200) -> Encoded:
    """Maps whose cells are lit in pairs: 0 with 1, or 2 with 3."""
    rng = np.random.default_rng(0)
    x = rng.dirichlet(np.full(2, 3.0), n).astype(np.float32)
    pair = np.arange(n) % 2
    whole = np.zeros((n, 4), np.float32)
    whole[np.arange(n), 2 * pair], whole[np.arange(n), 2 * pair + 1] = x[:, 0], x[:, 1]
    return Encoded(whole.reshape(n, 2, 2), ((np.arange(n) // 2) % 2).astype(np.int8), SPEC)


def build(iterations: int = 24, seed: int = 0, spec: Spec = SPEC, **model: object) -> QuDDPM:
    config = settings.QuDDPM(
        **{"n_layers": 1, "schedule": LinearAngles(n_steps=3, start=0.2, end=1.0), **model}
    )
    return QuDDPM(config, spec, Training(iterations=iterations, batch_size=16), seed)


def train(model: QuDDPM) -> list[str]:
    model.fit(maps())
    return [model.step(i).phase for i in range(model.n_steps)]


OPTIONS: list[dict[str, object]] = [
    {"joint_share": 0.5},
    {"angles": "shared", "joint_share": 0.25, "start_states": "mean-state"},
    {
        "occupancy": "born-machine",
        "born_iterations": 6,
        "joint_share": 0.25,
        "start_states": "gaussian",
    },
    {"occupancy": "table", "conditioning": "label-qubit", "start_states": "gaussian"},
]


@pytest.mark.parametrize(
    ("options", "stop"),
    [(OPTIONS[k], stop) for k, stop in ((0, 20), (1, 5), (1, 22), (2, 3), (2, 22), (3, 14))],
)
def test_stopped_and_resumed_is_the_same_to_the_bit(options: dict, stop: int) -> None:
    resumes_to_the_bit(lambda: build(**options), maps(), stop, n_steps=24)


@pytest.mark.parametrize("options", OPTIONS)
def test_exported_weights_sample_without_data(options: dict) -> None:
    model = build(**options)
    train(model)
    copy = build(seed=9, **options)
    copy.load_weights(model.weights())
    assert np.array_equal(copy.sample(9, seed=1).x, model.sample(9, seed=1).x)
    assert copy.n_parameters == model.n_parameters
    uses = model.circuit_uses()
    assert len(uses) == len(model.circuits())


def test_phases_are_those_of_the_steps() -> None:
    model = build(occupancy="born-machine", born_iterations=6, joint_share=0.25)
    names = train(model)
    assert [names.count(name) for name in ("occupancy", "step 1 of 3", "all steps")] == [6, 4, 6]
    assert all(len({names[i] for i in part}) == 1 for part in model.phases())
    assert [i for part in model.phases() for i in part] == list(range(24))


def test_joint_training_moves_every_circuit_and_greedy_only_its_own() -> None:
    model = build(joint_share=0.25)
    model.fit(maps())
    for i in range(18):
        model.step(i)
    before = model.theta.clone()
    model.step(18)
    assert (model.theta != before).any(1).all()
    assert model.reached == 0


def test_shared_angles_change_linearly_with_the_step() -> None:
    model = build(angles="shared")
    train(model)
    assert model.theta.shape[0] == 3
    assert torch.allclose(
        model.theta[1] - model.theta[0], model.theta[2] - model.theta[1], atol=1e-5
    )
    assert model.n_parameters == 2 * model.program.n_weights
    assert model.circuits()[0].series.shape[0] == 3


def test_the_gradient_through_drawn_outcomes_is_that_of_the_exact_sum() -> None:
    """Two circuits of one data qubit and one ancilla: the derivative of the mean <Z> at the end,
    with the score function, against the sum over both outcomes of the first circuit.
    """
    circuit = engine.compile(build(n_layers=2).ansatz.trace(2, 2))
    generator = torch.Generator().manual_seed(1)
    theta = torch.randn(2, 8, generator=generator).requires_grad_()
    z = torch.tensor([1.0, -1.0])

    def outcomes(psi: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        wide = torch.stack([psi, torch.zeros_like(psi)], 2).flatten(1)
        return circuit.state(weights, psi=wide).reshape(-1, 2, 2).transpose(1, 2)

    def mean_z(branches: torch.Tensor) -> torch.Tensor:
        return (branches.abs().square() @ z).sum(1)

    start = torch.tensor([[0.6, 0.8]], dtype=torch.complex64)
    first = outcomes(start, theta[0])[0]
    exact = mean_z(outcomes(first, theta[1])).sum()  # unnormalized, so weighted with p(z)
    (true,) = torch.autograd.grad(exact, theta)
    psi, p = drawn(outcomes(start.repeat(40_000, 1), theta[0]), generator)
    weight = p / p.detach()
    (ours,) = torch.autograd.grad((weight * mean_z(outcomes(psi, theta[1]))).mean(), theta)
    assert torch.allclose(ours, true, atol=0.03)
    states = drawn(outcomes(start.repeat(40_000, 1), theta[0]), generator)[0]
    (pathwise,) = torch.autograd.grad(mean_z(outcomes(states, theta[1])).mean(), theta)
    assert (pathwise - true).abs().max() > 0.1  # outcomes as constants alone would be biased


@pytest.mark.parametrize("kind", ["mean-state", "gaussian"])
def test_a_fitted_start_is_near_the_noised_data(kind: str) -> None:
    data = torch.from_numpy(np.sqrt(maps(400).x.reshape(-1, 4))[::2]).to(torch.complex64)
    data = data / torch.linalg.vector_norm(data, dim=1, keepdim=True)
    process = Scrambling([0.3, 0.6])
    start = FittedStart(kind, process)
    start.fit([data], seed=0)
    ours = start.draw(4000, 0, torch.Generator().manual_seed(1))
    true = process.at(data.repeat(20, 1), 2, torch.Generator().manual_seed(2))
    assert torch.allclose(torch.linalg.vector_norm(ours, dim=1), torch.ones(4000), atol=1e-5)
    rho = [(psi.T @ psi.conj() / len(psi)) for psi in (ours, true)]
    haar = torch.eye(4) / 4
    assert torch.linalg.norm(rho[0] - rho[1]) < 0.15 * torch.linalg.norm(haar - rho[1])


def test_a_start_follows_the_class() -> None:
    model = build(start_states="gaussian", conditioning="label-qubit", iterations=3)
    data = maps()
    lit = data.x.reshape(-1, 4)[:, 0] > 0
    label = np.where(lit, 0, 1).astype(np.int8)
    model.fit(Encoded(data.x, label, SPEC))
    frames = model.sample(300, trajectory=True)
    first = frames.trajectory[0].reshape(-1, 4)[:, :2].sum(1)
    assert first[frames.label == 0].mean() > 0.7
    assert first[frames.label == 1].mean() < 0.3


def test_fewer_noise_steps_need_fewer_circuits() -> None:
    model = build(schedule=HaarMixing(n_steps=5), n_noise_steps=2, start_states="mean-state")
    frames, times = model.forward_process(maps().x[:4])
    assert (len(frames), times) == (3, (0, 1, 2))
    assert model.theta.shape[0] == model.facts()["n_steps"] == 2
    assert "mean state" in model.facts()["start"]


def test_a_born_machine_learns_which_cells_go_together() -> None:
    machine = BornMachine(4, 1, seed=0, steps=60)
    machine.fit([torch.from_numpy(maps().x.reshape(-1, 4))])
    loss = [machine.step(i)[0] for i in range(60)]
    assert loss[0] > 0.8 * 4 * np.log(2)  # independent cells, each lit in half of the maps
    assert loss[-1] < 1.1 * np.log(2)
    masks = machine.draw(500, 0, torch.Generator().manual_seed(0))
    assert (masks[:, 0] == masks[:, 1]).float().mean() > 0.95


@pytest.mark.parametrize("kind", ["table", "born-machine"])
def test_empty_cells_are_exactly_empty(kind: str) -> None:
    model = build(occupancy=kind, iterations=60, born_iterations=40)
    train(model)
    x = model.sample(200, seed=2).x.reshape(-1, 4)
    assert np.allclose(x.sum(1), 1, atol=1e-5)
    pairs = ((x > 0) == [1, 1, 0, 0]).all(1) | ((x > 0) == [0, 0, 1, 1]).all(1)
    assert pairs.mean() > (0.99 if kind == "table" else 0.9)
    assert "lit cells" in model.facts()["occupancy"]


def test_a_projection_keeps_the_norm() -> None:
    psi = torch.tensor([[0.3, 0.4j, 0.5, 0.1]], dtype=torch.complex64)
    lit = project(psi, torch.tensor([[1.0, 0.0, 1.0, 0.0]]))
    assert torch.equal(lit[0, [1, 3]], torch.zeros(2, dtype=torch.complex64))
    norms = [float(torch.linalg.vector_norm(state)) for state in (psi, lit)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-6)


def test_a_table_draws_by_frequency() -> None:
    table = Table(2)
    table.fit([torch.tensor([[0.2, 0.0], [0.1, 0.0], [0.3, 0.0], [0.0, 1.0]])])
    masks = table.draw(2000, 0, torch.Generator().manual_seed(0))
    assert masks.mean(0).numpy() == pytest.approx([0.75, 0.25], abs=0.03)


@pytest.mark.parametrize(
    ("spec", "options", "words"),
    [
        (SPEC, {"n_noise_steps": 9}, "lower model.n_noise_steps"),
        (Spec("state", (4,)), {"occupancy": "table"}, "cells of a map"),
        (Spec("map", (8, 4)), {"occupancy": "born-machine"}, "at most 16"),
        (SPEC, {"joint_share": 0.9, "iterations": 20}, "raise training.iterations"),
    ],
)
def test_refuses(spec: Spec, options: dict, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        build(spec=spec, **options)
