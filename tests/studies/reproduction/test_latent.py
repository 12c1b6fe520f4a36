"""What stands beside latent diffusion: the same decoder without a circuit, and a classical twin."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config import override
from qdiffgui.experiment import Session
from qdiffgui.models.latent import Latent
from qdiffgui.presets.latent import JETS_LATENT_4Q
from qdiffgui.studies.reproduction.latent import NORMAL, REAL, twin, without_circuit
from qdiffgui.studies.reproduction.task import train_task


@pytest.fixture(scope="module")
def session() -> Session:
    small = [
        "training.iterations=60",
        "data.n_jets=3000",
        "model.n_layers=3",
        "model.schedule.n_steps=10",
    ]
    return train_task(override(JETS_LATENT_4Q, small), 0)


def test_the_decoder_alone(session: Session) -> None:
    model, train = session.model, session.prepared.train
    assert isinstance(model, Latent)
    made = without_circuit(model, train, 2000, 0)
    np.testing.assert_allclose(made[REAL], train.x[:2000], atol=1e-5)
    normal = model.encode(made[NORMAL])
    assert made[NORMAL].shape == (2000, 4, 4)
    np.testing.assert_allclose(made[NORMAL].mean(axis=0), train.x.mean(axis=0), atol=0.03)
    assert np.abs(normal).max() < 20


def test_the_twin_is_of_one_size_with_the_circuit_and_learns(session: Session) -> None:
    mlp = twin(session)
    assert isinstance(session.model, Latent)
    assert abs(mlp.n_parameters / session.model.n_parameters - 1) < 0.05
    x = mlp.sample(500, seed=1).x
    np.testing.assert_allclose(x.mean(axis=0), session.prepared.train.x.mean(axis=0), atol=0.05)
