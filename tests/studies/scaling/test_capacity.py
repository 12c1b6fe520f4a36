"""The capacity curve: circuits of given numbers of parameters, and networks of equal size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.studies.scaling import capacity
from qdiffgui.studies.scaling.quality import Score

BASE = override(
    catalog.presets["jets-observables-quantum"].load(),
    ["data.n_jets=200", "model.n_targets=100", "training.iterations=2"],
)


def test_sizes_are_reached_by_layers_then_by_qubits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "SIZES", (300, 3000))
    prepared = prepare(BASE)

    def count(config: Experiment) -> int:
        return build(config, prepared).n_parameters

    found = list(capacity.capacity_points(BASE, count))
    assert [axis for axis, _, _ in found] == [capacity.CIRCUIT, capacity.NETWORK] * 2
    circuits = [(n, e.model) for axis, n, e in found if axis == capacity.CIRCUIT]
    assert circuits[0][1].n_qubits == 4
    assert circuits[0][0] == pytest.approx(300, abs=20)
    assert circuits[1][1].n_qubits > 4  # 40 layers of four qubits are not enough
    for n_parameters, twin in [(n, e) for axis, n, e in found if axis == capacity.NETWORK]:
        assert count(twin) == pytest.approx(n_parameters, rel=0.1)
        assert twin.model.start == "copula"  # every trick of the circuit
        assert twin.training == BASE.training


def test_models_without_a_twin_have_no_curve() -> None:
    states = catalog.presets["quddpm-cluster-1q"].load()
    network = catalog.presets["jets-observables-mlp"].load()
    for config in (states, network):
        assert list(capacity.capacity_points(config, lambda _: 1)) == []


def score(axis: str, x: float, value: float, loss: float) -> Score:
    return Score(axis, x, "", value, 0.01, 0.5, 1.0, int(x), 3, (), "auc", loss, 0.001)


def test_the_verdict_says_level_better_or_worse() -> None:
    class Study:
        scores = (
            score(capacity.CIRCUIT, 300, 0.60, 0.90),
            score(capacity.CIRCUIT, 3000, 0.51, 0.85),
            score(capacity.NETWORK, 300, 0.60, 0.89),
            score(capacity.NETWORK, 3000, 0.55, 0.85),
        )
        judge = "classifier AUC (0.5 is best)"

        @staticmethod
        def off(value: float) -> float:
            return abs(value - 0.5)

    said = list(capacity.sentences(Study()))  # type: ignore[arg-type]
    assert "is level at 300, better at 3000 parameters." in said[0]
    assert "the circuit is worse at 300, level at 3000 parameters." in said[1]
    assert "is better than that of 300 after the same number" in said[2]
    Study.scores = tuple(replace(s, loss=None) for s in Study.scores[:2])
    assert list(capacity.sentences(Study())) == []  # type: ignore[arg-type]
