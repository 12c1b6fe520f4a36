"""One contract for every family of the catalogue, on every kind of data that it accepts."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.circuits.openqasm import to_qasm3
from qdiffgui.config import Training, kinds
from qdiffgui.data.hdf5 import read_tree, write_tree
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import UserError
from qdiffgui.models.base import Family

TINY: dict[str, dict[str, Any]] = {
    "qdt": {"n_layers": 3},
    "qgan": {"n_layers": 3, "n_discriminator_layers": 3, "n_discriminator": 2, "n_generator": 3},
    "quddpm": {"n_layers": 2, "schedule": {"kind": "linear-angles", "n_steps": 3}},
    "q-dense": {"n_layers": 2, "schedule": {"kind": "blend", "n_steps": 4}},
    "classical-blend": {"n_parameters": 300, "schedule": {"kind": "blend", "n_steps": 4}},
    "uss": {"n_layers": 2, "schedule": {"kind": "blend", "n_steps": 4}},
    "qu-net": {"channels": 1, "n_layers": 1, "schedule": {"kind": "blend", "n_steps": 4}},
    "qg-unet": {"n_qubits": 3, "n_layers": 1, "width": 2, "schedule": {"kind": "haar", "n_steps": 4}},
    "quantum-denoiser": {"n_qubits": 3, "n_layers": 2, "schedule": {"kind": "cosine", "n_steps": 6}},
    "rectified-flow": {"n_parameters": 150, "schedule": {"kind": "straight", "n_steps": 6}},
    "qgdm": {"n_layers": 2, "schedule": {"kind": "depolarizing-cosine", "n_steps": 3}},
    "msquddpm": {"n_ancillas": 1, "n_layers": 2, "schedule": {"kind": "depolarizing-cosine", "n_steps": 3}},
    "latent": {"n_latent": 8, "n_qubits": 3, "n_layers": 2, "schedule": {"kind": "cosine", "n_steps": 6}},
    "ddpm": {"n_parameters": 150, "schedule": {"kind": "cosine", "n_steps": 6}},
    "qd3pm": {"n_bits": 5, "n_layers": 2, "schedule": {"kind": "cosine", "n_steps": 4}},
    "d3pm": {"n_bits": 5, "n_parameters": 150, "schedule": {"kind": "cosine", "n_steps": 4}},
}
CASES = [(key, kind) for key in catalog.models for kind in sorted(kinds.classes("model")[key].accepts)]
# forms of a family that have weights of their own; no circuit among them is frozen, and frozen weights are not in n_parameters
VARIANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("quddpm", "map", {"conditioning": "label-qubit"}),
    ("quddpm", "map", {"conditioning": "class-angle"}),
    ("qg-unet", "map", {"variant": "classical"}),
    ("qg-unet", "map", {"variant": "quantum"}),
    ("ddpm", "channels", {"network": "unet", "n_parameters": 1500}),
    ("ddpm", "cloud", {"network": "set-transformer", "n_parameters": 1500}),
    ("rectified-flow", "cloud", {"network": "set-transformer", "n_parameters": 4000}),
    ("latent", "map", {"encoder": "autoencoder"}),
    ("latent", "map", {"cells": "normal-scores"}),
    ("ddpm", "map", {"cells": "roots"}),
    ("ddpm", "map", {"cells": "normal-scores"}),
    ("latent", "map", {"encoder": "autoencoder", "recipe": "bottleneck"}),
    (
        "latent",
        "map",
        {"encoder": "autoencoder", "recipe": "mixed", "schedule": {"kind": "depolarizing-cosine", "n_steps": 3}},
    ),
]
# fitted codecs and scalers; the mix of classes; the class of a model of one class; the diffusion step reached; the start of sampling
NOT_TRAINED = frozenset({"transform", "mix", "label", "reached", "start"})
N_STEPS = 30


@cache
def samples(kind: str) -> Encoded:
    """160 quarks and gluons encoded from the shipped jets, or one-qubit states, as vectors or as density matrices."""
    from qdiffgui.config.data import Cluster, QuarkGluonJets
    from qdiffgui.config.representation import Channels, Cloud, Density, LogPolar, Observables, State

    jets = QuarkGluonJets(n_jets=160)
    classes = {
        "vector": (jets, Observables()),
        "map": (jets, LogPolar()),
        "channels": (jets, Channels(size=4)),
        "cloud": (jets, Cloud()),
    }
    states = (Cluster(n_qubits=1, n_states=160), Density() if kind == "density" else State())
    data, representation = classes.get(kind, states)
    dataset = catalog.datasets[data.kind].load()(data, 0)
    encoder = catalog.representations[representation.kind].load()(representation)
    encoder.fit(dataset.content, dataset.classes)
    return encoder.encode(dataset.content)  # type: ignore[no-any-return]


def build(key: str, kind: str, spec: Spec | None = None, seed: int = 0, iterations: int = N_STEPS, **settings: Any) -> Family:
    config = kinds.classes("model")[key](**{**TINY[key], **settings})
    training = Training(iterations=iterations, batch_size=32)
    return catalog.models[key].load()(config, spec or samples(kind).spec, training, seed)  # type: ignore[no-any-return]


def trained(key: str, kind: str, n_steps: int = N_STEPS) -> Family:
    model = build(key, kind)
    model.fit(samples(kind))
    for i in range(n_steps):
        model.step(i)
    return model


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_thirty_steps_are_fifteen_a_stop_and_fifteen(key: str, kind: str, tmp_path: Path) -> None:
    data = samples(kind)
    model = build(key, kind)
    model.fit(data)
    for i in range(N_STEPS // 2):
        model.step(i)
    with h5py.File(tmp_path / "checkpoint.h5", "w") as file:  # as a run keeps it: names with "/" are groups there
        write_tree(file, model.state())
        halfway = read_tree(file)
    rest = [model.step(i) for i in range(N_STEPS // 2, N_STEPS)]
    assert model.n_steps == N_STEPS

    resumed = build(key, kind, seed=0)
    resumed.fit(data)
    resumed.load_state(halfway)
    assert [resumed.step(i) for i in range(N_STEPS // 2, N_STEPS)] == rest
    for name, array in model.state().items():
        np.testing.assert_array_equal(resumed.state()[name], array, err_msg=name)
    np.testing.assert_array_equal(resumed.sample(20, seed=3).x, model.sample(20, seed=3).x)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_looking_does_not_disturb_training(key: str, kind: str) -> None:
    quiet, watched = build(key, kind), build(key, kind)
    losses = []
    for model in (quiet, watched):
        model.fit(samples(kind))
        said = []
        for i in range(4):
            said.append(model.step(i))
            if model is watched:
                model.sample(5, seed=i, trajectory=True)
                model.forward_process(samples(kind).x[:3], seed=i)
                model.circuits()
        losses.append(said)
    assert losses[0] == losses[1]


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_samples_are_valid_and_reproducible_from_exported_weights(key: str, kind: str) -> None:
    model = trained(key, kind)
    drawn = model.sample(50, seed=7)
    exported = build(key, kind, seed=99)
    exported.load_weights(model.weights())
    again = exported.sample(50, seed=7)
    np.testing.assert_array_equal(drawn.x, again.x)
    np.testing.assert_array_equal(drawn.label, again.label)
    another = exported.sample(50, seed=8).x
    assert np.array_equal(drawn.x, another) == bool(model.facts().get("deterministic"))
    assert drawn.x.shape == (50, *model.spec.shape)
    assert drawn.label.shape == (50,)
    assert drawn.label.dtype == np.int8
    _check_valid(drawn.x, kind)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_a_trajectory_goes_from_noise_to_the_sample(key: str, kind: str) -> None:
    model = trained(key, kind, 3)
    drawn = model.sample(12, seed=1, trajectory=True)
    assert drawn.trajectory is not None
    assert drawn.trajectory.shape == (len(drawn.times), 12, *model.spec.shape)
    np.testing.assert_array_equal(drawn.trajectory[-1], drawn.x)
    np.testing.assert_array_equal(model.sample(12, seed=1).x, drawn.x)
    assert all(t > s for t, s in zip(drawn.times, drawn.times[1:], strict=False))
    for frame in drawn.trajectory:
        _check_valid(frame, kind)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_the_forward_process_starts_from_the_data_and_works_before_fit(key: str, kind: str) -> None:
    x = samples(kind).x[:10]
    frames, times = build(key, kind).forward_process(x, seed=2)
    assert frames.shape == (len(times), *x.shape)
    assert times[0] == 0
    assert all(t > s for s, t in itertools.pairwise(times))
    if kind == "state":
        np.testing.assert_allclose(np.abs(np.sum(frames[0].conj() * x, axis=1)), 1, atol=1e-5)
    else:
        np.testing.assert_allclose(frames[0], x, atol=1e-5)
    for frame in frames:
        _check_valid(frame, kind)
    np.testing.assert_array_equal(frames, build(key, kind).forward_process(x, seed=2)[0])


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_classes_are_obeyed_where_the_model_is_conditional(key: str, kind: str) -> None:
    model = trained(key, kind, 3)
    conditional = model.config.conditional and len(model.spec.classes) > 1
    if conditional:
        drawn = model.sample(40, seed=0)
        assert set(drawn.label.tolist()) == set(model.spec.classes)
        for label in model.spec.classes:
            assert set(model.sample(9, label, seed=0).label.tolist()) == {label}
        assert not np.array_equal(model.sample(9, 0, seed=0).x, model.sample(9, 1, seed=0).x)
        with pytest.raises(UserError, match="class"):
            model.sample(9, 5, seed=0)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_circuits_and_facts_say_what_was_built(key: str, kind: str) -> None:
    model = build(key, kind)
    assert model.facts()["n_parameters"] == model.n_parameters > 0
    assert bool(model.circuits()) == bool(catalog.models[key].facts["quantum"])
    for info in model.circuits():
        assert len(info.angles) == len(info.gates)
        assert all(wire < info.n_qubits for gate in info.gates for wire in gate["wires"])
        assert info.weights.ndim == 1
        assert info.about, "whoever runs it elsewhere has to know what the wires start in"
        text = to_qasm3(info)
        assert all(f"// {sentence}" in text for sentence in info.about)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_phases_are_all_steps_in_order(key: str, kind: str) -> None:
    phases = build(key, kind).phases()
    assert all(phases)
    assert list(itertools.chain(*phases)) == list(range(N_STEPS))


@pytest.mark.parametrize(("key", "kind", "settings"), [*((*case, {}) for case in CASES), *VARIANTS])
def test_every_trainable_number_gets_a_gradient(key: str, kind: str, settings: dict[str, Any]) -> None:
    """Weights that no sample can move would be decoration."""
    model, fresh = build(key, kind, **settings), build(key, kind, **settings)
    model.fit(samples(kind))
    for i in range(N_STEPS):
        model.step(i)
    before, after = trainable(fresh), trainable(model)
    assert sum(array.size for array in after.values()) == model.n_parameters  # so that no exclusion hides a trained number
    _check_all_moved(before, after)


def test_a_tensor_without_gradient_is_found() -> None:
    alive, other = np.arange(10.0), np.ones(3)
    _check_all_moved({"a": alive, "b": other}, {"a": alive + 1, "b": other + 1})
    with pytest.raises(AssertionError, match="b: 100% of the numbers have not moved"):
        _check_all_moved({"a": alive, "b": other}, {"a": alive + 1, "b": other})
    with pytest.raises(AssertionError, match="a: 10% of the numbers"):
        _check_all_moved({"a": alive}, {"a": np.where(alive == 4, alive, alive + 1)})


def trainable(model: Family) -> dict[str, np.ndarray]:
    """The arrays of ``weights()`` but those that are not trained by gradients (``NOT_TRAINED``), wherever in the name."""
    return {name: array for name, array in model.weights().items() if NOT_TRAINED.isdisjoint(name.split("/"))}


def _check_all_moved(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> None:
    assert set(before) == set(after)
    for name, array in after.items():
        still = np.mean(before[name] == array)
        assert still < 0.05, f"{name}: {still:.0%} of the numbers have not moved"


def _check_valid(x: np.ndarray, kind: str) -> None:
    if kind == "state":
        assert x.dtype == np.complex64
        np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1, atol=1e-4)
        return
    if kind == "density":
        assert x.dtype == np.complex64
        np.testing.assert_allclose(np.trace(x, axis1=1, axis2=2), 1, atol=1e-4)
        np.testing.assert_allclose(x, x.conj().swapaxes(1, 2), atol=1e-4)
        assert np.linalg.eigvalsh(x).min() > -1e-4
        return
    assert x.dtype == np.float32
    assert np.all(np.isfinite(x))
    if kind == "cloud":
        assert np.all(x[:, :, 2] >= 0)
        assert np.all(x[:, :, 2].sum(axis=1) <= 1 + 1e-5)
        assert np.all(np.diff(x[:, :, 2], axis=1) <= 0)
        assert np.all(x[x[:, :, 2] == 0] == 0)
    if kind in ("map", "channels"):
        assert np.all(x >= 0)
        np.testing.assert_allclose(x.reshape(len(x), -1).sum(axis=1), 1, atol=1e-4)
