"""The setting ``circuit`` of every model that has it: without entangling gates, and frozen."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import Training, kinds
from qdiffgui.models.base import DiffusionModel
from tests.models.test_contract import TINY, samples

CHOICES = {
    kind: get_args(settings.model_fields["circuit"].annotation)
    for kind, settings in kinds.classes("model").items()
    if "circuit" in settings.model_fields
}


def make(kind: str, circuit: str, **more: Any) -> tuple[DiffusionModel, Any]:
    settings = kinds.classes("model")[kind]
    data = samples(min(settings.accepts & {"vector", "map", "state", "density"}))
    config = settings(**{**TINY[kind], "circuit": circuit, **more})
    model = catalog.models[kind].load()(config, data.spec, Training(iterations=8, batch_size=8), 0)
    model.fit(data)
    return model, data


@pytest.mark.parametrize("kind", [kind for kind, has in CHOICES.items() if "separable" in has])
def test_without_entangling_gates(kind: str) -> None:
    model, data = make(kind, "separable")
    for info in model.circuits():
        assert {len(gate["wires"]) for gate in info.gates} <= {1}
    losses = [model.step(i).loss for i in range(8)]
    assert np.isfinite(losses).all()
    assert model.sample(4, seed=1).x.shape == (4, *data.spec.shape)
    assert all(use.cost is None for use in model.circuit_uses())  # formulas are for all gates


@pytest.mark.parametrize("kind", ["quantum-denoiser", "qd3pm", "masked-quantum"])
def test_frozen_angles_stay_and_the_rest_is_trained(kind: str) -> None:
    model, _ = make(kind, "frozen")
    trained, _ = make(kind, "trained")
    before = model.weights()
    assert np.array_equal(before["network/angles"], trained.weights()["network/angles"])
    for i in range(8):
        model.step(i)
    after = model.weights()
    assert np.array_equal(before["network/angles"], after["network/angles"])
    assert not np.array_equal(before["network/scale"], after["network/scale"])
    assert model.n_parameters == trained.n_parameters - before["network/angles"].size
    again, _ = make(kind, "frozen")
    again.load_state(model.state())
    for name in before:
        assert np.array_equal(again.weights()[name], after[name]), name
    assert np.array_equal(again.sample(3, seed=2).x, model.sample(3, seed=2).x)


def test_the_latent_circuit_is_frozen_and_its_encoder_is_not() -> None:
    model, _ = make("latent", "frozen")
    trained, _ = make("latent", "trained")
    angles = model.weights()["inner/network/angles"]
    assert model.n_parameters == trained.n_parameters - angles.size


def test_circuits_alone_cannot_be_frozen() -> None:
    for kind in ("quddpm", "qgdm", "uss", "q-dense", "msquddpm"):
        assert "frozen" not in CHOICES[kind]
