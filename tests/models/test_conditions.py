"""Continuous conditions: p(shower | energy) and p(jet | pT, mass)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qdiffgui
from qdiffgui.config import Experiment
from qdiffgui.config.sampling import parse_condition
from qdiffgui.data.conditions import Conditions
from qdiffgui.data.showers import as_showers, shower_observables
from qdiffgui.data.types import Spec, Table
from qdiffgui.errors import UserError
from qdiffgui.experiment import Session
from qdiffgui.model_file import TrainedModel, save_model

TRAINING = {"iterations": 300, "batch_size": 256, "learning_rate": 5e-3}
SHOWERS = {
    "data": {"kind": "showers", "n_showers": 4000},
    "representation": {"kind": "layers", "condition": "energy"},
    "model": {"kind": "rectified-flow", "n_parameters": 2000},
    "training": TRAINING,
}
JETS = {
    "data": {"kind": "qg-jets", "n_jets": 2000},
    "representation": {
        "kind": "observables",
        "names": ["pt", "mass", "multiplicity", "width"],
        "conditions": ["pt", "mass"],
    },
    "model": {"kind": "quantum-denoiser", "n_qubits": 2, "n_layers": 3, "sampling_steps": 8},
    "training": TRAINING | {"iterations": 150},
}


def trained(settings: dict[str, Any], path: Path) -> TrainedModel:
    """A model that was trained, written and read again."""
    session = Session(Experiment.model_validate(settings))
    for i in range(session.model.n_steps):
        session.model.step(i)
    prepared = session.prepared
    save_model(path, session.config, session.model, prepared.representation, prepared.dataset)
    return qdiffgui.load(path)


@pytest.fixture(scope="module")
def showers(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    return trained(SHOWERS, tmp_path_factory.mktemp("showers") / "model.h5")


def test_showers_have_the_energy_that_was_asked_for(showers: TrainedModel) -> None:
    depths = []
    for energy in (15.0, 80.0):
        found = as_showers(showers.sample(300, condition={"energy": energy}))
        np.testing.assert_allclose(found.incident, energy, rtol=1e-3)
        assert set(found.label.tolist()) == {int(energy > np.sqrt(1000))}
        depths.append(shower_observables(found)["depth"].mean())
    assert depths[1] > depths[0] + 0.3  # layers: showers of higher energy are longer


def test_without_a_condition_energies_are_those_of_the_training(showers: TrainedModel) -> None:
    incident = as_showers(showers.sample(1000)).incident
    assert 9.9 < incident.min() < 11
    assert 90 < incident.max() < 101
    assert abs(np.log(incident).mean() - np.log(np.sqrt(1000))) < 0.1


def test_what_is_not_a_condition_is_refused(showers: TrainedModel) -> None:
    for condition, message in (
        ({"energy": 500.0}, r"from 10 to 9\d.* GeV"),
        ({"pt": 1.0}, "Expected the conditions energy; found pt"),
    ):
        with pytest.raises(UserError, match=message):
            showers.sample(5, condition=condition)
    with pytest.raises(UserError, match="energy=50"):
        parse_condition("energy")


def test_the_circuit_learns_jets_given_pt_and_mass(tmp_path: Path) -> None:
    model = trained(JETS, tmp_path / "model.h5")
    widths = []
    for mass in (25.0, 90.0):
        jets = model.sample(200, condition={"pt": 520.0, "mass": mass})
        assert isinstance(jets, Table)
        np.testing.assert_allclose(jets.values["mass"], mass, rtol=1e-4)
        np.testing.assert_allclose(jets.values["pt"], 520.0, rtol=1e-4)
        widths.append(np.median(jets.values["width"]))
    assert widths[1] > 1.5 * widths[0]  # heavier jets are wider


def test_old_settings_keep_their_digest_and_models_learn_all() -> None:
    plain = Experiment.model_validate({**SHOWERS, "representation": {"kind": "layers"}})
    dumped = plain.model_dump()
    del dumped["representation"]["condition"], dumped["data"]["gap_low"], dumped["data"]["gap_high"]
    assert Experiment.model_validate(dumped).digest() == plain.digest()
    assert plain.digest() != Experiment.model_validate(SHOWERS).digest()
    for kind in ("masked-network", "qd3pm"):
        with pytest.raises(ValueError, match="takes no continuous conditions"):
            Experiment.model_validate({**SHOWERS, "model": {"kind": kind}})


@pytest.mark.parametrize(
    "spec",
    [
        Spec("vector", (4,), names=("a", "b", "c", "d"), conditions=("d", "b")),
        Spec("map", (7, 1), conditions=("energy",)),
        Spec("vector", (3,), names=("a", "b", "c")),
    ],
)
def test_separate_and_join_are_inverse(spec: Spec) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((20, *spec.shape)).astype(np.float32)
    if spec.kind == "map":
        x[:, :-2] *= 0.8 / x[:, :-2].sum(axis=1, keepdims=True)
        x[:, -2:] *= 0.2 / x[:, -2:].sum(axis=1, keepdims=True)
    both = Conditions(spec)
    rest, given = both.separate(x)
    assert rest.shape == (20, *both.inner.shape)
    assert given.shape == (20, len(spec.conditions))
    np.testing.assert_allclose(both.join(rest, given), x, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_showers_of_an_energy_that_was_left_out() -> None:
    from benchmarks.interpolation import BAR, LEFT_OUT, TRAINED, distances, experiment

    session = Session(experiment(0, 2000, "rectified-flow"))
    for i in range(session.model.n_steps):
        session.model.step(i)
    found = distances(session, 0)
    mean = np.mean([found[energy][0] for energy in TRAINED])
    assert found[LEFT_OUT[0]][0] <= BAR * mean
