"""The figures of the tasks of mixed states, on models cut down to seconds."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.data.densities import random_density
from qdiffgui.presets.mixed import QGDM_MIXED
from qdiffgui.studies.reproduction import msquddpm, qgdm
from qdiffgui.studies.reproduction.task import train_task


def test_figures_of_density_matrices() -> None:
    pure = np.zeros((40, 2, 2), np.complex64)
    pure[:, 0, 0] = 1
    found = msquddpm.state_metrics(
        pure, np.repeat(np.eye(2, dtype=np.complex64)[None] / 2, 40, axis=0)
    )
    assert found == pytest.approx(
        {"wasserstein": 0.5, "f0": 1, "purity": 1, "spread": 0, "y_squared": 0}, abs=1e-6
    )


@pytest.mark.parametrize("task", [msquddpm.CLUSTER, msquddpm.CIRCLE])
def test_a_run_gives_the_figures_of_its_bars(task, monkeypatch) -> None:
    monkeypatch.setattr(
        msquddpm,
        "train_task",
        lambda config, seed, *s: train_task(
            config, seed, *s, "training.iterations=6", "model.n_layers=1", "training.batch_size=16"
        ),
    )
    outcome = task.run(0)
    keys = {bar.key for bar in task.bars}
    for figures in (outcome.values, outcome.floor, outcome.start, *outcome.baselines.values()):
        assert keys <= set(figures)
    assert outcome.floor["wasserstein"] < outcome.start["wasserstein"]
    assert outcome.start["purity"] == pytest.approx(0.5)


def test_qgdm_figures(monkeypatch) -> None:
    small = ("training.iterations=30", "model.n_layers=2", "training.batch_size=4")
    monkeypatch.setattr(
        qgdm, "train_task", lambda config, seed, *s: train_task(config, seed, *s, *small)
    )
    monkeypatch.setattr(qgdm, "SIZES", (1, 2))
    monkeypatch.setattr(qgdm, "CURVE", {1: (3, 2, 30)})
    outcome = qgdm.QGDM_STATES.run(0)
    assert {"pure_least", "mixed_least", "gain", "resource_efficient_1q"} <= set(outcome.values)
    assert outcome.values["pure_least"] == min(outcome.values["pure_1q"], outcome.values["pure_2q"])
    assert outcome.baselines["Pure-state generator at best"]["pure_least"] == pytest.approx(
        1, abs=1e-5
    )
    assert outcome.start["pure_2q"] == pytest.approx(0.25, abs=1e-3)


def test_one_circuit_alone_prepares_a_small_mixed_state() -> None:
    model = train_task(
        QGDM_MIXED, 0, "data.n_qubits=1", "data.rank=2", "training.iterations=200"
    ).model
    target = random_density(2, 2, np.random.default_rng(0))
    assert qgdm.one_circuit(model, target, 0) > 0.99
