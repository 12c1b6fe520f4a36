"""A training as a stream: its order, cancelling, resuming bit for bit, and what is left at
the end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import qdiffgui
from qdiffgui import catalog
from qdiffgui import events as ev
from qdiffgui.config import Experiment, override
from qdiffgui.data.types import Densities, Images, Jets, Showers, States, Table
from qdiffgui.errors import DataError, UserError
from qdiffgui.experiment import Session, inspect
from qdiffgui.experiment.preview import bloch

_MASKED = ["data.n_jets=600", "training.batch_size=16"]
_CIRCUITS = ["model.n_layers=1", "model.n_ancillas=0", *_MASKED]
_NETWORKS = ["model.n_parameters=2000", *_MASKED]
_POINTS = ["data.n_points=300", "training.batch_size=32"]
SMALL = {
    "points-circuit": _POINTS,
    "points-network": _POINTS,
    "points-quddpm": ["data.n_points=300", "training.batch_size=16"],
    "jets-radial-masked": _CIRCUITS,
    "jets-radial-masked-network": _NETWORKS,
    "jets-4x4-masked": _CIRCUITS,
    "jets-4x4-masked-network": _NETWORKS,
    "jets-maps-masked": _CIRCUITS,
    "jets-maps-masked-network": _NETWORKS,
    "jets-radial-quddpm": [
        "model.n_layers=2",
        "model.born_iterations=1",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "jets-radial-quddpm-haar": ["model.n_layers=2", "data.n_jets=600", "training.batch_size=16"],
    "jets-radial-4q": ["model.n_layers=2", "data.n_jets=1200", "training.batch_size=32"],
    "jets-maps-6q": ["model.n_layers=2", "data.n_jets=1200", "training.batch_size=32"],
    "jets-maps-ddpm": [
        "model.n_parameters=2000",
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=32",
    ],
    "jets-maps-made": ["model.n_hidden=64", "data.n_jets=600", "training.batch_size=32"],
    "jets-maps-d3pm-levels": [
        "model.n_hidden=64",
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=32",
    ],
    "jets-maps-latent": [
        "model.n_layers=2",
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=32",
    ],
    "jets-maps-latent-network": [
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=32",
    ],
    "jets-bits-qd3pm": [
        "model.n_bits=5",
        "model.n_layers=2",
        "data.n_jets=1200",
        "training.batch_size=32",
    ],
    "jets-bits-iqp": ["model.n_bits=5", "data.n_jets=1200"],
    "jets-bits-qcbm": ["model.n_bits=5", "model.n_layers=2", "data.n_jets=1200"],
    "jets-bits-mps": ["model.n_bits=5", "data.n_jets=1200"],
    "jets-occupancy-iqp": [
        "representation.n_r=6",
        "model.reach=2",
        "model.loss=mmd",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "jets-occupancy-mps": ["representation.n_r=6", "data.n_jets=600", "training.batch_size=16"],
    "showers-occupancy-iqp": ["data.n_showers=600", "training.batch_size=16", "model.n_words=32"],
    "jets-bits-d3pm": ["model.n_bits=5", "data.n_jets=1200", "training.batch_size=32"],
    "jets-observables-quantum": [
        "data.n_jets=800",
        "model.n_layers=2",
        "training.batch_size=64",
    ],
    "jets-observables-quantum-plain": [
        "model.n_qubits=4",
        "model.n_layers=2",
        "data.n_jets=1200",
        "training.batch_size=64",
    ],
    "jets-observables-mlp": ["data.n_jets=800", "training.batch_size=64"],
    "jets-observables-mlp-plain": ["data.n_jets=1200", "training.batch_size=64"],
    "jets-observables-flow": ["data.n_jets=800", "training.batch_size=64"],
    "jets-observables-flow-plain": ["data.n_jets=1200", "training.batch_size=64"],
    "jets-observables-8-quantum": [
        "model.n_layers=1",
        "data.n_jets=600",
        "training.batch_size=32",
    ],
    "jets-observables-8-mlp": ["data.n_jets=600", "training.batch_size=32"],
    "showers-latent": ["model.n_layers=2", "data.n_showers=600", "training.batch_size=32"],
    "showers-latent-network": ["data.n_showers=600", "training.batch_size=32"],
    "showers-ddpm": ["data.n_showers=600", "training.batch_size=32"],
    "showers-quddpm": ["model.n_layers=2", "data.n_showers=600", "training.batch_size=16"],
    "jets-channels-unet": [
        "model.n_parameters=1500",
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=8",
    ],
    "jets-clouds-ddpm": [
        "model.n_parameters=1000",
        "model.schedule.n_steps=6",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "jets-clouds-flow": [
        "model.n_parameters=1000",
        "model.schedule.n_steps=4",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "jets-latent-4q": ["model.n_layers=2", "data.n_jets=600", "training.batch_size=32"],
    "jets-latent-6q": ["model.n_layers=2", "data.n_jets=600", "training.batch_size=32"],
    "digits-latent": ["model.n_layers=2", "training.batch_size=16"],
    "digits-latent-bottleneck": ["model.n_layers=2", "training.batch_size=16"],
    "jets-latent-mixed": ["model.n_layers=2", "data.n_jets=600", "training.batch_size=16"],
    "jets-logpolar-4q": ["model.n_layers=2", "data.n_jets=600", "training.batch_size=32"],
    "jets-images-q-dense": ["model.n_layers=3", "data.n_jets=600", "training.batch_size=16"],
    "jets-images-ddpm": ["data.n_jets=600", "training.batch_size=16"],
    "digits-q-dense": ["model.n_layers=3", "training.batch_size=16"],
    "digits-dense": ["training.batch_size=16"],
    "digits-uss": ["model.n_layers=3", "training.batch_size=16"],
    "digits-qu-net": ["model.n_layers=1", "model.channels=1", "training.batch_size=8"],
    "digits-unet": ["training.batch_size=16"],
    "jets-qg-hybrid": [
        "model.width=2",
        "model.n_layers=1",
        "model.schedule.n_steps=4",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "jets-qg-quantum": [
        "model.n_layers=1",
        "model.n_ancillas=1",
        "model.schedule.n_steps=4",
        "data.n_jets=600",
        "training.batch_size=16",
    ],
    "quddpm-cluster-1q": ["training.batch_size=32", "data.n_states=200"],
    "qdt-cluster-2q": ["training.batch_size=32", "data.n_states=200", "model.n_layers=10"],
    "qgan-cluster-2q": [
        "training.batch_size=32",
        "data.n_states=200",
        "model.n_layers=5",
        "model.n_discriminator_layers=5",
    ],
    "quddpm-noise": ["training.batch_size=32", "data.n_states=200"],
    "quddpm-tfim": ["training.batch_size=32", "data.n_states=200"],
    "lesson-mmd-blind": ["training.batch_size=32", "data.n_states=200"],
    "msquddpm-cluster": ["training.batch_size=32", "data.n_states=200"],
    "msquddpm-circle": ["training.batch_size=32", "data.n_states=200", "model.n_layers=2"],
    "qgdm-mixed": ["data.n_qubits=2", "model.n_layers=2"],
    "qgdm-resource-efficient": ["data.n_qubits=2", "model.n_layers=2"],
    "qgdm-ensemble": ["data.n_states=200", "model.n_layers=2"],
    "quddpm-circle": ["training.batch_size=32", "data.n_states=200"],
    "quddpm-cluster-2q": ["training.batch_size=32", "data.n_states=200"],
}


def small(key: str, iterations: int = 40) -> Experiment:
    """A preset, cut down to a second or two."""
    cut = [f"training.iterations={iterations}", "evaluation.n_generated=200", *SMALL[key]]
    return override(catalog.presets[key].load(), cut)


def unjudged(config: Experiment) -> Experiment:
    """The same training with an evaluation of very few samples."""
    return override(config, ["evaluation.n_generated=20"])


def losses(stream: list[ev.Event]) -> list[tuple[int, float, float | None]]:
    return [(e.step, e.loss, e.grad_norm) for e in stream if isinstance(e, ev.Loss)]


@pytest.fixture(scope="module", params=SMALL)
def trained(request: pytest.FixtureRequest) -> tuple[Session, list[ev.Event]]:
    session = Session(small(request.param))
    return session, list(session.events())


def test_every_preset_has_a_small_form() -> None:
    assert set(SMALL) == set(catalog.presets)


def test_the_stream_begins_ends_and_reports(trained: tuple[Session, list[ev.Event]]) -> None:
    session, stream = trained
    assert isinstance(stream[0], ev.Started)
    assert isinstance(stream[-1], ev.Done)
    assert stream[-1].status == "done"
    assert len(losses(stream)) == 40
    assert all(np.isfinite(loss) for _, loss, _ in losses(stream))
    final = next(e for e in stream if isinstance(e, ev.Metrics) and e.final)
    assert final.values
    assert set(final.floor) == set(final.values) - {"held-out-loss"}  # a metric of the model
    assert all(ev.from_json(ev.to_json(e)) == e for e in stream)
    json.dumps(session.report())


def test_film_goes_from_noise_to_samples(trained: tuple[Session, list[ev.Event]]) -> None:
    session, _ = trained
    film = json.loads(json.dumps(session.trajectory()))
    assert len(film["frames"]) == len(film["times"]) >= 2
    assert film["times"][0] > film["times"][-1]
    assert {frame["kind"] for frame in film["frames"]} == {film["truth"]["kind"]}


def test_model_file_generates_without_the_run(
    trained: tuple[Session, list[ev.Event]], tmp_path: Path
) -> None:
    session, _ = trained
    session.save_model(tmp_path / "model.h5")
    model = qdiffgui.load(tmp_path / "model.h5")
    drawn = model.sample(50, seed=3)
    again = qdiffgui.load(tmp_path / "model.h5").sample(50, seed=3)
    assert len(drawn) == len(again) == 50
    first, second = session.model.sample(50, seed=3).x, model.generate(50, seed=3).x
    np.testing.assert_array_equal(first, second)
    if isinstance(drawn, Table) and session.config.data.kind == "points":
        assert set(drawn.values) == {"x", "y"}
    elif isinstance(drawn, Table):
        assert (drawn.values["mass"] > 0).all()
        assert 1 < np.median(drawn.values["mass"]) < 300
    elif isinstance(drawn, Jets):
        sums = np.add.reduceat(drawn.pt, drawn.offsets[:-1])
        assert (sums < 600).all()
        if (
            session.config.representation.kind == "cloud"
        ):  # the leading constituents only: never more than the jet has
            assert ((sums > 0) & (sums <= drawn.jet_pt * (1 + 1e-5))).all()
        else:
            assert (sums > 450).all()
        assert np.hypot(drawn.eta, drawn.phi).max() < 0.7
    elif isinstance(drawn, Images):
        assert (drawn.pixels >= 0).all()
        assert 100 < np.median(drawn.pixels.sum(axis=(1, 2))) < 500
    elif isinstance(drawn, Showers):
        assert ((drawn.incident > 1) & (drawn.incident < 1000)).all()
        ratio = drawn.layers.sum(axis=1) / drawn.incident
        assert ((ratio > 0) & (ratio < 1.6)).all()
    elif isinstance(drawn, Densities):
        np.testing.assert_allclose(np.trace(drawn.rho, axis1=1, axis2=2), 1, atol=1e-5)
    else:
        assert isinstance(drawn, States)
        np.testing.assert_allclose(np.linalg.norm(drawn.psi, axis=1), 1, atol=1e-5)
    with h5py.File(tmp_path / "model.h5") as file:
        assert len(file["circuits"]) == len(session.model.circuits())
        assert all(text[()].decode().startswith("OPENQASM 3") for text in file["circuits"].values())


def test_samples_file_holds_what_the_report_judged(
    trained: tuple[Session, list[ev.Event]], tmp_path: Path
) -> None:
    session, _ = trained
    session.save_samples(tmp_path / "samples.h5")
    with h5py.File(tmp_path / "samples.h5") as file:
        assert len(file["encoded/x"]) >= 200


def test_resumed_equals_never_stopped(trained: tuple[Session, list[ev.Event]]) -> None:
    whole, stream = trained
    config = unjudged(whole.config)
    calls = iter(range(10**6))
    first = Session(config)
    begun = list(first.events(lambda: "cancel" if next(calls) == 17 else "run"))
    assert isinstance(begun[-1], ev.Done)
    assert begun[-1].status == "cancelled"
    assert begun[-1].step == 17
    saved = {name: np.array(values) for name, values in first.checkpoint().items()}
    second = Session(config)
    second.restore(saved)
    resumed = losses(list(second.events()))
    assert losses(begun) + resumed == losses(stream)
    np.testing.assert_array_equal(
        whole.model.sample(20, seed=1).x, second.model.sample(20, seed=1).x
    )


def test_losses_between_two_reports_survive_a_stop() -> None:
    config = unjudged(small("jets-observables-mlp-plain", iterations=2500))
    expected = losses(list(Session(config).events()))
    calls = iter(range(10**6))
    first = Session(config)
    begun = losses(list(first.events(lambda: "cancel" if next(calls) == 1001 else "run")))
    second = Session(config)
    second.restore(first.checkpoint())
    assert begun + losses(list(second.events())) == expected


def test_the_time_limit_ends_training_with_a_note() -> None:
    config = override(
        small("jets-observables-mlp-plain", iterations=1_000_000), ["training.max_seconds=0.3"]
    )
    stream = list(Session(config).events())
    assert any(isinstance(e, ev.Note) and "time limit" in e.text for e in stream)
    assert isinstance(stream[-1], ev.Done)
    assert stream[-1].seconds >= 0.3
    assert 0 < stream[-1].step < 1_000_000


def test_the_same_seed_gives_the_same_run_and_another_does_not() -> None:
    first, second = (
        losses(list(Session(small("jets-observables-mlp-plain")).events())) for _ in range(2)
    )
    assert first == second
    other = override(small("jets-observables-mlp-plain"), ["seed=1"])
    assert losses(list(Session(other).events())) != first


@pytest.mark.parametrize("key", SMALL)
def test_inspect_shows_data_noise_and_circuit(key: str) -> None:
    shown = json.loads(json.dumps(inspect(small(key))))
    assert shown["dataset"]["n_train"] > 0
    assert shown["facts"]["n_parameters"] > 0
    assert shown["estimate"]["seconds"] > 0
    assert shown["forward"]["times"][0] == 0
    assert bool(shown["circuits"]) == bool(
        catalog.models[catalog.presets[key].load().model.kind].facts["quantum"]
    )
    for circuit in shown["circuits"]:
        assert len(circuit["gates"]) == len(circuit["angles"]) > 0


def test_labels_are_checked_in_words(tmp_path: Path) -> None:
    session = Session(small("jets-observables-mlp-plain", iterations=2))
    list(session.events())
    session.save_model(tmp_path / "model.h5")
    model = qdiffgui.load(tmp_path / "model.h5")
    assert set(model.sample(10, label="gluon").label) == {0}
    assert set(model.sample(10, label=1).label) == {1}
    with pytest.raises(UserError, match=r"one of the classes gluon, quark; found 'top'"):
        model.sample(10, label="top")
    with pytest.raises(UserError, match="whole number of samples, at least 1"):
        model.sample(0)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Expected a file"):
        qdiffgui.load(tmp_path / "absent.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1]
    with pytest.raises(DataError, match="not a qdiffgui model"):
        qdiffgui.load(tmp_path / "other.h5")
    (tmp_path / "picture.h5").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with pytest.raises(DataError, match="a file of another kind"):
        qdiffgui.load(tmp_path / "picture.h5")


def test_bloch_vectors_of_known_states() -> None:
    s = 1 / np.sqrt(2)
    psi = np.array([[1, 0], [0, 1], [s, s], [s, 1j * s]], dtype=np.complex64)
    np.testing.assert_allclose(bloch(psi), [[0, 0, 1], [0, 0, -1], [1, 0, 0], [0, 1, 0]], atol=1e-6)


def test_a_classical_model_is_trained_and_saved_without_the_simulator(tmp_path: Path) -> None:
    """PennyLane and Numba take two to three seconds of CPU time."""
    code = (
        "import sys, pathlib, qdiffgui\n"
        "small = ['data.n_jets=500', 'training.iterations=1']\n"
        "session = qdiffgui.Session(qdiffgui.preset('jets-observables-mlp', *small))\n"
        "session.model.step(0)\n"
        "session.save_model(pathlib.Path(sys.argv[1]))\n"
        "assert not {'pennylane', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "model.h5")], check=True)
