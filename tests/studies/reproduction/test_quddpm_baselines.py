"""The baselines' task has the figures of its bars, and its bound on MMD holds and is reached."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.config.data import Cluster
from qdiffgui.data.ensembles import load_cluster
from qdiffgui.engine import haar_states
from qdiffgui.evaluation import quantum
from qdiffgui.experiment import Session
from qdiffgui.studies.reproduction.quddpm_baselines import BASELINES, PRESETS, compared, least_mmd

CLUSTER = load_cluster(Cluster(n_qubits=2, epsilon=0.06, n_states=500)).content.psi


def test_figures_of_the_bars() -> None:
    small = ["training.iterations=20", "training.batch_size=16", "data.n_states=200"]
    sessions = {
        name: Session(override(catalog.presets[key].load(), small)) for name, key in PRESETS.items()
    }
    for session in sessions.values():
        for i in range(20):
            session.model.step(i)
    outcome = compared(sessions, 200, 100, 0)
    for bar in BASELINES.bars:
        assert outcome.values[bar.key] > outcome.floor[bar.key]
        assert outcome.start[bar.key] > 0.5
    assert "cannot reach an MMD below 0.3" in outcome.notes[0]


def test_the_bound_is_what_one_ancilla_can_do() -> None:
    bound = least_mmd(CLUSTER, 1)
    values = [0.5, *(np.linalg.eigvalsh(quantum.mean_density(CLUSTER))[:3] + 0.16)]
    assert bound == pytest.approx((0.979 - 0.5) ** 2 + 3 * 0.16**2, abs=0.01)
    assert sum(values) == pytest.approx(1, abs=0.01)
    assert least_mmd(CLUSTER, 2) == pytest.approx(0, abs=1e-12)
    # without an ancilla Haar states stay Haar states
    assert least_mmd(CLUSTER, 0) == pytest.approx(
        quantum.mmd(haar_states(20000, 2).numpy(), CLUSTER), abs=0.02
    )
