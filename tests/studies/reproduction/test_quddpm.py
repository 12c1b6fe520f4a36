"""QuDDPM's tasks give every figure that their bars need, and the floors that are published."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.config.data import Circle, Cluster, CorrelatedNoise
from qdiffgui.data.ensembles import load_circle, load_cluster, load_correlated_noise
from qdiffgui.experiment import Session
from qdiffgui.studies.reproduction import quddpm as tasks

KEYS = [
    key for key in catalog.reproductions if key.startswith("quddpm-") and key != "quddpm-baselines"
]


@pytest.mark.parametrize("key", KEYS)
def test_a_run_gives_the_figures_of_its_bars(key: str) -> None:
    task = catalog.reproductions[key].load()
    preset, _, _, extra = task.run.args
    small = ["training.iterations=40", "training.batch_size=16", "data.n_states=300"]
    session = Session(override(catalog.presets[preset].load(), small))
    for i in range(40):
        session.model.step(i)
    outcome = tasks.outcome(session, 300, 150, extra, 1)
    for bar in task.bars:
        assert all(
            np.isfinite(figures[bar.key])
            for figures in (outcome.values, outcome.floor, outcome.start)
        )
    for name in ("mmd", "wasserstein"):
        found = {key: value for key, value in outcome.values.items() if key.endswith(name)}
        assert found
        assert all(value > outcome.floor[key] for key, value in found.items())


def test_w_is_compared_at_the_number_of_states_whose_floor_is_published() -> None:
    two = load_cluster(Cluster(n_qubits=2, epsilon=0.06, n_states=1000)).content.psi
    assert tasks.in_blocks(two[:1000], two[1000:], 100) == pytest.approx(0.0096, rel=0.08)
    circle = load_circle(Circle(n_states=3000)).content.psi
    assert tasks.in_blocks(circle[:3000], circle[3000:], 1000) == pytest.approx(0.0010, rel=0.6)


def test_the_papers_estimator_of_p_is_unbiased_on_the_data() -> None:
    data = load_correlated_noise(CorrelatedNoise(n_states=5000), 0)
    found = tasks.inferred_p(data.content.psi)
    assert found["p_population"] == pytest.approx(0.8, abs=0.025)  # 10 000 states: error 0.008
    assert found["p"] == pytest.approx(0.8, abs=0.015)
