"""What is shown of the states inside the circuits of a model."""

from __future__ import annotations

import numpy as np
import pytest

import qdiffgui
from qdiffgui import catalog
from qdiffgui.circuits.cost import cost
from qdiffgui.engine import trace
from qdiffgui.experiment import build, prepare
from qdiffgui.experiment.circuit_states import MOST_FRAMES, circuit_states
from qdiffgui.models.base import DiffusionModel

SMALL = {
    "points-circuit": ("data.n_points=60",),
    "points-quddpm": ("data.n_points=60",),
    "qgan-cluster-2q": ("data.n_states=40",),
    "jets-bits-qcbm": ("data.n_jets=200",),
}


def model_of(preset: str, *more: str) -> DiffusionModel:
    config = qdiffgui.preset(preset, *SMALL.get(preset, ()), *more)
    prepared = prepare(config)
    model = build(config, prepared)
    model.fit(prepared.train)
    return model


@pytest.mark.parametrize("preset", SMALL)
def test_every_circuit_is_followed_through_its_depth(preset: str) -> None:
    model = model_of(preset)
    for info, found in zip(model.circuits(), circuit_states(model), strict=True):
        program = trace(
            info.function,
            n_qubits=info.n_qubits,
            n_weights=len(info.weights),
            n_inputs=info.n_inputs,
        )
        assert len(found["meyer_wallach"]) == cost(program).depth + 1
        assert 0 <= min(found["meyer_wallach"]) <= max(found["meyer_wallach"]) <= 1
        assert 0 <= max(found["half_chain"]) <= info.n_qubits // 2 + 1e-6
        frames = found["bloch"]["frames"]
        assert len(frames) == len(found["bloch"]["captions"]) <= MOST_FRAMES
        bloch = np.array([frame["bloch"] for frame in frames])
        assert bloch.shape == (len(frames), info.n_qubits, 3)
        assert np.linalg.norm(bloch, axis=2).max() <= 1 + 1e-3


def test_a_circuit_without_entangling_gates_keeps_products() -> None:
    found = circuit_states(model_of("points-circuit", "model.circuit=separable"))
    assert max(found[0]["meyer_wallach"]) == pytest.approx(0, abs=1e-4)


def test_equal_seeds_give_equal_states_and_the_model_stays_as_it_is() -> None:
    model = model_of("points-circuit")
    before = model.state()
    assert circuit_states(model, 3) == circuit_states(model, 3)
    assert all(np.array_equal(before[key], value) for key, value in model.state().items())


def test_large_circuits_are_left_out() -> None:
    assert "jets-qg-quantum" in catalog.presets
    model = model_of("jets-qg-quantum", "data.n_jets=100")
    assert circuit_states(model) == [{}]
