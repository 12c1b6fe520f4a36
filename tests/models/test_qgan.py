"""The quantum GAN: turns, parameters kept from cycle to cycle, a value of the game in its bounds,
and learning.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.evaluation import quantum
from qdiffgui.models.qgan import QGAN
from tests.models.test_quddpm import cluster


def build(iterations: int = 20, seed: int = 0, **model) -> QGAN:
    config = settings.QGAN(
        **{
            "n_layers": 4,
            "n_discriminator_layers": 4,
            "n_discriminator": 2,
            "n_generator": 3,
            **model,
        }
    )
    made = QGAN(
        config,
        Spec("state", (2,)),
        Training(iterations=iterations, batch_size=64, learning_rate=0.05),
        seed,
    )
    made.fit(cluster(500, 0))
    return made


def test_the_circuits_take_turns_and_keep_their_parameters() -> None:
    model = build()
    phases, still = [], []
    for i in range(20):
        before = {name: theta.detach().clone() for name, theta in model.theta.items()}
        phases.append(model.step(i).phase)
        changed = {
            name for name, theta in model.theta.items() if not torch.equal(theta, before[name])
        }
        assert changed == {phases[-1]}
        still.append(
            max((theta - before[name]).abs().max().item() for name, theta in model.theta.items())
        )
    assert phases[:6] == ["discriminator"] * 2 + ["generator"] * 3 + ["discriminator"]
    assert max(still) <= 0.05 * 1.5  # no optimizer step draws a circuit anew


def test_the_value_of_the_game_is_bounded_by_the_trace_distance() -> None:
    model = build()
    noise = model.process.noise(4000, 1, torch.Generator().manual_seed(1))
    truth = cluster(4000, 2).x
    generated = model.sample(4000, seed=3).x
    with torch.no_grad():
        value = float(
            model._truth(torch.from_numpy(truth)).mean() - model._truth_of_generated(noise)
        )
    apart = quantum.mean_density(truth) - quantum.mean_density(generated)
    bound = 0.5 * np.abs(np.linalg.eigvalsh(apart)).sum()  # their trace distance
    assert abs(value) <= bound + 0.02


@pytest.mark.parametrize("measurement", ["enumerate", "sample"])
def test_learns_the_mean_state(measurement: str) -> None:
    model = build(400, measurement=measurement)
    start = quantum.mmd(model.sample(500, seed=1).x, cluster(500, 1).x)
    for i in range(model.n_steps):
        assert abs(model.step(i).loss) <= 1
    assert quantum.mmd(model.sample(500, seed=1).x, cluster(500, 1).x) < 0.5 * start


def test_circuits_and_refusals() -> None:
    model = build(n_ancillas=2)
    assert [(info.name, info.n_qubits, info.n_ancillas) for info in model.circuits()] == [
        ("generator", 3, 2),
        ("discriminator", 2, 1),
    ]
    assert model.n_parameters == 4 * 2 * (3 + 2)
    with pytest.raises(ConfigError, match="cannot generate a single class"):
        model.sample(3, 1)
    with pytest.raises(ConfigError, match="takes data as angles"):
        build(ansatz="re-uploading")
    assert np.array_equal(
        model.sample(5, seed=1, trajectory=True).trajectory[-1], model.sample(5, seed=1).x
    )
